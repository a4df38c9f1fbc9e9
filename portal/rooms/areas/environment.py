"""The air of a room: what was read of it, against what its grade allows, and reading it anew."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, Optional

from agreements.environment import MEASURES
from portal.db import now
from portal.lineage.rooms import readings_of_room
from portal.making.charting import charts_of_room
from portal.making.recording import put_on_record
from portal.records.equipment import Area
from portal.rooms.areas.routes import place, room
from portal.web import RecordForm, crumb, find
from portal.web.faults import show_faults
from portal.web.fields import MomentField, text_field
from portal.wording import said
from workflows.acts import Act, Value
from workflows.lineage import Deed
from workflows.powers import Power

MOST = 200


class ReadingsForm(RecordForm):
    """One field for each thing that is measured; those left empty were not measured."""

    at = MomentField(_l("Read at"), validators=[InputRequired(_l("Say when it was read."))])
    instrument = text_field(_l("Instrument"), _l("Its number; out of calibration it measures nothing."), 60, Optional())

    @property
    def measured(self) -> list[str]:
        return [each for each in MEASURES if self[each].data]

    def act(self, area: Area) -> Act:
        at = self.at.data or now()
        values = [Value(each, each, self[each].data, instrument=self.instrument.data or "") for each in self.measured]
        return Act(Deed.MONITOR, "form", at, area=area.number, values=values)


@room.get("/<uuid:area_id>/environment", power=Power.EQUIPMENT_READ)
def environment(area_id: UUID) -> ResponseReturnValue:
    area = find(Area, area_id)
    mine = area.owner_id == g.actor.organisation_id
    readings = readings_of_room(area.id, MOST)
    return render_template(
        "areas/environment.html",
        **place(area, crumb(gettext("Environment"))),
        area=area,
        mine=mine,
        may_read=mine and g.actor.may(Power.EQUIPMENT_KEEP),
        readings=readings,
        charts=charts_of_room(readings[::-1], area.grade),
        limits={each.name: each.limits_in(area.grade) for each in MEASURES.values()},
    )


@room.route("/<uuid:area_id>/environment/new", methods=("GET", "POST"), power=Power.EQUIPMENT_KEEP)
def read_environment(area_id: UUID) -> ResponseReturnValue:
    area = find(Area, area_id)
    g.back_url = url_for("areas.environment", area_id=area.id)
    form = _form_for(area)
    if form.validate_on_submit():
        if not form.measured:
            form.form_errors.append(gettext("Write down at least one value."))
        else:
            outcome = put_on_record([form.act(area)], entrustment_id=None, by=g.actor)
            if outcome.recorded is not None or outcome.known:
                flash(gettext("The readings are on record; what they mean for the batches is followed up."))
                return redirect(g.back_url)
            show_faults(form, [*outcome.faults, *outcome.questions])
    page = render_template(
        "areas/read.html",
        **place(area, crumb(gettext("Read the room"))),
        area=area,
        form=form,
        measures=list(MEASURES),
        back_url=g.back_url,
    )
    return page, 422 if form.is_submitted() else 200


def _form_for(area: Area) -> ReadingsForm:
    fields: dict[str, Any] = {
        each.key: text_field(
            said(each.name), gettext("Limit: %(limit)s", limit=each.limits_in(area.grade) or "–"), 20, Optional()
        )
        for each in MEASURES.values()
    }
    form: ReadingsForm = type("ReadingsFormOfGrade", (ReadingsForm,), fields)()
    return form
