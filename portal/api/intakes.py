"""Files of a plant by machine: sent, and followed until their rows are taken; what needs judgement waits for people."""

from uuid import UUID

from flask import current_app, g, url_for
from flask_babel import gettext
from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.forms import proof_of
from portal.api.intake_shapes import Faults, FaultShape, Intakes, IntakeShape, IntakeToSend
from portal.api.problems import Trouble
from portal.api.proposals import Proved
from portal.api.shapes import Given, Turn
from portal.checking.kinds import ending_of
from portal.db import new_id, session
from portal.intakes.receiving import READ, kept_name, receive, sent_before
from portal.intakes.working import take_at_once
from portal.records.entrustment import Entrustment
from portal.records.intake import Intake
from portal.wording import said
from workflows.engine import Side
from workflows.scopes import Scope
from workflows.words import N_, Said

ONE = "/intakes/<uuid:intake_id>"
OTHER_KIND = N_("Choose a file that ends in .csv, .txt, .xlsx or .xml.")


@desk.door("/intakes", Scope.INTAKES_READ, gives=Intakes)
def list_intakes(query: Turn) -> Given:
    """List files that were sent."""
    page, way = page_of(select(Intake), Intake, query, Intakes, IntakeShape)
    return page, 200, way


@desk.door("/intakes", Scope.INTAKES_PROPOSE, method="POST", gives=IntakeShape, status=201, uploads=True)
def send_a_file(json: IntakeToSend) -> Given:
    """Send a file of the plant's own systems.

    The very same file for the same entrustment is the same intake, however often it is sent.
    """
    entrustment = find_within(Entrustment, json.entrustment_id, side=Side.MANUFACTURER)
    if ending_of(json.file.name) not in READ:
        raise Trouble("invalid", errors=[("file.name", gettext(OTHER_KIND))], decided=True)
    named = json.file.model_copy(update={"name": kept_name(json.file.name)})
    proof = proof_of(Proved(file=named, file_id=None), Intake.__tablename__)
    content = proof.upload.stream.read()
    proof.upload.stream.seek(0)
    intake = sent_before(entrustment.id, content)
    if intake is None:
        intake_id, store = new_id(), current_app.extensions["store"]
        file = proof.kept(subject_kind=Intake.__tablename__, subject_id=intake_id)
        intake = receive(intake_id, file, entrustment, store, by=g.actor)
        take_at_once(intake, store, by=g.actor)
        session.flush()
    where = {"Location": url_for("api.read_intake", intake_id=intake.id)}
    return IntakeShape.model_validate(intake), 201, {**tagged(intake), **where}


@desk.door(ONE, Scope.INTAKES_READ, gives=IntakeShape)
def read_intake(intake_id: UUID) -> Given:
    """Read how far a file has come."""
    intake = find_within(Intake, intake_id)
    return IntakeShape.model_validate(intake), 200, tagged(intake)


@desk.door(f"{ONE}/faults", Scope.INTAKES_READ, gives=Faults)
def list_faults_of_an_intake(intake_id: UUID) -> Given:
    """List the rows of a file that were not taken, each with its place, its reason and the way out."""
    intake = find_within(Intake, intake_id)
    told = [FaultShape(place=each["place"], says=said(Said.of(each["says"]))) for each in intake.faults]
    return Faults(faults=told), 200, tagged(intake)
