"""What is asked for before somebody's data is erased: why, whom, and that it is you."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, StringField
from wtforms.fields import TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from coursesite.administration.forms import reason_field, stripped
from coursesite.assignments.forms import DayField
from coursesite.erasing.rules import LONGEST_YEARS, SHORTEST_YEARS, is_same
from coursesite.erasing.services import MOST_AT_ONCE
from coursesite.people.models import Person


def password_field() -> PasswordField:
    return PasswordField(
        _("Your own password"),
        validators=[
            InputRequired(_("Enter your own password: it must be you who does this")),
            Length(max=1000),
        ],
    )


class EraseForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """One person. `leaves` is asked of somebody who still works here."""

    leaves = BooleanField(_("This person works here no more: they leave today"))
    reason = reason_field()
    whom = StringField(
        _("Type the whole name, or the staff number"),
        filters=[stripped],
        validators=[InputRequired()],
    )
    your_password = password_field()

    def __init__(self, subject: Person, **values: Any) -> None:
        super().__init__(**values)
        self.subject = subject
        if subject.left_on is not None:
            del self.leaves

    def validate_whom(self, field: StringField) -> None:
        meant = (self.subject.name, self.subject.staff_number)
        if not any(is_same(field.data or "", each) for each in meant if each):
            raise ValidationError(_("This is neither the name nor the staff number of this person"))

    def validate_leaves(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError(
                _("This person still works here. Say that they leave, or do not erase their data")
            )


class HoldForm(FlaskForm):  # type: ignore[misc]  # as above
    """Why nobody is to erase somebody, and until which day."""

    until_on = DayField(
        _("Until"), validators=[InputRequired(_("Enter the last day on which the data is held"))]
    )
    reason = reason_field()


class LetGoForm(FlaskForm):  # type: ignore[misc]  # as above
    """Why a hold ends before its day: from then on the data can be erased."""

    reason = reason_field()
    your_password = password_field()


class TermsForm(FlaskForm):  # type: ignore[misc]  # as above
    """After how many years; nothing means that nobody is erased by itself."""

    years = IntegerField(
        _("Years after they left"),
        validators=[Optional(), NumberRange(SHORTEST_YEARS, LONGEST_YEARS)],
    )
    reason = reason_field()
    your_password = password_field()


class ListForm(FlaskForm):  # type: ignore[misc]  # as above
    """Whom by staff number: nothing is erased by that yet."""

    numbers = TextAreaField(
        _("Staff numbers"), validators=[InputRequired(_("Paste staff numbers")), Length(max=50_000)]
    )

    def validate_numbers(self, field: TextAreaField) -> None:
        if not 0 < len(self.staff_numbers) <= MOST_AT_ONCE:
            raise ValidationError(_("Paste from 1 to 500 staff numbers"))

    @property
    def staff_numbers(self) -> list[str]:
        """Each once: by lines, commas, semicolons or tabs."""
        pasted = re.split(r"[\n\r,;\t]+", self.numbers.data or "")
        return list(dict.fromkeys(each.strip() for each in pasted if each.strip()))


class ManyForm(FlaskForm):  # type: ignore[misc]  # as above
    """Those of the list, by number, and how many they are."""

    people = HiddenField(validators=[InputRequired(), Length(max=10_000)])
    reason = reason_field()
    how_many = IntegerField(_("Type how many people these are"), validators=[InputRequired()])
    your_password = password_field()

    @property
    def ids(self) -> list[int]:
        return [int(each) for each in re.findall(r"[0-9]{1,9}", self.people.data or "")]

    def validate_how_many(self, field: IntegerField) -> None:
        if field.data != len(self.ids):
            raise ValidationError(_("That is not how many people the list holds"))
