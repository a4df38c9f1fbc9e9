"""What a move of an agreement depends on."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from agreements.clauses import Settlement, problems
from portal.db import session, today
from portal.facts.ground import Ground, grounds
from portal.records.agreement import Agreement, AgreementVersion
from portal.records.entrustment import Entrustment
from workflows.agreement import AgreementFacts


def agreement_facts(
    agreements: Sequence[Agreement], known: dict[UUID, Ground] | None = None
) -> dict[UUID, AgreementFacts]:
    """The facts of each, in six queries whatever their number."""
    about = {each.entrustment_id for each in agreements}
    ground = known or grounds(session.scalars(select(Entrustment).where(Entrustment.id.in_(about))).all())
    latest: dict[UUID, AgreementVersion] = {}
    for version in session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id.in_([each.id for each in agreements]))
        .order_by(AgreementVersion.number)
    ):
        latest[version.agreement_id] = version
    return {each.id: _facts(each, latest.get(each.id), ground[each.entrustment_id]) for each in agreements}


def settlements_of(version: AgreementVersion) -> tuple[Settlement, ...]:
    return tuple(Settlement(**each) for each in version.settlements)


def last_day(ground: Ground) -> date | None:
    """The last day the law allows: the earlier end of certificate and licence; None while either is not shown."""
    certificate, licence = ground.ends_of_evidence()
    return min(certificate, licence) if certificate and licence else None


def _facts(agreement: Agreement, version: AgreementVersion | None, ground: Ground) -> AgreementFacts:
    implantable = any(each.facts.get("is_implantable") for each in ground.products)
    open_points = (
        problems(agreement.kind, settlements_of(version), today(), implantable=implantable)  # type: ignore[arg-type]
        if version
        else ()
    )
    limit, ends = last_day(ground), agreement.ends_on or agreement.wished_until
    return AgreementFacts(
        entrustment_is_open=ground.entrustment.state != "ended",
        has_working_version=version is not None and version.offered_at is None,
        unsettled=len(open_points),
        first_unsettled=open_points[0].clause_id if open_points else "",
        end_known=limit is not None,
        beyond_days=max(0, (ends - limit).days) if limit else 0,
        end_on=limit.isoformat() if limit else "",
        verdict_favourable_today=ground.all_favourable_today,
    )
