"""/suppliers: who delivers to a house, how it was evaluated, and whether it may."""

import pytest
from sqlalchemy import select

from agreements.sources import cite
from portal import ledger
from portal.db import session
from portal.records.supplier import Supplier
from tests.browsing import words
from tests.rooms.batch_desk import pdf
from workflows.supplier import AGREED, EVALUATED, FILED, TELLS_CHANGES

QUALITY, CLERK = "hengrui/manufacturer-quality-manager", "hengrui/plant-clerk"
JIANGSU, SHANGHAI = "jiangsu/authority-inspector", "shanghai/authority-inspector"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
GIVEN = {
    "number": "SP-077",
    "name": "Bar Mill GmbH",
    "role": "maker",
    "country": "DE",
    "uscc": "",
    "province": "",
    "supplies": "titanium bars",
    "is_key": "y",
    "since": "2026-11-20",
}
EVALUATED_AS = {
    "evaluation": "Three deliveries, samples measured, desk audit of its certificate.",
    "evaluated_on": "2026-11-20",
    "agreement": "QA-SP-077 of 2026-11-19",
    "tells_changes": "y",
}


@pytest.fixture
def found(as_org):
    def _found(number):
        with as_org("hengrui"):
            supplier = session.scalars(select(Supplier).where(Supplier.number == number)).one()
            told = [each.event for each in ledger.entries(subject_id=supplier.id)]
            session.close()
        return supplier, told

    return _found


def entered(seat, **given):
    answer = seat(QUALITY).post("/suppliers/new", **(GIVEN | given))
    assert answer.status_code == 302, words(answer)
    return answer.headers["Location"]


def test_a_supplier_is_entered_evaluated_and_approved_with_a_signature(seat, found):
    at = entered(seat)
    assert seat(QUALITY).post(f"{at}/evaluation", **EVALUATED_AS, file=pdf()).status_code == 302
    assert seat(QUALITY).sign(f"{at}/approve").status_code == 302

    supplier, told = found("SP-077")
    assert supplier.state == "approved"
    assert supplier.approved_at is not None
    assert told == ["supplier.approved", "supplier.evaluated", "supplier.listed"]
    assert "This supplier was evaluated as written" in words(seat(QUALITY).get(at))


def test_what_a_key_supplier_lacks_is_named_with_its_source(seat):
    at = entered(seat)
    page = words(seat(QUALITY).get(at))

    for check in (EVALUATED, FILED, AGREED, TELLS_CHANGES):
        assert check.says in page
        assert all(cite(source, "en") in page for source in check.sources)
    assert "recalled, not yet confirmed" in page  # ISO 13485 7.4 was not read
    assert seat(QUALITY).get(f"{at}/approve").status_code == 409


def test_a_suspended_supplier_delivers_again_only_after_a_signature(seat, found):
    at = entered(seat, is_key="")
    seat(QUALITY).post(f"{at}/evaluation", **EVALUATED_AS)
    assert seat(QUALITY).sign(f"{at}/approve").status_code == 302
    assert seat(QUALITY).post(f"{at}/suspend", reason="Wrong certificate twice.").status_code == 302
    assert found("SP-077")[0].state == "suspended"

    assert seat(QUALITY).sign(f"{at}/reinstate", reason="Settled by 8D report.").status_code == 302

    supplier, told = found("SP-077")
    assert (supplier.state, supplier.suspended_at) == ("approved", None)
    assert told[:2] == ["supplier.reinstated", "supplier.suspended"]


@ON_EITHER_ENGINE_THE_SAME
def test_who_it_is_does_not_change_under_its_approval(seat, world):
    at = f"/suppliers/{world.supplier}"
    answer = seat(QUALITY).get(f"{at}/amend")

    assert answer.status_code == 409
    assert "being evaluated, or suspended" in words(answer)


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"uscc": "91310115MA1K4CY120"}, "The last character does not fit the others"),
        ({"country": "Germany"}, "Two capital letters are wanted"),
        ({"number": "SP-001"}, "Another supplier bears this number."),
        ({"since": "2999-01-01"}, "This day has not come yet."),
    ],
)
def test_a_wrong_entry_is_refused_in_words(seat, wrong, says):
    answer = seat(QUALITY).post("/suppliers/new", **(GIVEN | wrong))

    assert answer.status_code == 422
    assert says in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_a_clerk_reads_suppliers_and_changes_none(seat, world):
    assert seat(CLERK).get(f"/suppliers/{world.supplier}").status_code == 200
    assert seat(CLERK).get("/suppliers/new").status_code == 403
    assert seat(CLERK).get(f"/suppliers/{world.supplier}/suspend").status_code == 403


def test_no_partner_finds_it_and_the_authority_of_the_province_reads_it(seat, world):
    at = f"/suppliers/{world.tyvek_supplier}"  # nothing that it delivered went into anybody's work yet

    for who in ("chengyue/registrant-quality-manager", "lantai/registrant-quality-manager", SHANGHAI):
        assert seat(who).get(at).status_code == 404
    page = words(seat(JIANGSU).get(at))
    assert "演示医用包装（苏州）有限公司" in page
    assert "Approve" not in page.replace("Approved", "")


@ON_EITHER_ENGINE_THE_SAME
def test_an_older_page_does_not_overwrite(seat, world):
    at = f"/suppliers/{world.supplier}/evaluation"
    stale = seat(QUALITY).post(at, **EVALUATED_AS, seen_version="1")

    assert stale.status_code == 409


@ON_EITHER_ENGINE_THE_SAME
def test_a_supplier_is_found_by_its_number_and_its_name(seat, world):
    assert seat(QUALITY).get("/find?q=SP-001").headers["Location"].endswith(str(world.supplier))
    assert str(world.supplier) in seat(QUALITY).get("/find?q=演示钛业").text
