"""Each kind of page in both languages and three widths: accessible, no wider than the window, no complaint."""

from http import HTTPStatus
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.records.batch import Nonconformity
from portal.records.entrustment import Verdict
from tests.stage import sql, stored

WRITER, SIGNER = "chengyue/registrant-quality-manager", "chengyue/management-representative"
CLERK, PLANT, PLANT_QUALITY = (
    "hengrui/plant-clerk",
    "hengrui/manufacturer-release-person",
    "hengrui/manufacturer-quality-manager",
)
RELEASE, ADMIN = "chengyue/registrant-release-person", "chengyue/organisation-administrator"
PLANT_ADMIN = "hengrui/organisation-administrator"
INSPECTOR, HEAD = "shanghai/authority-inspector", "chengyue/person-in-charge"
RIVAL, STRANGE_PLANT = "lantai/registrant-quality-manager", "anhe/manufacturer-quality-manager"

PAGES = {
    "home": (SIGNER, "/"),
    "home-inspector": (INSPECTOR, "/"),
    "entrustments": (SIGNER, "/entrustments"),
    "propose": (SIGNER, "/entrustments/propose"),
    "entrustment": (SIGNER, "/entrustments/{entrustment}"),
    "exhibits": (SIGNER, "/entrustments/{entrustment}/exhibits"),
    "verdict": (WRITER, "/verdicts/{verdict}"),
    "agreements": (WRITER, "/entrustments/{eligible}/agreements"),
    "agreement": (WRITER, "/agreements/{draft_agreement}"),
    "agreement-edit": (WRITER, "/agreements/{draft_agreement}/edit"),
    "agreement-document": (SIGNER, "/agreements/{quality_agreement}/document"),
    "batch": (RELEASE, "/batches/{production_released}"),
    "batch-papers": (CLERK, "/batches/{opened}/documents"),
    "batch-reviews": (RELEASE, "/batches/{production_released}/reviews"),
    "sign": (PLANT, "/batches/{recorded}/release-production"),
    "nonconformity": (PLANT_QUALITY, "/nonconformities/{nonconformity}"),
    "audits": (SIGNER, "/entrustments/{entrustment}/audits"),
    "audit": (SIGNER, "/audits/{audit}"),
    "audit-plan": (SIGNER, "/entrustments/{entrustment}/audits/new"),
    "audit-team": (SIGNER, "/audits/{planned}/team"),
    "audit-finding": (PLANT_QUALITY, "/audit-findings/{waiting}"),
    "audit-programme": (SIGNER, "/audit-programmes/{programme}"),
    "auditors": (SIGNER, "/auditors"),
    "people": (ADMIN, "/people"),
    "calendar": (WRITER, "/calendar"),
    "notices": (PLANT_QUALITY, "/notices"),
    "clients": (PLANT_ADMIN, "/clients"),
    "client": (PLANT_ADMIN, "/clients/{client}"),
    "client-new": (PLANT_ADMIN, "/clients/new"),
    "client-key": (PLANT_ADMIN, "/clients/{client}/keys"),
    "api": (PLANT_ADMIN, "/api/v1/"),
    "licence": (PLANT_QUALITY, "/evidence/production-licences/{licence}"),
    "product": (WRITER, "/products/{product}"),
    "product-new": (WRITER, "/products/new"),
    "inspection": (INSPECTOR, "/inspection"),
    "trail": (SIGNER, "/entrustments/{entrustment}/trail"),
    "trail-verify": (SIGNER, "/entrustments/{entrustment}/trail/verify"),
    "duty": (WRITER, "/duties/{duty}"),
    "duty-begin": (WRITER, "/entrustments/{entrustment}/duties/new"),
    "capa": (WRITER, "/capas/{capa}"),
    "capa-investigate": (WRITER, "/capas/{capa}/investigation"),
    "change": (WRITER, "/changes/{change}"),
    "change-assess": (WRITER, "/changes/{change}/assessment"),
    "transfer": (WRITER, "/transfers/{transfer}"),
    "transfer-gap": (WRITER, "/transfers/{transfer_underway}/gaps/new"),
    "scan": (CLERK, "/scan?q=0106901234567892101721S01"),
    "shipments": (CLERK, "/entrustments/{entrustment}/shipments"),
    "packing": (CLERK, "/entrustments/{entrustment}/packing"),
    "label-run": ("hengrui/plant-clerk", "/label-runs/{label_run}"),
    "intakes": ("hengrui/plant-clerk", "/intakes"),
    "intake": ("hengrui/plant-clerk", "/intakes/{intake}"),
    "intake-new": ("hengrui/plant-clerk", "/intakes/new"),
    "intake-columns": ("hengrui/plant-clerk", "/intakes/{intake}/columns"),
    "device-identifier": (WRITER, "/device-identifiers/{trade_item}"),
    "definition": (WRITER, "/definitions/{drafted_definition}"),
    "definition-parameter": (WRITER, "/definitions/{drafted_definition}/parameters"),
    "review": (WRITER, "/agreement-reviews/{review}"),
    "review-judge": (WRITER, "/agreement-reviews/{review}/judgement"),
    "meeting": (WRITER, "/meetings/{meeting}"),
    "meeting-minutes": (WRITER, "/meetings/{meeting}/minutes"),
    "approved-source": (WRITER, "/approved-sources/{approved_source}"),
    "supplier": (PLANT_QUALITY, "/suppliers/{titanium_supplier}"),
    "supplier-evaluate": (PLANT_QUALITY, "/suppliers/{titanium_supplier}/evaluation"),
    "material": (PLANT_QUALITY, "/materials/{material}"),
    "material-lots": (PLANT_QUALITY, "/material-lots"),
    "material-lot": (PLANT_QUALITY, "/material-lots/{material_lot}"),
    "material-lot-label": (PLANT_QUALITY, "/material-lots/{material_lot}/label"),
    "material-lot-new": (PLANT_QUALITY, "/material-lots/new"),
    "material-lot-result": (PLANT_QUALITY, "/material-lots/{material_lot}/results"),
    "material-new": (PLANT_QUALITY, "/materials/new"),
    "ending": (RIVAL, "/endings/{rival_ending}"),
    "ending-line": (RIVAL, "/ending-lines/{ending_line}/settlement"),
    "defect": (PLANT, "/defects/{defect_notice}"),
    "defect-notify": (PLANT, "/entrustments/{entrustment}/defects/new"),
    "restart": (STRANGE_PLANT, "/restarts/{strange_restart}"),
    "appointment": (HEAD, "/appointments/{chengyue_to_come}"),
    "appointment-new": (HEAD, "/appointments/new"),
    "hearing": (HEAD, "/hearings/{chengyue_hearing}"),
    "hearing-new": (HEAD, "/hearings/new"),
}


@pytest.fixture
def places(world, as_org):
    """The ids that the addresses name."""
    batch = world.batch["production_released"]
    verdicts = select(Verdict.id).where(Verdict.entrustment_id == world.entrustment)
    scratches = select(Nonconformity.id).where(Nonconformity.batch_id == batch)
    with as_org("chengyue"):
        found = {
            "verdict": session.scalars(verdicts).first(),
            "nonconformity": session.scalars(scratches).first(),
            "event": ledger.entries(subject_id=batch, entrustment_id=world.entrustment)[0].id,
        }
        session.close()
    found |= {table: _newest(table, world.entrustment) for table in ("duty", "capa", "change")}
    found["defect_notice"] = _newest("defect_notice", world.rival_entrustment)
    found["ending_line"] = _newest(
        "ending_line", world.rival_entrustment, " AND state = 'open' AND owes = 'registrant'"
    )
    return world.named | world.batch | world.audit | found


def _newest(table, about, only=""):
    ask = f"SELECT id FROM {table} WHERE entrustment_id = :about{only} ORDER BY id DESC LIMIT 1"
    return UUID(str(sql(ask, about=stored(about))[0][0]))


@pytest.mark.parametrize("language", ["zh"])
@pytest.mark.parametrize("who", dict.fromkeys(who for who, _ in PAGES.values()))
def test_a_page_is_sound_in_every_width_and_in_the_other_language_too(window, places, who):
    reader, wrong = window(who), []
    theirs = {name: path.format_map(places) for name, (reads, path) in PAGES.items() if reads == who}
    for language in ("zh", "en"):
        for name, path in theirs.items():
            if reader.open(path) != HTTPStatus.OK:
                wrong.append(f"{name} did not open in {language}")
                continue
            assert reader.language.startswith(language)
            wrong += reader.look(name, axe=language != "en")  # in English the same tree in other words
        if language != "en":
            reader.switch_language()
    assert wrong == []
