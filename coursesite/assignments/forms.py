"""What is asked of whoever assigns, ends an assignment, or decides about the parked."""

from collections.abc import Collection, Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from coursesite.addresses import row_id
from coursesite.assignments.queries.targets import Target
from coursesite.assignments.queries.units import Place
from coursesite.assignments.rules import (
    Condition,
    Criterion,
    Decision,
    Due,
    DueRule,
    Plan,
    Terms,
)
from coursesite.assignments.sentences import AUDIENCES
from coursesite.progress.rules import TargetKind

GROUPS = {
    TargetKind.PATH: _("Learning paths"),
    TargetKind.MODULE: _("Single modules"),
}
LONGEST_DAYS = 730


class DayField(DateField):  # type: ignore[misc]  # wtforms has no types
    """A day in three boxes of one name, or in ISO form; empty boxes are no day."""

    data: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, format=["%d %m %Y", "%Y-%m-%d"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not any(value.strip() for value in valuelist):
            return
        try:
            super().process_formdata([" ".join(" ".join(valuelist).split())])
        except ValueError as error:
            raise ValueError(_("Enter a real date, such as 27 3 2027")) from error


class NumberField(IntegerField):  # type: ignore[misc]  # as above
    """A whole number; an empty box is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not any(value.strip() for value in valuelist):
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter a whole number")) from error


class AssignmentForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    target = SelectField(
        _("What must be done"),
        invalid_choice_message=_("Choose a learning path or a module that is published"),
        validators=[InputRequired(_("Choose a learning path or a module"))],
    )
    units = SelectMultipleField(
        _("Who: everyone posted in these units"),
        coerce=int,
        invalid_choice_message=_("Choose units from the list"),
        validators=[InputRequired(_("Choose at least one unit"))],
    )
    audience = SelectField(_("Only this profession"))
    due = RadioField(
        _("When is it due?"),
        choices=[
            SelectChoice(DueRule.FIXED.value, _("On a fixed date")),
            SelectChoice(
                DueRule.AFTER_ASSIGNMENT.value, _("So many days after it is assigned to somebody")
            ),
        ],
        default=DueRule.AFTER_ASSIGNMENT.value,
        validators=[InputRequired(_("Choose when it is due"))],
    )
    due_on = DayField(_("The fixed date"))
    due_days = NumberField(_("Days after it is assigned"), default=60)
    validity_months = NumberField(
        _("Months that it is valid for"),
        validators=[Optional(), NumberRange(0, 120, _("Enter 0 to 120 months"))],
    )
    window_days = NumberField(
        _("Days before the end in which it can be renewed"),
        default=60,
        validators=[
            InputRequired(_("Enter a number of days")),
            NumberRange(0, 365, _("Enter 0 to 365 days")),
        ],
    )
    grace_days = NumberField(
        _("Days of grace after the end"),
        default=0,
        validators=[
            InputRequired(_("Enter a number of days")),
            NumberRange(0, 365, _("Enter 0 to 365 days")),
        ],
    )
    reason = TextAreaField(
        _("Why"),
        validators=[
            DataRequired(_("Say why, in a sentence that people will read")),
            Length(max=1000, message=_("Say it in at most 1,000 characters")),
        ],
    )

    def offer(self, targets: Iterable[Target], places: Collection[Place]) -> None:
        """What can be chosen: only what is published, only units of one's own."""
        self.places = {place.id: place for place in places}
        self.targets = {f"{each.kind}:{each.slug}": each for each in targets}
        self.target.choices = [
            SelectChoice("", _("Choose one")),
            *(
                SelectChoice(key, each.title, optgroup=GROUPS[each.kind])
                for key, each in self.targets.items()
            ),
        ]
        self.units.choices = [SelectChoice(place.id, place.name) for place in places]
        self.audience.choices = [
            SelectChoice("", _("All professions")),
            *(SelectChoice(each.value, words) for each, words in AUDIENCES.items()),
        ]

    def validate_due_on(self, field: DateField) -> None:
        if self.due.data == DueRule.FIXED and field.data is None and not field.errors:
            raise ValidationError(_("Enter the date on which it is due"))

    def validate_due_days(self, field: IntegerField) -> None:
        counts = self.due.data == DueRule.AFTER_ASSIGNMENT and not field.errors
        if counts and not 0 < (field.data or 0) <= LONGEST_DAYS:
            raise ValidationError(_("Enter 1 to 730 days"))

    def plan(self, organisation_id: int) -> Plan:
        """What was filled in, as the plan that it stands for."""
        target = self.targets[self.target.data]
        fixed = self.due.data == DueRule.FIXED
        due = (
            Due(DueRule.FIXED, on=self.due_on.data)
            if fixed
            else Due(DueRule.AFTER_ASSIGNMENT, days=self.due_days.data)
        )
        return Plan(
            organisation_id=organisation_id,
            kind=target.kind,
            slug=target.slug,
            conditions=tuple(self._conditions()),
            due=due,
            terms=self._terms(target),
            reason=self.reason.data.strip(),
        )

    def _terms(self, target: Target) -> Terms:
        months: int | None = self.validity_months.data
        months = target.valid_months if months is None else months
        return Terms(months or None, self.window_days.data or 0, self.grace_days.data or 0)

    def _conditions(self) -> Iterable[Condition]:
        for group, unit_id in enumerate(self.units.data, start=1):
            yield Condition(Criterion.UNIT, self.places[unit_id].path, group)
            if self.audience.data:
                yield Condition(Criterion.AUDIENCE, self.audience.data, group)


class EndForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = StringField(
        _("Why does it end?"),
        validators=[DataRequired(_("Say why this assignment ends")), Length(max=1000)],
    )


class ParkedForm(FlaskForm):  # type: ignore[misc]  # as above
    parked = SelectMultipleField(
        _("People"),
        coerce=row_id,
        validate_choice=False,
        validators=[InputRequired(_("Choose at least one person"))],
    )
    decision = RadioField(
        _("What becomes of them?"),
        choices=[
            SelectChoice(Decision.NEW_DATE.value, _("Assign it with another date")),
            SelectChoice(Decision.ASSIGN_ANYWAY.value, _("Assign it anyway")),
            SelectChoice(Decision.LEAVE_OUT.value, _("Do not assign it")),
        ],
        validators=[InputRequired(_("Choose what becomes of them"))],
    )
    due_on = DayField(_("The other date"))
    reason = StringField(_("Why"), validators=[DataRequired(_("Say why")), Length(max=1000)])

    def validate_due_on(self, field: DateField) -> None:
        if self.decision.data == Decision.NEW_DATE and field.data is None and not field.errors:
            raise ValidationError(_("Enter the other date"))


class MoreTimeForm(FlaskForm):  # type: ignore[misc]  # as above
    due_on = DayField(
        _("By when could you finish?"), validators=[InputRequired(_("Enter the day"))]
    )
    reason = TextAreaField(
        _("Why"),
        validators=[
            DataRequired(_("Say why you need more time")),
            Length(max=500, message=_("Say it in at most 500 characters")),
        ],
    )
