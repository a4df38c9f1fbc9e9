"""Opening a corrective action: by people, or by the portal where what is on record asks both sides for one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, not_, select

from agreements.duty_rules import DutyRule
from portal.acting import start
from portal.db import new_id, now, session
from portal.facts.numbering import next_number
from portal.identity.system import Doer, System
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa
from portal.records.entrustment import Entrustment
from workflows.capa import CAPA, JOINT, OPEN_CAPA
from workflows.trend import POST_MARKET, Made, dropped, in_a_row, percent, yield_of

# What was found to be no defect makes no batch nonconforming.
_COUNTS = not_(and_(Nonconformity.state == "closed", Nonconformity.disposition == "no_defect"))
LONGEST_TITLE = 200
_ENDED = [each.name for each in CAPA.states if each.final]


def open_capa(
    entrustment: Entrustment, *, title: str, problem: str, trigger: str, joint: bool, by: Doer, **about: UUID | None
) -> Capa:
    """``about``: nonconformity_id or earlier_id, of the record that gave rise to it.

    Some triggers leave no choice whether both sides take it up: Announcement 2024-38 (9).
    """
    capa = Capa(
        id=new_id(),
        entrustment_id=entrustment.id,
        number=next_number(Capa, "CA", entrustment.id),
        title=title,
        problem=problem,
        trigger=trigger,
        joint=joint or trigger in JOINT,
        opened_by_id=by.id,
        opened_at=now(),
        **about,
    )
    start(capa, OPEN_CAPA.event, actor=by)
    return capa


def watch_the_row(found: Nonconformity, *, by: Doer) -> None:
    """A nonconformity is on record: open a joint action if its batch is one of several nonconforming ones in a row."""
    batches, at = _of_the_product(found.batch)
    if (row := in_a_row(batches, at)) and not is_worked_on(found.batch, "consecutive"):
        open_jointly(found, "consecutive", [each.number for each in row], by=by)


def shortfall_of(batch: Batch) -> list[str]:
    """The yields before and that of ``batch``, a line each, if it falls clearly short of them; else none."""
    batches, at = _of_the_product(batch)
    return [f"{each.number}: {percent(each.yielded)}" for each in dropped(batches, at) if each.yielded is not None]


def is_worked_on(batch: Batch, trigger: str) -> bool:
    """Whether a joint action for the same reason and product is open already."""
    same = (
        select(Nonconformity.id)
        .join(Batch, Batch.id == Nonconformity.batch_id)
        .where(_same_place(Batch, batch), Batch.product_id == batch.product_id)
    )
    return _is_open(batch.entrustment_id, Capa.trigger == trigger, Capa.nonconformity_id.in_(same))


def open_jointly(found: Nonconformity, trigger: str, lines: Sequence[str], *, by: Doer) -> Capa:
    """What the law asks both sides for is opened by the portal."""
    return open_capa(
        session.get_one(Entrustment, found.entrustment_id),
        title=found.title,
        problem="\n".join([found.description, *lines]),
        trigger=trigger,
        joint=True,
        nonconformity_id=found.id,
        by=portal_of(by),
    )


def portal_of(by: Doer) -> System:
    """The portal, in the house of whoever did what it draws the consequence of."""
    return System(by.organisation_id, by.organisation_name)


def watch_the_market(entrustment: Entrustment, rule: DutyRule, happening: str, *, by: Doer) -> None:
    """Something happened after marketing: open a joint action if it is beyond any criterion of acceptable risk."""
    if rule.id in POST_MARKET and not _is_open(entrustment.id, Capa.trigger == "post_market"):
        open_capa(
            entrustment, title=_short(happening), problem=happening, trigger="post_market", joint=True, by=portal_of(by)
        )


def _of_the_product(batch: Batch) -> tuple[list[Made], int]:
    """The batches of the same product and stage as they were begun, and where ``batch`` is among them."""
    session.flush()
    bad = set(session.scalars(select(Nonconformity.batch_id).where(_same_place(Nonconformity, batch), _COUNTS)))
    made = session.scalars(
        select(Batch)
        .where(_same_place(Batch, batch), Batch.product_id == batch.product_id, Batch.stage == batch.stage)
        .order_by(Batch.started_on, Batch.id)
    ).all()
    told = [Made(each.number, each.id not in bad, yield_of(each.put_in, each.passed, each.sampled)) for each in made]
    return told, [each.id for each in made].index(batch.id)


def _same_place(record: Any, batch: Batch) -> Any:
    return record.entrustment_id == batch.entrustment_id


def _is_open(entrustment_id: UUID, *which: Any) -> bool:
    wanted = select(Capa.id).where(Capa.entrustment_id == entrustment_id, Capa.state.not_in(_ENDED), *which)
    return session.scalars(wanted.limit(1)).first() is not None


def _short(text: str) -> str:
    line = text.splitlines()[0]
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"
