"""What an administrator says about a machine: what it is for, what it may do, which key is its own."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.identity.keyring import NotAKey, PublicKey, public_key_in
from portal.records.entrustment import Entrustment
from portal.web import RecordForm, options, tidy
from portal.wording import said
from workflows.scopes import GRANTS, WHOLE_HOUSE, Scope

LARGEST_KEY = 10_000
BOTH, REPLACE = "both", "replace"


class ClientForm(RecordForm):
    name = StringField(
        _l("Name"),
        description=_l("It stands in the ledger under everything the machine does, for example: MES Changzhou."),
        filters=[tidy],
        validators=[DataRequired(_l("Name the machine, for example MES Changzhou.")), Length(max=80)],
    )
    purpose = TextAreaField(
        _l("Purpose"),
        description=_l("What it does here and who answers for it, for example: reports figures from the line."),
        filters=[tidy],
        validators=[DataRequired(_l("Say what the machine is for.")), Length(max=500)],
    )
    scopes = SelectMultipleField(
        _l("What it may do"), description=_l("It reads and proposes. It never signs and never decides.")
    )
    entrustments = SelectMultipleField(
        _l("Limited to entrustments"), description=_l("Choose none, and it serves all of your entrustments.")
    )
    networks = TextAreaField(
        _l("Address ranges"),
        description=_l("From where it may come, one range a line, for example 10.20.0.0/16. Empty: from anywhere."),
        filters=[tidy],
        validators=[Length(max=1000)],
    )

    def offer(self, entrustments: Iterable[Entrustment]) -> None:
        self.scopes.choices = options({scope.value: said(grant.says) for scope, grant in GRANTS.items()})
        self.entrustments.choices = options({str(each.id): _called(each) for each in entrustments})

    def validate_scopes(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose at least one thing it may do."))
        if self.entrustments.data and WHOLE_HOUSE & {Scope(each) for each in field.data}:
            raise ValidationError(
                gettext(
                    "What the organisation keeps for itself belongs to no entrustment: leave it out, "
                    "or do not limit the machine to entrustments."
                )
            )

    def validate_networks(self, field: Field) -> None:
        try:
            list(_ranges(field.data))
        except ValueError as wrong:
            raise ValidationError(
                gettext("One of the lines is not an address range. Example: 10.20.0.0/16.")
            ) from wrong

    def write_to(self, client: Any) -> None:
        client.name, client.purpose = self.name.data, self.purpose.data
        client.scopes = sorted(self.scopes.data or [])
        client.entrustments = sorted(self.entrustments.data) if self.entrustments.data else None
        client.networks = list(_ranges(self.networks.data))


class KeyForm(RecordForm):
    """A public key, pasted or as a file.  ``found`` is what was read in it."""

    text = TextAreaField(
        _l("Public key"),
        description=_l("Ed25519, as a JSON Web Key or as PEM. Only the public half."),
        filters=[tidy],
        validators=[Length(max=LARGEST_KEY)],
    )
    file = FileField(_l("Or as a file"), description=_l("The same as a .pem file."))
    others = RadioField(
        _l("The key in use until now"),
        choices=options(
            {
                REPLACE: _l("is replaced: it counts for 24 hours more"),
                BOTH: _l("stays: both count"),
            }
        ),
        default=REPLACE,
        validators=[InputRequired(_l("Choose one."))],
    )
    found: PublicKey

    def validate_text(self, field: Field) -> None:
        upload = self.file.data
        given = upload.stream.read(LARGEST_KEY).decode("ascii", "replace") if upload else field.data
        if not given:
            raise ValidationError(gettext("Paste the public key, or choose its file."))
        try:
            self.found = public_key_in(given)
        except NotAKey as wrong:
            raise ValidationError(said(wrong.says)) from wrong


class ReasonForm(RecordForm):
    reason = TextAreaField(
        _l("Reason"),
        description=_l("For example: the machine was taken out of service."),
        filters=[tidy],
        validators=[DataRequired(_l("Say why.")), Length(max=2000)],
    )


def _called(entrustment: Entrustment) -> str:
    parties = {"registrant": entrustment.registrant.name, "manufacturer": entrustment.manufacturer.name}
    called: str = gettext("%(number)s: %(registrant)s, %(manufacturer)s", number=entrustment.number, **parties)
    return called


def _ranges(text: str | None) -> Iterator[str]:
    for line in (text or "").split():
        yield str(ip_network(line, strict=False))
