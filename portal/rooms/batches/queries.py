"""Lists of batches: what the reader asked for in the address, newest first, a page at a time."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import func, or_, select
from sqlalchemy.orm import lazyload
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from portal.db import session
from portal.records.agreement import Signature
from portal.records.batch import Batch
from portal.web import tidy
from portal.web.fields import worded
from portal.web.forms import options
from portal.web.paging import Page, page_of
from workflows.batch import BATCH


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which batches to list; it comes with the address, so it needs no token."""

    class Meta:
        csrf = False

    q = StringField(_l("Batch number or product"), filters=[tidy], validators=[Optional(), Length(max=100)])
    state = SelectField(
        _l("State"), choices=options({"": _l("Every state")} | worded({each.name: each.label for each in BATCH.states}))
    )

    @property
    def asks(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.q.data or self.state.data)


def page_of_batches(form: FilterForm, entrustment_id: UUID | None = None) -> Page[Batch]:
    """Of one entrustment, or of all that the reader may see."""
    wanted = _matching(form).options(lazyload(Batch.binding))  # no list shows the definition
    if entrustment_id:
        wanted = wanted.where(Batch.entrustment_id == entrustment_id)
    return page_of(wanted, Batch.id, across=entrustment_id is None)


def by_state(entrustment_id: UUID | None = None) -> dict[str, int]:
    """How many batches there are in each state."""
    counted = select(Batch.state, func.count()).group_by(Batch.state)
    if entrustment_id:
        counted = counted.where(Batch.entrustment_id == entrustment_id)
    return dict(session.execute(counted).all())


def signatures_under(batch: Batch) -> list[Signature]:
    return list(session.scalars(select(Signature).where(Signature.subject_id == batch.id).order_by(Signature.id)))


def _matching(form: FilterForm) -> Any:
    wanted = select(Batch)
    if form.state.data:
        wanted = wanted.where(Batch.state == form.state.data)
    if text := form.q.data:
        wanted = wanted.where(
            or_(Batch.number.icontains(text, autoescape=True), Batch.product_name.icontains(text, autoescape=True))
        )
    return wanted
