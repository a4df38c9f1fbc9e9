"""How the making itself goes: by what it is made, each batch, what went wrong and what was done about it."""

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from portal.db import today
from portal.rooms.authority.focus.shown import Showing, Shown
from portal.rooms.authority.standing import Standing
from portal.web.history import way
from portal.wording import day, said
from workflows.approved_source import PURCHASING
from workflows.batch import BATCH
from workflows.capa import CAPA
from workflows.defect_notice import DEFECT_NOTICE, STOP
from workflows.restart import RESTART
from workflows.trade_item import UPLOADED_BEFORE_SALE


def sources(standing: Standing) -> Iterator[Shown]:
    """From which supplier each material may come."""
    for each in standing.sources:
        text = gettext(
            "Source %(number)s of %(material)s: %(supplier)s, %(state)s",
            number=each.number,
            material=each.material_name,
            supplier=each.supplier_name,
            state=said(each.where.label),
        )
        url = way("approved_sources.show", approved_source_id=each.id)
        yield Shown(text, None, url, (PURCHASING,))


def definitions(standing: Standing) -> Iterator[Shown]:
    """By what each product is made: its versions, and whether one that both sides approved holds today."""
    for each in standing.definitions:
        text = gettext(
            "Definition %(number)s of %(product)s: %(state)s",
            number=each.called,
            product=each.product_name,
            state=said(each.where.label),
        )
        tone = "warn" if each.waits else "good" if each.approved_at else None
        yield Shown(text, tone, way("definitions.show", definition_id=each.id))
    holding = {each.product_id for each in standing.definitions if each.holds_by(today())}
    for product in standing.ground.products:
        if product.subject_id not in holding:
            text = gettext(
                "%(product)s: no definition approved by both sides holds today", product=product.facts["name"]
            )
            yield Shown(text, "warn", way("definitions.listing", entrustment_id=standing.entrustment.id))


def identifiers(standing: Standing) -> Iterator[Shown]:
    """What the products are labelled with, and whether the national database has it."""
    for each in standing.identifiers:
        text = gettext(
            "Device identifier %(di)s of %(product)s: %(state)s",
            di=each.di,
            product=each.product_name,
            state=said(each.where.label),
        )
        tone = "good" if each.state == "in_use" else None
        yield Shown(text, tone, way("trade_items.show", trade_item_id=each.id), UPLOADED_BEFORE_SALE)


def transfers(standing: Standing) -> Iterator[Shown]:
    """How far the design of each product went over to the manufacturer; what both sides signed counts."""
    for each in standing.transfers:
        text = gettext(
            "Design transfer %(number)s of %(product)s: %(state)s",
            number=each.number,
            product=each.product_name,
            state=said(each.where.label),
        )
        yield Shown(text, "good" if each.state == "signed" else None, way("transfers.show", transfer_id=each.id))
    signed = {each.product_id for each in standing.transfers if each.state == "signed"}
    for product in standing.ground.products:
        if product.subject_id not in signed:
            text = gettext("%(product)s: no design transfer is signed by both sides", product=product.facts["name"])
            yield Shown(text, "warn", way("transfers.listing", entrustment_id=standing.entrustment.id))


def batches_in(*names: str) -> Showing:
    """The batches in these states, each state a way to its list."""

    def some(standing: Standing) -> Iterator[Shown]:
        about = standing.entrustment.id
        for state, number in standing.batch_counts:
            if state.name not in names:
                continue
            text = gettext("%(state)s: %(count)s", state=said(state.label), count=number)
            yield Shown(text, None, way("batches.listing", entrustment_id=about, state=state.name))
        if not standing.batch_counts:
            yield Shown(gettext("No batch yet"), None, way("batches.listing", entrustment_id=about))

    return some


batches = batches_in(*(each.name for each in BATCH.states))


def nonconformities(standing: Standing) -> Iterator[Shown]:
    still, closed = standing.open_nonconformities, standing.closed_nonconformities
    url = way("trails.entrustment", entrustment_id=standing.entrustment.id, kind="nonconformity")
    if still:
        text = ngettext("%(num)s nonconformity open", "%(num)s nonconformities open", still)
        yield Shown(text, "warn", url)
    if closed:
        yield Shown(ngettext("%(num)s nonconformity closed", "%(num)s nonconformities closed", closed), "good", url)
    if not still and not closed:
        yield Shown(gettext("No nonconformity was raised"), None, url)


def capas(standing: Standing) -> Iterator[Shown]:
    url = way("capas.listing", entrustment_id=standing.entrustment.id)
    for state, number in standing.count(CAPA):
        yield Shown(
            gettext("Corrective actions, %(state)s: %(count)s", state=said(state.label), count=number), None, url
        )


def defects(standing: Standing) -> Iterator[Shown]:
    """What was found after shipment, and how far it is settled."""
    url = way("defects.listing", entrustment_id=standing.entrustment.id)
    for state, number in standing.count(DEFECT_NOTICE):
        text = gettext("Defect notices, %(state)s: %(count)s", state=said(state.label), count=number)
        yield Shown(text, None if state.final else "warn", url, (STOP,))


def restarts(standing: Standing) -> Iterator[Shown]:
    for each in standing.restarts:
        given = {"product": each.product_name, "last": day(each.idle_since), "reported": day(each.reported_on)}
        text = gettext("Restart of %(product)s, last made on %(last)s, reported on %(reported)s", **given)
        yield Shown(text, None, way("restarts.show", restart_id=each.id), RESTART)
