"""/people: inviting, changing roles, deactivating and letting in again."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.demo.cast import HOUSES
from portal.records.person import Invitation, Person
from tests.browsing import words
from tests.stage import sql, stored
from workflows.powers import Role

ADMIN = "chengyue/organisation-administrator"
CLERK = "hengrui/plant-clerk"
LIN = {
    "name": "Lin Yue",
    "title": "Head of quality",
    "email": "lin@chengyue.example",
    "roles": "registrant-quality-manager",
}


def invite(browser, **given):
    return browser.post("/people/invite", **(LIN | given))


def invitations(as_org, house="chengyue"):
    with as_org(house):
        return session.scalars(select(Invitation).where(Invitation.email == LIN["email"])).all()


def person(as_org, world, who):
    with as_org(who.split("/")[0]):
        return session.get_one(Person, world.person[who])


def last_event(as_org, subject_id, house="chengyue"):
    with as_org(house):
        return ledger.entries(subject_id=subject_id)[0]


def test_everybody_of_the_house_is_listed_and_nobody_else(seat, world):
    page = words(seat("chengyue/registrant-quality-manager").get("/people"))

    assert all(HOUSES["chengyue"].email(role) in page for role in HOUSES["chengyue"].roles)
    assert "@hengrui.example" not in page


def test_inviting_shows_the_link_once_keeps_only_its_hash_and_is_told(seat, as_org):
    admin = seat(ADMIN)

    made = invite(admin)

    assert made.status_code == 302
    page = admin.get(made.location).text
    token = re.search(r"/invitations/([\w-]{43})<", page).group(1)
    kept = invitations(as_org)[0]
    assert token != kept.token_hash
    assert token not in admin.get(made.location).text
    event = last_event(as_org, kept.id)
    assert event.event == "invitation.sent"
    assert event.body["changes"]["email"] == ["…", "…"]
    assert token not in str(event.body)


@pytest.mark.parametrize(
    ("house", "offered", "withheld"),
    [
        ("chengyue", "registrant-release-person", "plant-clerk"),
        ("hengrui", "plant-clerk", "registrant-release-person"),
        ("qihe", "plant-clerk", "authority-inspector"),
    ],
)
def test_only_roles_that_fit_the_house_can_be_given(seat, as_org, house, offered, withheld):
    admin = seat(f"{house}/organisation-administrator")
    page = admin.get("/people/invite").text
    assert f'value="{offered}"' in page
    assert f'value="{withheld}"' not in page

    answer = invite(admin, roles=withheld)

    assert answer.status_code == 422
    assert invitations(as_org, house) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "lin at chengyue"}, "This is not an e-mail address. Example: lin@chengyue.example."),
        ({"email": HOUSES["chengyue"].email(Role.RESIDENT_SUPERVISOR)}, "Somebody here signs in with this address"),
        ({"name": " "}, "Type the person's name."),
        ({"roles": []}, "Choose at least one role."),
        ({"title": "x" * 81}, "80"),
    ],
)
def test_bad_input_is_refused_at_the_field_and_everything_typed_is_kept(seat, as_org, wrong, says):
    answer = invite(seat(ADMIN), **wrong)

    assert answer.status_code == 422
    assert says in words(answer)
    kept = {key: value for key, value in LIN.items() if key not in wrong and key != "roles"}
    assert all(f'value="{value}"' in answer.text for value in kept.values())
    assert invitations(as_org) == []


def test_nobody_is_invited_twice_under_one_address(seat, as_org):
    admin = seat(ADMIN)
    invite(admin)

    assert invite(admin, name="Another").status_code == 422
    assert len(invitations(as_org)) == 1


def test_an_invitation_is_withdrawn_once(seat, as_org):
    admin = seat(ADMIN)
    where = invite(admin).location

    first, second = (admin.post(f"{where}/withdraw", page=where) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert invitations(as_org)[0].withdrawn_at
    assert last_event(as_org, invitations(as_org)[0].id).event == "invitation.withdrawn"


def test_roles_and_position_change_and_count_at_once(seat, world, as_org):
    who = "chengyue/resident-supervisor"
    browser = seat(who)
    assert browser.get("/organisation/functions").status_code == 403

    answer = seat(ADMIN).post(
        f"/people/{world.person[who]}/edit", title="Head of quality", roles=["registrant-quality-manager"]
    )

    assert answer.status_code == 302
    assert person(as_org, world, who).roles == ["registrant-quality-manager"]
    event = last_event(as_org, world.person[who])
    assert event.event == "person.amended"
    assert event.body["changes"]["roles"] == [["resident-supervisor"], ["registrant-quality-manager"]]
    assert browser.get("/organisation/functions").status_code == 200


def test_a_stale_page_changes_nothing_and_keeps_what_was_typed(seat, world, as_org):
    path = f"/people/{world.person['chengyue/resident-supervisor']}/edit"

    answer = seat(ADMIN).post(path, title="Head of everything", roles="resident-supervisor", seen_version="0")

    assert answer.status_code == 409
    assert "Head of everything" in words(answer)
    assert person(as_org, world, "chengyue/resident-supervisor").title != "Head of everything"


def test_the_last_administrator_keeps_the_role(seat, world, as_org):
    path = f"/people/{world.person[ADMIN]}/edit"

    answer = seat(ADMIN).post(path, title="Head", roles="management-representative")

    assert answer.status_code == 422
    assert "The organisation would have no administrator" in words(answer)
    assert person(as_org, world, ADMIN).roles == ["organisation-administrator"]


def test_deactivating_ends_every_session_keeps_the_person_and_is_told_with_its_reason(seat, world, as_org):
    who = "chengyue/resident-supervisor"
    browser = seat(who)
    assert browser.get("/").status_code == 200

    answer = seat(ADMIN).post(f"/people/{world.person[who]}/deactivate", reason="left the company")

    assert answer.status_code == 302
    assert person(as_org, world, who).deactivated_at
    event = last_event(as_org, world.person[who])
    assert (event.event, event.body["reason"]) == ("person.deactivated", "left the company")
    assert browser.get("/").status_code == 302
    ended = sql("SELECT ended_at FROM web_session WHERE person_id = :id", id=stored(world.person[who]))
    assert all(each[0] for each in ended)


def test_an_administrator_ends_the_sessions_of_somebody_who_may_come_back(seat, world, as_org):
    who, colleague = "chengyue/resident-supervisor", seat("chengyue/registrant-quality-manager")
    at_home, at_the_plant = seat(who), seat(who)
    admin, path = seat(ADMIN), f"/people/{world.person[who]}/end-sessions"
    assert path in admin.get(f"/people/{world.person[who]}").text

    answer = admin.post(path, reason="the telephone was lost on a train")

    assert answer.status_code == 302
    assert [each.get("/").status_code for each in (at_home, at_the_plant)] == [302, 302]
    assert colleague.get("/").status_code == admin.get("/").status_code == 200
    event = last_event(as_org, world.person[who])
    assert (event.event, event.body["reason"]) == ("person.sessions-ended", "the telephone was lost on a train")
    assert person(as_org, world, who).deactivated_at is None
    assert seat(who).get("/").status_code == 200


def test_the_sessions_of_a_deactivated_person_have_ended_already(seat, world):
    who, admin = "chengyue/resident-supervisor", seat(ADMIN)
    admin.post(f"/people/{world.person[who]}/deactivate", reason="left the company")

    answer = admin.post(f"/people/{world.person[who]}/end-sessions", reason="to be sure")

    assert answer.status_code == 409
    assert "The person is active." in words(answer)


def test_a_deactivated_person_can_be_let_in_again(seat, world, as_org):
    who, admin = "chengyue/resident-supervisor", seat(ADMIN)
    admin.post(f"/people/{world.person[who]}/deactivate", reason="on leave")

    answer = admin.post(f"/people/{world.person[who]}/reactivate", reason="back from leave")

    assert answer.status_code == 302
    assert person(as_org, world, who).deactivated_at is None
    assert last_event(as_org, world.person[who]).event == "person.reactivated"
    assert seat(who).get("/").status_code == 200


def test_nobody_deactivates_themselves_and_an_administrator_remains(seat, world, as_org):
    answer = seat(ADMIN).post(f"/people/{world.person[ADMIN]}/deactivate", reason="tired")

    assert answer.status_code == 409
    assert "Nobody deactivates themselves." in words(answer)
    assert "Another administrator of the organisation remains active." in words(answer)
    assert person(as_org, world, ADMIN).deactivated_at is None


def test_a_second_deactivation_and_an_idle_reactivation_are_refused(seat, world):
    who, admin = "chengyue/resident-supervisor", seat(ADMIN)
    again = f"/people/{world.person[who]}/reactivate"
    assert admin.get(again).status_code == 409
    admin.post(f"/people/{world.person[who]}/deactivate", reason="left")

    answer = admin.get(f"/people/{world.person[who]}/deactivate")

    assert answer.status_code == 409
    assert "The person is active." in words(answer)


def test_deactivating_asks_for_a_reason(seat, world, as_org):
    who = "chengyue/resident-supervisor"

    answer = seat(ADMIN).post(f"/people/{world.person[who]}/deactivate", reason="  ")

    assert answer.status_code == 422
    assert person(as_org, world, who).deactivated_at is None


@pytest.mark.parametrize(
    "page", ["/people/invite", "/people/{}/edit", "/people/{}/deactivate", "/people/{}/reactivate"]
)
def test_only_an_administrator_keeps_people(seat, world, page):
    path = page.format(world.person["chengyue/resident-supervisor"])
    browser = seat("chengyue/management-representative")

    assert browser.get(path).status_code == 403
    assert browser.post(path, page="/people", reason="x").status_code == 403


@pytest.mark.parametrize("page", ["/people/{}", "/people/{}/edit", "/people/{}/deactivate", "/people/{}/reactivate"])
def test_people_of_another_house_are_not_to_be_found(seat, world, page):
    admin = seat(ADMIN)

    theirs, nobodys = (admin.get(page.format(each)) for each in (world.person[CLERK], uuid4()))

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.data == nobodys.data


def test_nothing_is_done_without_a_token(seat, world, as_org):
    client = seat(ADMIN).client

    assert client.post("/people/invite", data=LIN).status_code == 400
    assert client.post(f"/people/{world.person[CLERK]}/deactivate", data={"reason": "x"}).status_code == 400
    assert invitations(as_org) == []
