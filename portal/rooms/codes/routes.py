"""What anybody may ask with the code of a device label: its page, and where its address leads."""

from urllib.parse import urlencode

from flask import Response, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agreements.identifiers import Malformed
from agreements.udi import Agency, Identification, printed, read
from portal.db import today
from portal.facts.labels import Label, label_of, recall_of
from portal.limits import LABEL_FROM
from portal.rooms.codes.resolving import address_asked, resolved
from portal.web import Room
from portal.wording import LANGUAGES
from workflows.words import N_

room = Room("codes", __name__)
OTHER = {"en": "zh", "zh": "en"}
COMPRESSED = N_(
    "This address of GS1 Digital Link is compressed or cut short, and is not read. "
    "Send it as it is printed: /01/ and the identifier, then each element with its value."
)


@room.public("/d/<path:code>", limit=LABEL_FROM)
def show(code: str) -> ResponseReturnValue:
    """The page of a device label.  Lot, serial number and days are said as they were scanned and looked up nowhere,
    so that nobody learns which others there are."""
    told, label = _known(code, "/d/")
    g.for_anybody = True
    g.language = _language()
    return render_template(
        "codes/show.html",
        told=told,
        label=label,
        text=printed(told),
        recall=recall_of(told),
        is_past=_is_past(told),
        other=OTHER[g.language],
        switch_url=f"{request.path}?{_switched(OTHER[g.language])}",
    )


@room.public("/01/<path:code>", limit=LABEL_FROM)
def resolve(code: str) -> ResponseReturnValue:
    """Where the address on a label leads: to the page of the device unless another kind of link is asked for."""
    if len(address_asked("/01/").partition("?")[0].split("/")) % 2 == 0:  # an element without its value
        return gettext(COMPRESSED), 400, {"Content-Type": "text/plain; charset=utf-8"}
    told, label = _known(f"01/{code}", "/01/")
    answer = resolved(told, label, today())
    if answer is None:
        abort(404)
    g.for_anybody = g.actor is None
    return answer


@room.public("/00/<path:code>", limit=LABEL_FROM)
def package(code: str) -> ResponseReturnValue:
    """What is in a package is for whoever may see it: they are led to the scan field, strangers first to sign in."""
    return redirect(url_for("scans.show", q=f"{current_app.config['SETTINGS'].address}/00/{code}"), 307)


@room.public("/.well-known/gs1resolver", limit=LABEL_FROM)
def description() -> ResponseReturnValue:
    g.for_anybody = True
    answer: Response = jsonify(
        name="Weituo",
        resolverRoot=current_app.config["SETTINGS"].address,
        supportedPrimaryKeys=["01", "00"],
        linkTypeDefaultCanBeLinkset=False,
        supportedLinkType=[
            {"namespace": "https://ref.gs1.org/voc/", "prefix": "gs1:", "profile": "GS1 Web Vocabulary"}
        ],
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _known(code: str, prefix: str) -> tuple[Identification, Label]:
    """What the code says and what it stands for; 404, always the same, for whatever stands for nothing here."""
    is_link = code.startswith("01/")
    address = current_app.config["SETTINGS"].address + address_asked(prefix).removeprefix("/d")
    try:
        told = read(address if is_link else code, today())
    except Malformed:
        abort(404)
    if is_link is not (told.agency is Agency.GS1):
        abort(404)
    label = label_of(told)
    if label is None:
        abort(404)
    return told, label


def _language() -> str:
    """Chosen on the page, else what the browser asks for: no cookie, so that all get the same under one address."""
    chosen = request.args.get("lang", "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "zh"


def _switched(language: str) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return urlencode([*kept, ("lang", language)])


def _is_past(told: Identification) -> bool:
    """Whether the day that the label itself names is over."""
    last = told.expires_on or told.valid_until
    return last is not None and last.last < today()
