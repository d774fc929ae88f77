"""What is asked of whoever excuses, extends, enters or revokes, for one person or for many."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from coursesite.addresses import row_id
from coursesite.assignments.forms import DayField
from coursesite.assignments.rules import ReasonCode
from coursesite.people.models import Person
from coursesite.reports.queries import Target
from coursesite.reports.rules import What

MOST_PEOPLE = 500
CODES = {
    ReasonCode.LEAVE: _("Leave"),
    ReasonCode.PARENTAL_LEAVE: _("Parental leave"),
    ReasonCode.SECONDMENT: _("Secondment"),
    ReasonCode.OTHER_TRAINING: _("Other training"),
    ReasonCode.DUTIES: _("The duties do not call for it"),
    ReasonCode.OPERATIONS: _("The service needs it"),
    ReasonCode.TECHNICAL: _("Technical trouble"),
    ReasonCode.IRREGULAR: _("Something was not in order"),
    ReasonCode.OTHER: _("Another reason"),
}


TITLES = {
    What.EXTENSION: _("Give more time"),
    What.WAIVER: _("Waive training"),
    What.ABSENCE: _("Enter an absence"),
    What.COMPLETION: _("Enter a completion"),
    What.PRIOR: _("Enter earlier training"),
    What.REVOCATION: _("Revoke a completion"),
    What.ASSIGNMENT: _("Assign a training"),
    What.REMINDER: _("Remind by mail"),
}
TOLD = {
    What.EXTENSION: _("More time is given: %(who)s."),
    What.WAIVER: _("The training is waived: %(who)s."),
    What.ABSENCE: _("The absence is entered: %(who)s."),
    What.COMPLETION: _("The completion is entered: %(who)s."),
    What.PRIOR: _("The earlier training is entered: %(who)s."),
    What.REVOCATION: _("The completion is revoked: %(who)s."),
    What.ASSIGNMENT: _("The training is assigned: %(who)s."),
    What.REMINDER: _("The mail is written: %(who)s."),
}
LEADS = {
    What.EXTENSION: _("The due date moves for this round only. Both dates are kept."),
    What.WAIVER: _(
        "From the first day to the last it need not be done: it is neither overdue nor reminded of,"
        " and is counted apart."
    ),
    What.ABSENCE: _(
        "Everything rests from the first day to the last, and the clock stands still: afterwards"
        " the due dates move by the days of the absence."
    ),
    What.COMPLETION: _(
        "It counts as completed on the day that you enter, with no certificate of its own."
    ),
    What.PRIOR: _(
        "Training that was done elsewhere counts from its own day, with no certificate of its own."
    ),
    What.REVOCATION: _(
        "The latest completion counts no more, and its certificate is void: the public check shows"
        " your reason. It must be done again within 30 days. What was only entered is taken back."
    ),
    What.ASSIGNMENT: _(
        "These people, and nobody else, are assigned a training that is due on one day. For whole"
        " units, or for whoever joins later, make an assignment on its own page."
    ),
    What.REMINDER: _(
        "Each gets one mail with what is open for them and by when, and your words. Nobody gets two"
        " on one day, and nobody for whom nothing is open."
    ),
}
FIELDS = {
    What.EXTENSION: {"target", "due_on"},
    What.WAIVER: {"target", "starts_on", "ends_on"},
    What.ABSENCE: {"starts_on", "ends_on"},
    What.COMPLETION: {"target", "completed_on"},
    What.PRIOR: {"target", "completed_on", "evidence"},
    What.REVOCATION: {"target"},
    What.ASSIGNMENT: {"target", "due_on"},
    What.REMINDER: set(),
}
KINDS = {
    What.EXTENSION: {*ReasonCode} - {ReasonCode.IRREGULAR},
    What.WAIVER: {*ReasonCode},
    What.ABSENCE: {
        ReasonCode.LEAVE,
        ReasonCode.PARENTAL_LEAVE,
        ReasonCode.SECONDMENT,
        ReasonCode.OTHER_TRAINING,
        ReasonCode.OPERATIONS,
        ReasonCode.OTHER,
    },
    What.COMPLETION: {ReasonCode.OTHER_TRAINING, ReasonCode.TECHNICAL, ReasonCode.OTHER},
    What.PRIOR: {ReasonCode.OTHER_TRAINING, ReasonCode.SECONDMENT, ReasonCode.OTHER},
    What.REVOCATION: {ReasonCode.IRREGULAR, ReasonCode.TECHNICAL, ReasonCode.OTHER},
}
"""Of each decision, the kinds of reason that there can be for it."""

SOMETIMES = set().union(*FIELDS.values())
WITHOUT_CODE = {What.ASSIGNMENT, What.REMINDER}
FIRST = (What.REMINDER, What.EXTENSION, What.WAIVER, What.ASSIGNMENT)


def changes_for(may_assign: bool) -> dict[What, str]:
    """What can be done with people, the most usual first."""
    order = [*FIRST, *(each for each in What if each not in FIRST)]
    return {each: TITLES[each] for each in order if may_assign or each is not What.ASSIGNMENT}


def words_field(label: str, missing: str) -> TextAreaField:
    return TextAreaField(
        label,
        validators=[
            DataRequired(missing),
            Length(max=500, message=_("Say it in at most 500 characters")),
        ],
    )


def day_field(label: str, missing: str | None = None) -> DayField:
    return DayField(label, validators=[InputRequired(missing)] if missing else [])


class ChangeForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """One form for all that can be decided, with the fields that belong to it."""

    people = SelectMultipleField(
        _("People"), coerce=row_id, invalid_choice_message=_("Choose people from the list")
    )
    whole = HiddenField()
    numbers = TextAreaField(
        _("Staff numbers"), validators=[Length(max=20_000, message=_("That is too much at once"))]
    )
    target = SelectField(_("Training"), validators=[InputRequired(_("Choose a training"))])
    due_on = day_field(_("New due date"), _("Enter the new due date"))
    starts_on = day_field(_("First day"), _("Enter the first day"))
    ends_on = day_field(_("Last day"))
    completed_on = day_field(_("Completed on"), _("Enter the day on which it was completed"))
    evidence = words_field(_("Evidence"), _("Say what shows it, such as a certificate's number"))
    code = SelectField(
        _("Kind of reason"), validators=[InputRequired(_("Choose the kind of reason"))]
    )
    reason = words_field(_("Reason"), _("Say why: it stands in the record"))

    def __init__(self, what: What, today: date, **values: Any) -> None:
        super().__init__(**values)
        self.today = today
        for name in SOMETIMES - FIELDS[what]:
            delattr(self, name)
        if what in WITHOUT_CODE:
            del self.code
        else:
            codes = (
                SelectChoice(code, words) for code, words in CODES.items() if code in KINDS[what]
            )
            self.code.choices = [SelectChoice("", _("Choose one")), *codes]
        if what is What.REMINDER:
            self.reason.label.text = _("Your words to them")
        self.people.choices = []

    def offer(self, people: Iterable[Person], titles: Mapping[Target, str]) -> None:
        """Who can be chosen, and of what."""
        self.people.choices = [SelectChoice(str(each.id), _named(each)) for each in people]
        if "target" in self:
            self.target.choices = [
                SelectChoice("", _("Choose one")),
                *(SelectChoice(":".join(target), title) for target, title in titles.items()),
            ]

    @property
    def staff_numbers(self) -> list[str]:
        """Those that were pasted, each once: by lines, commas, semicolons or tabs."""
        pasted = re.split(r"[\n\r,;\t]+", self.numbers.data or "")
        return list(dict.fromkeys(each.strip() for each in pasted if each.strip()))

    def validate_numbers(self, field: TextAreaField) -> None:
        if not self.staff_numbers and not self.people.data and not self.whole.data:
            raise ValidationError(_("Choose somebody, or paste staff numbers"))
        if len(self.staff_numbers) > MOST_PEOPLE:
            raise ValidationError(_("Paste at most 500 staff numbers at once"))

    def validate_completed_on(self, field: DayField) -> None:
        if field.data and field.data > self.today:
            raise ValidationError(_("Enter a day that is not in the future"))


class BackForm(FlaskForm):  # type: ignore[misc]  # as above
    """Taking something back; of a waiver or an absence, or giving it another last day."""

    how = RadioField(
        _("What is right?"),
        choices=[
            SelectChoice("mistake", _("It was a mistake: all is as if it had not been given")),
            SelectChoice("ended", _("It has another last day")),
        ],
        default="mistake",
    )
    ends_on = DayField(_("The last day"))
    reason = words_field(_("Reason"), _("Say why: it stands in the record"))

    def __init__(self, *, has_days: bool, **values: Any) -> None:
        super().__init__(**values)
        if not has_days:
            del self.how
            del self.ends_on

    @property
    def ended(self) -> bool:
        return "how" in self and self.how.data == "ended"

    def validate_ends_on(self, field: DayField) -> None:
        if self.ended and field.data is None and not field.errors:
            raise ValidationError(_("Enter the last day"))


class UndoForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = words_field(_("Reason"), _("Say why: it stands in the record"))


class DecisionForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = words_field(_("Reason"), _("Say why: it stands in the record"))


def _named(person: Person) -> str:
    return f"{person.name}, {person.staff_number}" if person.staff_number else person.name
