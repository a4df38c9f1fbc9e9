"""Files of the demonstration plants: one waits for its columns to be named, as the first of its kind does."""

import io
from uuid import UUID

from flask import current_app

from portal.db import new_id, session
from portal.demo.hands import played_by
from portal.identity import Actor
from portal.intakes.receiving import name_columns, opened_sheets, receive
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.records.intake import Intake
from workflows.powers import Role

STEPS = """\
{plant} 生产执行系统导出,,,,,,,
批号,工序,设备编号,操作人,开始时间,结束时间,温度(℃),备注
{batch},车削,CNC-03,王强,2026年11月19日 8:00,10:30,21.5,首件合格
{batch},去毛刺,,王强,2026/11/19 13:00,2026/11/19 15:10,21.8,
{batch},清洗,UC-01,李梅,03/04/2026,,22.0,
"""
READINGS = """\
批号,工序,参数,实测值,单位,采集时间
{batch},钝化,槽液温度,51.5,°C,2026-11-20 08:00
{batch},钝化,槽液温度,51.9,°C,2026-11-20 08:10
{batch},钝化,浸泡时间,25,min,2026-11-20 08:30
"""


def send_steps(org: dict[str, UUID], batch_id: UUID, manufacturer: str, plant: str) -> UUID:
    """Process steps as the plant's own system exports them; one row has a date that can be read twice."""
    name, content = "工序记录-{batch}.csv", STEPS.replace("{plant}", plant)
    with played_by(manufacturer, Role.PLANT_CLERK, org) as by:
        return _sent(batch_id, name, content, by=by).id


def send_readings(org: dict[str, UUID], batch_id: UUID, manufacturer: str) -> UUID:
    """Readings of a bath whose columns are named: the next round of ``portal errands`` takes them."""
    with played_by(manufacturer, Role.PLANT_CLERK, org) as by:
        intake = _sent(batch_id, "槽液-{batch}.csv", READINGS, by=by)
        (seen,) = opened_sheets(intake, current_app.extensions["store"])
        name_columns(intake, 0, seen.proposed(), by=by)
        return intake.id


def _sent(batch_id: UUID, name: str, content: str, *, by: Actor) -> Intake:
    """In GB18030, as programs of plants write it."""
    batch, store, intake_id = session.get_one(Batch, batch_id), current_app.extensions["store"], new_id()
    file = store.keep(
        name.replace("{batch}", batch.number),
        io.BytesIO(content.replace("{batch}", batch.number).encode("gb18030")),
        subject_kind=Intake.__tablename__,
        subject_id=intake_id,
    )
    return receive(intake_id, file, session.get_one(Entrustment, batch.entrustment_id), store, by=by)
