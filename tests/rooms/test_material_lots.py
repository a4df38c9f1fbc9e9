"""/material-lots: what was received, with its certificates and inspection, and who accepts it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session, today
from portal.facts.material_lots import issuable
from portal.records.approved_source import ApprovedSource
from portal.records.definition import Definition
from portal.records.material_lot import MaterialLot
from portal.records.supplier import Supplier
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms.batch_desk import pdf
from tests.rooms.lot_desk import receipt
from tests.stage import sql, stored

QUALITY, CLERK = "hengrui/manufacturer-quality-manager", "hengrui/plant-clerk"
JIANGSU, SHANGHAI = "jiangsu/authority-inspector", "shanghai/authority-inspector"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
RESULT = {"instrument": "MI-014", "inspected_on": "", "inspected_by": "Chen"}
CERTIFICATE = {"kind": "mill", "number": "QC-77", "issuer": "Mill", "issued_on": "2026-11-01"}


@pytest.fixture
def given(world):
    return receipt(world) | {"rfid": "E280689400005004\nE280689400005005"}


@pytest.fixture
def lot(as_org):
    """What the plant's books hold of a lot, and what its ledger tells."""

    def _lot(number):
        with as_org("hengrui"):
            found = session.scalars(select(MaterialLot).where(MaterialLot.number == number)).unique().one()
            told = [each.event for each in ledger.entries(subject_id=found.id)]
            session.close()
        return found, told

    return _lot


def result(**given):
    return RESULT | {"inspected_on": today().isoformat()} | given


def received(seat, given):
    answer = seat(CLERK).post("/material-lots/new", **given)
    assert answer.status_code == 302, words(answer)
    return answer.headers["Location"]


def complete(seat, at, diameter="12.01"):
    """Its certificate is filed and both characteristics are inspected."""
    assert seat(CLERK).post(f"{at}/certificates", **CERTIFICATE, file=pdf()).status_code == 302
    for name, measured in (("化学成分与力学性能", "符合gb/t 13810"), ("直径", diameter)):
        answer = seat(CLERK).post(f"{at}/results", **result(characteristic=name, measured=measured))
        assert answer.status_code == 302, words(answer)


def test_a_clerk_receives_a_lot_and_the_quality_people_accept_it_with_a_signature(seat, lot, given):
    at = received(seat, given)
    found, _ = lot("ML-2611-077")
    assert (found.state, found.quantity, found.unit) == ("quarantine", "250", "kg")
    assert (found.stated_quantity, found.stated_unit) == ("250000", "g")
    assert len(found.tags) == 2

    complete(seat, at)
    assert seat(QUALITY).sign(f"{at}/accept").status_code == 302

    found, told = lot("ML-2611-077")
    assert found.state == "accepted"
    assert found.accepted_at is not None
    assert told == [
        "material_lot.accepted",
        "material_lot.inspected",
        "material_lot.inspected",
        "material_lot.certified",
        "material_lot.received",
    ]


@ON_EITHER_ENGINE_THE_SAME
def test_whoever_wrote_a_result_down_does_not_accept_the_lot(seat, given):
    at = received(seat, given)
    complete(seat, at)
    again = result(characteristic="直径", measured="12.02") | {"reason": "Measured again."}
    assert seat(QUALITY).post(f"{at}/results", **again).status_code == 302

    page = words(seat(QUALITY).get(f"{at}/accept"))

    assert "Whoever accepts the lot wrote down none of its results, and rejected none of its pieces." in page
    assert seat(QUALITY).sign(f"{at}/accept").status_code == 409
    assert seat("hengrui/management-representative").sign(f"{at}/accept").status_code == 302


def test_what_a_lot_lacks_is_named_and_holds_it(seat, given):
    at = received(seat, given)
    answer = seat(QUALITY).get(f"{at}/accept")

    assert answer.status_code == 409
    for text in ("1, the first: Mill certificate.", "2, the first: 化学成分与力学性能.", "template 8.2"):
        assert text in words(answer)


def test_a_result_that_does_not_conform_holds_the_lot_until_a_later_one_takes_its_place(seat, lot, given):
    at = received(seat, given)
    complete(seat, at, diameter="12.06")
    assert "Every result of the inspection on receipt conforms, but for those of pieces that are rejected." in words(
        seat(QUALITY).get(f"{at}/accept")
    )

    again = result(characteristic="直径", measured="12.05")
    assert seat(CLERK).post(f"{at}/results", **again).status_code == 422  # it does not say why
    assert seat(CLERK).post(f"{at}/results", **again, reason="Gauge was dirty.").status_code == 302

    found, _ = lot("ML-2611-077")
    assert [(each.measured, each.passed, each.struck_at is None) for each in found.results][-2:] == [
        ("12.06", False, False),
        ("12.05", True, True),
    ]
    assert seat(QUALITY).sign(f"{at}/accept").status_code == 302


def test_the_signature_covers_certificates_and_results(seat, lot, given):
    at = received(seat, given)
    before = lot("ML-2611-077")[0].papers_hash
    complete(seat, at)

    assert lot("ML-2611-077")[0].papers_hash != before


@ON_EITHER_ENGINE_THE_SAME
def test_a_certificate_that_is_struck_out_counts_no_longer(seat, lot, given):
    at = received(seat, given)
    complete(seat, at)
    (paper,) = lot("ML-2611-077")[0].certificates
    assert seat(CLERK).post(f"{at}/struck", certificate=str(paper.id), reason="Of another heat.").status_code == 302

    found, told = lot("ML-2611-077")
    assert found.missing == ["mill"]
    assert told[0] == "material_lot.certificate-struck"
    assert seat(QUALITY).get(f"{at}/accept").status_code == 409


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"unit": "m"}, "The material is counted in kg; what is given in m cannot be counted so."),
        ({"quantity": "0"}, "A quantity is more than nothing."),
        ({"quantity": "1,5"}, "Not a decimal number"),
        ({"number": "ML-2611-001"}, "Another lot bears this number."),
        ({"received_on": "2999-01-01"}, "This day has not come yet."),
        ({"made_on": "2999-01-01"}, "It was not received before it was made."),
        ({"made_on": "2026-10-01", "expires_on": "2026-09-30"}, "It does not expire before it was made."),
        ({"rfid": "two words"}, "is no number of a tag"),
    ],
)
def test_a_wrong_entry_is_refused_in_words_and_nothing_is_received(seat, lot, given, wrong, says):
    before = sql("SELECT count(*) FROM material_lot")[0][0]
    answer = seat(CLERK).post("/material-lots/new", **(given | wrong))

    assert answer.status_code == 422
    assert says in words(answer)
    assert sql("SELECT count(*) FROM material_lot")[0][0] == before


@ON_EITHER_ENGINE_THE_SAME
def test_the_day_on_which_a_lot_expires_follows_from_its_shelf_life(seat, lot, given, world):
    of_lids = given | {"material": str(world.tyvek_material), "supplier": str(world.tyvek_supplier), "unit": "张"}
    answer = seat(CLERK).post("/material-lots/new", **of_lids)
    assert "This material expires" in words(answer)
    assert seat(CLERK).post("/material-lots/new", **of_lids, made_on="2026-11-01").status_code == 302

    assert lot("ML-2611-077")[0].expires_on.isoformat() == "2031-11-01"
    beyond = of_lids | {"number": "ML-2611-078", "made_on": "2026-11-01", "expires_on": "2031-11-02"}
    assert "its shelf life ends on" in words(seat(CLERK).post("/material-lots/new", **beyond))


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize("measured", ["twelve", "12,01"])
def test_what_is_no_number_is_not_taken_as_a_result(seat, given, measured):
    at = received(seat, given)
    answer = seat(CLERK).post(f"{at}/results", **result(characteristic="直径", measured=measured))

    assert answer.status_code == 422
    assert "Not a decimal number" in words(answer)


def test_an_expired_lot_is_shown_so_and_cannot_be_accepted_though_nobody_wrote_that_down(seat, world, lot):
    at = f"/material-lots/{world.lot_expired}"
    assert lot("ML-2411-007")[0].state == "quarantine"

    assert "Expired" in words(seat(QUALITY).get(at))
    assert "The lot has not expired." in words(seat(QUALITY).get(f"{at}/accept"))
    assert "ML-2411-007" in words(seat(CLERK).get("/material-lots?standing=expired"))
    assert "ML-2411-007" not in words(seat(CLERK).get("/material-lots?standing=quarantine"))


def test_a_lot_is_blocked_and_let_go_again_with_a_signature(seat, world, lot):
    at = f"/material-lots/{world.lot_accepted}"
    assert seat(QUALITY).post(f"{at}/block", reason="Supplier reports a mixed heat.").status_code == 302
    assert lot("ML-2611-001")[0].state == "blocked"
    assert seat(QUALITY).sign(f"{at}/unblock", reason="Heat confirmed by PMI.").status_code == 302

    found, told = lot("ML-2611-001")
    assert (found.state, found.blocked_at) == ("accepted", None)
    assert told[:2] == ["material_lot.unblocked", "material_lot.blocked"]


@ON_EITHER_ENGINE_THE_SAME
def test_a_recalled_lot_is_final(seat, world, lot):
    at = f"/material-lots/{world.lot_accepted}"
    assert seat(QUALITY).post(f"{at}/recall", reason="Recall notice of the mill.").status_code == 302

    assert lot("ML-2611-001")[0].state == "recalled"
    assert seat(QUALITY).get(f"{at}/unblock").status_code == 409
    assert seat(CLERK).get(f"{at}/storage").status_code == 409


@ON_EITHER_ENGINE_THE_SAME
def test_a_lot_of_a_suspended_supplier_is_received_and_not_accepted(seat, given, world):
    at = received(seat, given)
    complete(seat, at)
    assert seat(QUALITY).post(f"/suppliers/{world.supplier}/suspend", reason="Audit finding.").status_code == 302

    assert "Its supplier is approved." in words(seat(QUALITY).get(f"{at}/accept"))


@ON_EITHER_ENGINE_THE_SAME
def test_a_clerk_receives_and_does_not_decide(seat, world):
    at = f"/material-lots/{world.lot_in_quarantine}"

    for door in ("accept", "reject", "recall"):
        assert seat(CLERK).get(f"{at}/{door}").status_code == 403
    assert seat("hengrui/manufacturer-release-person").get("/material-lots/new").status_code == 403


def test_no_partner_finds_it_and_the_authority_of_the_province_reads_it(seat, world):
    at = f"/material-lots/{world.lot_in_quarantine}"

    for who in ("chengyue/registrant-quality-manager", "lantai/registrant-quality-manager", SHANGHAI):
        assert seat(who).get(at).status_code == 404
    page = words(seat(JIANGSU).get(at))
    assert "ML-2611-002" in page
    assert "What you can do next" not in page


def test_lots_wait_on_the_first_page_of_whoever_may_do_something(seat, given):
    received(seat, given)
    of_quality, of_clerk = words(seat(QUALITY).get("/")), words(seat(CLERK).get("/"))

    assert "Accept the lot: lot ML-2611-002" in of_quality
    assert "lot ML-2410-004 expires" in of_quality
    assert "Still missing for lot ML-2611-077: Mill certificate" in of_clerk
    assert "Accept the lot" not in of_clerk


@ON_EITHER_ENGINE_THE_SAME
def test_the_list_is_narrowed_by_state_and_material(seat, world):
    of_rejected = words(seat(CLERK).get("/material-lots?standing=rejected"))
    of_acid = words(seat(CLERK).get(f"/material-lots?material={world.acid_material}"))
    soon = words(seat(CLERK).get("/material-lots?standing=soon"))

    assert ("ML-2611-003" in of_rejected, "ML-2611-001" in of_rejected) == (True, False)
    assert ("ML-2411-007" in of_acid, "ML-2611-001" in of_acid) == (True, False)
    assert ("ML-2410-004" in soon, "ML-2611-001" in soon) == (True, False)


@ON_EITHER_ENGINE_THE_SAME
def test_a_lot_is_found_by_its_number(seat, world):
    assert seat(CLERK).get("/find?q=ML-2611-002").headers["Location"].endswith(str(world.lot_in_quarantine))


@ON_EITHER_ENGINE_THE_SAME
def test_an_older_page_does_not_overwrite(seat, world):
    answer = seat(CLERK).post(f"/material-lots/{world.lot_in_quarantine}/storage", storage="A1", seen_version="1")

    assert answer.status_code == 409


def decided(as_org, world, number):
    """The conditions that a lot does not meet for the version that the demonstration's batches are made under."""
    with as_org("hengrui"):
        lots = session.scalars(select(MaterialLot).where(MaterialLot.number == number)).unique().all()
        found = issuable(lots, session.get_one(Definition, world.definition))[lots[0].id]
        session.close()
    return [each.code for each in found.unmet]


def test_only_an_accepted_lot_from_an_approved_source_may_be_issued(as_org, world):
    assert decided(as_org, world, "ML-2611-001") == []
    assert decided(as_org, world, "ML-2611-002") == ["lot-accepted"]
    assert decided(as_org, world, "ML-2611-003") == ["lot-accepted"]
    assert decided(as_org, world, "ML-2411-007") == [
        "lot-accepted",
        "lot-not-expired",
        "lot-supplier-approved",
        "source-approved",
    ]
    assert decided(as_org, world, "ML-2410-004") == ["source-approved"]  # the registrant has not decided yet


def test_it_may_be_issued_no_more_from_the_day_on_that_its_label_names(as_org, world):
    break_in("material_lot")
    for days, unmet in ((1, []), (0, ["lot-not-expired"])):
        sql(
            "UPDATE material_lot SET expires_on = :day WHERE id = :id",
            day=stored(today() + timedelta(days=days)),
            id=stored(world.lot_accepted),
        )
        assert decided(as_org, world, "ML-2611-001") == unmet


def test_a_suspended_source_and_a_suspended_supplier_keep_it_out(as_org, world):
    break_in("approved_source", "supplier")
    with as_org("hengrui"):
        about = select(ApprovedSource.id).where(
            ApprovedSource.entrustment_id == world.entrustment, ApprovedSource.state == "approved"
        )
        source = session.scalars(about).one()
        supplier = session.scalars(select(Supplier.id).where(Supplier.number == "SP-001")).one()
        session.close()
    now = stored(today())
    sql(
        "UPDATE approved_source SET state = 'suspended', suspended_at = :now WHERE id = :id", now=now, id=stored(source)
    )
    assert decided(as_org, world, "ML-2611-001") == ["source-approved"]
    sql("UPDATE supplier SET state = 'suspended', suspended_at = :now WHERE id = :id", now=now, id=stored(supplier))
    assert decided(as_org, world, "ML-2611-001") == ["lot-supplier-approved", "source-approved"]
