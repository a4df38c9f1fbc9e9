"""Showing a record to the partner, showing it again when it changes, and judging anew each time."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agreements.eligibility import verdict_bytes
from portal import docket, ledger
from portal.db import new_id, now, session, today
from portal.facts.exhibits import exhibited, kind_of
from portal.facts.ground import Ground, ground_of, grounds, hash_of_inputs
from portal.facts.noticing import notice, notice_gone, shown_before
from portal.facts.participation import admit_authorities
from portal.ledger import Author
from portal.notices import tell_of_duties
from portal.records.entrustment import Answer, Entrustment, Exhibit, Verdict
from portal.records.evidence import RegistrationCertificate
from portal.records.file import StoredFile
from portal.records.organisation import Organisation, Site
from portal.records.product import Product


def present(entrustment: Entrustment, record: Any, *, by: Author) -> Exhibit:
    """Show one of the own house's records, which is proved, in an entrustment; what rests on it is judged anew."""
    exhibit = session.scalars(
        select(Exhibit).where(Exhibit.entrustment_id == entrustment.id, Exhibit.subject_id == record.id)
    ).first()
    if exhibit is None:
        exhibit = Exhibit(entrustment_id=entrustment.id, kind=kind_of(record), subject_id=record.id)
    was = shown_before(entrustment, exhibit)
    _show(exhibit, record, by=by, meets=True)
    if exhibit.kind == "site":
        admit_authorities(entrustment, [record.province], by=by)
    judge_anew(ground_of(entrustment), by=by, because=f"{exhibit.kind}.presented")
    notice(entrustment, exhibit, was, by=by)
    return exhibit


def put_on_record(record: Any, verb: str, *, file: StoredFile | None, by: Author) -> None:
    """Tell the ledger that evidence was recorded or amended, and show it again wherever a partner sees it."""
    ledger.write(record, f"{record.__tablename__}.{verb}", by=by, also=[file] if file else [])
    show_again(record, by=by)


def withdraw(exhibit: Exhibit, *, by: Author, entrustment: Entrustment, reason: str | None = None) -> None:
    """Take an exhibit back; it stays on record as withdrawn."""
    exhibit.withdrawn_at = now()
    ledger.write(exhibit, "exhibit.withdrawn", by=by, reason=reason)
    judge_anew(ground_of(entrustment), by=by, because=f"{exhibit.kind}.withdrawn")
    notice_gone(entrustment, exhibit, by=by)


def show_again(record: Any, *, by: Author) -> None:
    """After a change at home, refresh every exhibit made of the record and judge anew whatever rests on it.

    A certificate's number is part of its products' exhibits, so those follow it.  While the record's file waits to be
    checked, or was refused, what was shown before stays.
    """
    if not proved([record]):
        return
    changed = [record]
    if isinstance(record, RegistrationCertificate):
        changed += session.scalars(select(Product).where(Product.certificate_id == record.id)).all()
    shown = session.scalars(
        select(Exhibit).where(Exhibit.subject_id.in_([each.id for each in changed]), Exhibit.withdrawn_at.is_(None))
    ).all()
    own = {each.entrustment_id: (each, dict(each.facts)) for each in shown if each.subject_id == record.id}
    for exhibit in shown:
        _show(exhibit, next(each for each in changed if each.id == exhibit.subject_id), by=by)
    touched = {exhibit.entrustment_id for exhibit in shown}
    if touched:
        where = session.scalars(select(Entrustment).where(Entrustment.id.in_(touched))).all()
        for ground in grounds(where).values():
            if isinstance(record, Site):
                admit_authorities(ground.entrustment, [record.province], by=by)
            judge_anew(ground, by=by, because=f"{kind_of(record)}.changed")
            if ground.entrustment.id in own:
                notice(ground.entrustment, *own[ground.entrustment.id], by=by)


def show_everywhere(record: Any, *, by: Author) -> None:
    """Show a record on which no verdict rests in every entrustment of the own house that has not ended."""
    for entrustment in session.scalars(select(Entrustment).where(Entrustment.ended_at.is_(None))).all():
        show_in(entrustment, [record], by=by)


def show_in(entrustment: Entrustment, records: Iterable[Any], *, by: Author) -> None:
    """Show records on which no verdict rests, as far as they are not shown here yet."""
    wanted = select(Exhibit.subject_id).where(Exhibit.entrustment_id == entrustment.id)
    shown = set(session.scalars(wanted.where(Exhibit.withdrawn_at.is_(None))))
    for record in records:
        if record.id not in shown:
            _show(Exhibit(entrustment_id=entrustment.id, kind=kind_of(record), subject_id=record.id), record, by=by)


def take_back_everywhere(record: Any, *, by: Author) -> None:
    """Withdraw every exhibit of a record on which no verdict rests."""
    wanted = select(Exhibit).where(Exhibit.subject_id == record.id, Exhibit.withdrawn_at.is_(None))
    for exhibit in session.scalars(wanted).all():
        exhibit.withdrawn_at = now()
        ledger.write(exhibit, "exhibit.withdrawn", by=by)


def answer(entrustment: Entrustment, product_id: UUID, question: str, said: bool, because: str, *, by: Author) -> None:
    """Record what a person answered to an open question; the verdict follows."""
    found = session.scalars(
        select(Answer).where(
            Answer.entrustment_id == entrustment.id, Answer.product_id == product_id, Answer.question == question
        )
    ).first()
    given = found or Answer(entrustment_id=entrustment.id, product_id=product_id, question=question)
    given.answer, given.because, given.answered_by, given.answered_at = said, because, by.name, now()
    ledger.write(given, "answer.given", by=by)
    judge_anew(ground_of(entrustment), by=by, because="answer.given")


def judge_everywhere(*, by: Author, because: str) -> None:
    """Judge anew in every entrustment of the own house that has not ended, as when its own entry changed."""
    mine = session.scalars(select(Entrustment).where(Entrustment.ended_at.is_(None))).all()
    for ground in grounds(mine).values():
        judge_anew(ground, by=by, because=because)


def judge_anew(ground: Ground, *, by: Author, because: str) -> list[Verdict]:
    """Reach a verdict for each product whose ground is not what its verdict of today stands on."""
    return [
        reach_verdict(ground, product, by=by, because=because)
        for product in ground.products
        if ground.standing_verdict(product) is None
    ]


def reach_verdict(ground: Ground, product: Exhibit, *, by: Author, because: str) -> Verdict:
    inputs = ground.inputs(product, today())
    judged, body = ground.judged(product, today()), verdict_bytes(inputs).decode()
    verdict = Verdict(
        entrustment_id=ground.entrustment.id,
        product_id=product.subject_id,
        product_name=product.facts["name"],
        reached_on=today(),
        reached_at=now(),
        because=because,
        answer=judged.answer,
        favourable=judged.favourable,
        inputs_hash=hash_of_inputs(inputs),
        body=body,
        body_hash=hashlib.sha256(body.encode()).hexdigest(),
    )
    ledger.write(verdict, "verdict.reached", by=by)
    return verdict


def _show(exhibit: Exhibit, record: Any, *, by: Author, meets: bool = False) -> None:
    """``meets``: it is shown now, not refreshed after a change at home, so it may meet a duty."""
    with session.no_autoflush:
        owner = session.get_one(Organisation, record.owner_id)
        certificate = (
            session.get(RegistrationCertificate, record.certificate_id)
            if isinstance(record, Product) and record.certificate_id
            else None
        )
        exhibit.facts = exhibited(record, owner=owner, certificate_number=certificate.number if certificate else None)
        exhibit.subject_version, exhibit.presented_at, exhibit.withdrawn_at = record.version, now(), None
        copy = _copy_of_file(exhibit, record)
    duties = docket.follow(exhibit, "exhibit.presented", at=now(), by_id=by.id) if meets else []
    happened = ledger.write(exhibit, "exhibit.presented", by=by, also=[*([copy] if copy else []), *duties])
    tell_of_duties(duties, happened, actor=by)


def proved(records: Iterable[Any]) -> list[Any]:
    """Those of the records whose file, if they have one, has been accepted: only they may be shown."""
    known = list(records)
    wanted = {each.file_id for each in known if getattr(each, "file_id", None)}
    held = {file.id for file in session.scalars(select(StoredFile).where(StoredFile.id.in_(wanted))) if file.held}
    return [each for each in known if getattr(each, "file_id", None) not in held]


def _proof(record: Any) -> StoredFile | None:
    file_id = getattr(record, "file_id", None)
    return session.get(StoredFile, file_id) if file_id else None


def _copy_of_file(exhibit: Exhibit, record: Any) -> StoredFile | None:
    """The entry of the proving file in the entrustment's own books; the bytes are stored once."""
    original = _proof(record)
    shown = session.get(StoredFile, exhibit.file_id) if exhibit.file_id else None
    if original is None or (shown is not None and shown.sha256 == original.sha256):
        return None
    copy = StoredFile(
        id=new_id(),
        entrustment_id=exhibit.entrustment_id,
        name=original.name,
        media_type=original.media_type,
        size=original.size,
        sha256=original.sha256,
        stage=original.stage,
        checks=original.checks,
        object_version=original.object_version,
        subject_kind="exhibit",
        subject_id=record.id,
    )
    exhibit.file_id = copy.id
    return copy
