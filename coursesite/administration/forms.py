"""What administrators are asked for. Every change by hand needs its reason."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from coursesite.administration.words import AUDIENCES, ROLES
from coursesite.people.models import Unit

WHOLE = "whole"
EMAIL = r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+$"


def not_blank(form: FlaskForm, field: StringField) -> None:
    if not (field.data or "").strip():
        raise ValidationError(_("Enter some words, not only blanks"))


def stripped(text: str | None) -> str | None:
    return text.strip() if text else text


def reason_field() -> TextAreaField:
    return TextAreaField(
        _("Reason"),
        filters=[stripped],
        validators=[
            InputRequired(_("Say why: it stands in the record")),
            Length(max=1000),
            not_blank,
        ],
    )


def unit_choices(units: Iterable[Unit]) -> list[SelectChoice]:
    """Each with the names of the units that it belongs to, as far as they are among them."""
    names: dict[str, str] = {}
    for unit in sorted(units, key=lambda unit: unit.path):
        above = names.get(unit.path[: -len(f"{unit.id}/")])
        names[unit.path] = f"{above}, {unit.name}" if above else unit.name
    named = sorted((name, path.strip("/").split("/")[-1]) for path, name in names.items())
    return [SelectChoice(number, name) for name, number in named]


class PersonForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    given_name = StringField(_("Given name"), filters=[stripped], validators=[Length(max=100)])
    family_name = StringField(
        _("Family name"),
        filters=[stripped],
        validators=[InputRequired(_("Enter a family name")), Length(max=100), not_blank],
    )
    email = EmailField(
        _("E-mail address"),
        filters=[stripped],
        validators=[
            InputRequired(_("Enter an e-mail address")),
            Length(max=254),
            Regexp(EMAIL, message=_("Enter an e-mail address, such as name@example.org")),
        ],
    )
    staff_number = StringField(_("Staff number"), filters=[stripped], validators=[Length(max=64)])
    audience = SelectField(
        _("Profession"),
        choices=[
            SelectChoice("", _("None of these")),
            *(SelectChoice(word, name) for word, name in AUDIENCES.items()),
        ],
    )
    unit = SelectField(_("Unit"), coerce=int)
    hired_on = DateField(_("Hired on"), format=["%d %m %Y", "%Y-%m-%d"], validators=[Optional()])

    def __init__(self, units: Iterable[Unit], **values: Any) -> None:
        super().__init__(**values)
        self.unit.choices = unit_choices(units)


class MoveForm(FlaskForm):  # type: ignore[misc]  # as above
    unit = SelectField(_("New unit"), coerce=int)
    reason = reason_field()

    def __init__(self, units: Iterable[Unit], **values: Any) -> None:
        super().__init__(prefix="move-", **values)
        self.unit.choices = unit_choices(units)


class LeaveForm(FlaskForm):  # type: ignore[misc]  # as above
    left_on = DateField(
        _("Last day"), validators=[InputRequired(_("Enter the last day, such as 27 3 2027"))]
    )
    reason = reason_field()

    def __init__(self, **values: Any) -> None:
        super().__init__(prefix="leave-", **values)


class RoleForm(FlaskForm):  # type: ignore[misc]  # as above
    """`whole` says whether the role may be given for the whole organisation."""

    role = SelectField(
        _("Role"), choices=[SelectChoice(role, name) for role, name in ROLES.items()]
    )
    unit = SelectField(_("Where"))
    reason = reason_field()

    def __init__(self, units: Iterable[Unit], *, whole: bool, **values: Any) -> None:
        super().__init__(prefix="role-", **values)
        everywhere = [SelectChoice(WHOLE, _("The whole organisation"))] if whole else []
        self.unit.choices = [*everywhere, *unit_choices(units)]


class ReasonForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = reason_field()


class SupportForm(FlaskForm):  # type: ignore[misc]  # as above
    """What somebody is to have in every quiz."""

    extra_time = IntegerField(
        _("More time, in per cent"), default=0, validators=[InputRequired(), NumberRange(0, 400)]
    )
    extra_attempts = IntegerField(
        _("More attempts"), default=0, validators=[InputRequired(), NumberRange(0, 50)]
    )
    larger = BooleanField(_("Larger text and controls"))
    starts_on = DateField(_("From"), validators=[InputRequired(_("Enter the first day"))])
    ends_on = DateField(_("Until"), validators=[Optional()])
    reason = reason_field()

    def __init__(self, **values: Any) -> None:
        super().__init__(prefix="support-", **values)


class UnlockForm(FlaskForm):  # type: ignore[misc]  # as above
    """Which quiz is unlocked; `titles` are those that the person tried, by slug."""

    quiz = SelectField(_("Quiz"))
    reason = reason_field()

    def __init__(self, titles: Mapping[str, str], **values: Any) -> None:
        super().__init__(prefix="unlock-", **values)
        self.quiz.choices = [SelectChoice(slug, title) for slug, title in titles.items()]
