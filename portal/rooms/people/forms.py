"""Inviting somebody, changing what they may do, and saying why they may no longer."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from portal.records.organisation import Organisation
from portal.web import RecordForm
from portal.web.forms import options, tidy
from portal.wording import said
from workflows.people import fitting_roles
from workflows.powers import ROLE_NAMES, Role


class _RolesForm(RecordForm):
    title = StringField(
        _l("Position"),
        description=_l("As it stands on their appointment, for example: Head of quality."),
        filters=[tidy],
        validators=[DataRequired(_l("Say which position the person holds.")), Length(max=80)],
    )
    roles = SelectMultipleField(
        _l("Roles"), description=_l("What the person may do here. More than one is possible."), validators=[]
    )

    def offer(self, organisation: Organisation) -> None:
        """Offer the roles that fit this kind of organisation, and no others."""
        self.roles.choices = options({role.value: said(ROLE_NAMES[role]) for role in _fitting(organisation)})

    def validate_roles(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose at least one role."))

    @property
    def chosen(self) -> list[str]:
        return sorted(self.roles.data or [])


class InviteForm(_RolesForm):
    name = StringField(
        _l("Name"),
        description=_l("As on the identity card; it stands under every signature."),
        filters=[tidy],
        validators=[DataRequired(_l("Type the person's name.")), Length(max=60)],
    )
    email = EmailField(
        _l("E-mail address"),
        description=_l("The person signs in with it, for example: lin@chengyue.example."),
        filters=[tidy, lambda text: text.lower() if text else text],
        validators=[
            DataRequired(_l("Type the person's e-mail address.")),
            Length(max=254),
            Regexp(
                r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$",
                message=_l("This is not an e-mail address. Example: lin@chengyue.example."),
            ),
        ],
    )

    def refuse_taken(self, addresses: Iterable[str]) -> bool:
        """Whether the address is among ``addresses``, those of the own people and open invitations."""
        taken = self.email.data in set(addresses)
        if taken:
            self.email.errors = [gettext("Somebody here signs in with this address, or is invited under it already.")]
        return taken


class EditForm(_RolesForm):
    pass


class ReasonForm(RecordForm):
    reason = TextAreaField(
        _l("Reason"),
        description=_l("For example: left the company on 30 November; telephone lost."),
        filters=[tidy],
        validators=[DataRequired(_l("Say why.")), Length(max=2000)],
    )


def _fitting(organisation: Organisation) -> tuple[Role, ...]:
    return fitting_roles(
        registrant=organisation.is_registrant,
        manufacturer=organisation.is_manufacturer,
        authority=organisation.is_authority,
    )
