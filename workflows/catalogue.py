"""Every lifecycle there is: the list that draws the handbook and that the house tests walk."""

from typing import Any

from workflows.agreement import AGREEMENT
from workflows.agreement_review import AGREEMENT_REVIEW
from workflows.appointment import APPOINTMENT
from workflows.approved_source import APPROVED_SOURCE
from workflows.area import AREA
from workflows.audit import AUDIT
from workflows.audit_finding import AUDIT_FINDING
from workflows.audit_programme import AUDIT_PROGRAMME
from workflows.authorisation import AUTHORISATION
from workflows.batch import BATCH
from workflows.capa import CAPA, CAPA_ACTION
from workflows.change import CHANGE
from workflows.daily_report import DAILY_REPORT
from workflows.defect_notice import DEFECT_NOTICE
from workflows.definition import DEFINITION
from workflows.ending import ENDING, ENDING_LINE
from workflows.engine import Lifecycle, Transition
from workflows.entrustment import ENTRUSTMENT
from workflows.equipment import EQUIPMENT
from workflows.hold_point import HOLD_POINT
from workflows.labelling import LABEL_RUN
from workflows.material import MATERIAL
from workflows.material_lot import MATERIAL_LOT
from workflows.meeting import MEETING
from workflows.nonconformity import NONCONFORMITY
from workflows.posting import POSTING
from workflows.posting_exception import POSTING_EXCEPTION
from workflows.powers import POWERS_OF, ROLE_NAMES
from workflows.quarterly_hearing import HEARING
from workflows.self_inspection import SELF_INSPECTION
from workflows.supplier import SUPPLIER
from workflows.trade_item import TRADE_ITEM
from workflows.transfer import TRANSFER, TRANSFER_GAP

LIFECYCLES: tuple[Lifecycle[Any], ...] = (
    ENTRUSTMENT,
    ENDING,
    ENDING_LINE,
    AGREEMENT,
    AGREEMENT_REVIEW,
    MEETING,
    BATCH,
    NONCONFORMITY,
    DEFECT_NOTICE,
    CAPA,
    CAPA_ACTION,
    CHANGE,
    AUDIT,
    AUDIT_FINDING,
    AUDIT_PROGRAMME,
    POSTING,
    POSTING_EXCEPTION,
    DAILY_REPORT,
    HOLD_POINT,
    APPOINTMENT,
    HEARING,
    TRANSFER,
    TRANSFER_GAP,
    DEFINITION,
    TRADE_ITEM,
    LABEL_RUN,
    SELF_INSPECTION,
    SUPPLIER,
    MATERIAL,
    MATERIAL_LOT,
    APPROVED_SOURCE,
    EQUIPMENT,
    AREA,
    AUTHORISATION,
)


def handbook() -> str:
    """The whole of workflows/README.md: each lifecycle as a diagram and its moves with their conditions."""
    chapters = "\n".join(_chapter(each) for each in LIFECYCLES)
    return (
        "# How records move\n\nDrawn by `portal handbook`; do not edit by hand.\n\n"
        f"{chapters}\n## Who may\n\n{_powers()}"
    )


def _chapter(lifecycle: Lifecycle[Any]) -> str:
    moves = "\n".join(_move(move) for move in lifecycle.transitions)
    return (
        f"## {lifecycle.subject}\n\n{lifecycle.says}\n\n```mermaid\n{lifecycle.as_mermaid()}\n```\n\n"
        f"| Move | Power | Signed | Conditions (all must be met) |\n|---|---|---|---|\n{moves}\n"
    )


def _move(move: Transition[Any]) -> str:
    conditions = "<br>".join(f"{check.says} ({', '.join(map(str, check.sources))})" for check in move.conditions)
    return f"| {move.label} (`{move.name}`) | `{move.power}` | {'yes' if move.signature else 'no'} | {conditions} |"


def _powers() -> str:
    rows = "\n".join(
        f"| {ROLE_NAMES[role]} | {', '.join(f'`{power}`' for power in sorted(powers))} |"
        for role, powers in POWERS_OF.items()
    )
    return f"| Role | Powers |\n|---|---|\n{rows}\n"
