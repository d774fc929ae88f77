"""What is asked of whoever assigns: what, who, by when, for how long, why."""

from collections.abc import Collection, Iterator
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from coursesite.assignments.forms.conditions import MOST_GROUPS, GroupForm, Offers, filled_from
from coursesite.assignments.forms.fields import DayField, NumberField, YearDayField
from coursesite.assignments.queries.targets import Target
from coursesite.assignments.rules import (
    Due,
    DueRule,
    ExpiryMode,
    Known,
    Plan,
    Terms,
    groups_of,
)
from coursesite.assignments.sentences import DUE_RULES, EXPIRY_MODES
from coursesite.progress.rules import TargetKind

GROUPS = {
    TargetKind.PATH: _("Learning paths"),
    TargetKind.MODULE: _("Single modules"),
}
LONGEST_DAYS = 730
NOT_PUBLISHED = _("Choose a learning path or a module that is published")
ROUNDS = (
    ("refresher_1", _("The first renewal is done by")),
    ("refresher_2", _("The second by")),
    ("refresher_3", _("The third by")),
    ("refresher_4", _("The fourth by")),
)


class AssignmentForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """The groups of conditions are forms of their own, in `groups`."""

    target = SelectField(
        _("What must be done"),
        invalid_choice_message=NOT_PUBLISHED,
        validators=[InputRequired(_("Choose a learning path or a module"))],
    )
    find = StringField(_("Find units by name"))
    due = RadioField(
        _("When is it due?"),
        choices=[SelectChoice(rule.value, words) for rule, words in DUE_RULES.items()],
        default=DueRule.AFTER_ASSIGNMENT.value,
        validators=[InputRequired(_("Choose when it is due"))],
    )
    due_on = DayField(_("The fixed date"))
    due_days = NumberField(_("So many days after that"), default=60)
    due_target = SelectField(
        _("The other course"),
        default="",
        invalid_choice_message=NOT_PUBLISHED,
    )
    validity_months = NumberField(
        _("Months that it is valid for"),
        validators=[Optional(), NumberRange(0, 120, _("Enter 0 to 120 months"))],
    )
    expiry_mode = RadioField(
        _("A renewal is valid"),
        choices=[SelectChoice(mode.value, words) for mode, words in EXPIRY_MODES.items()],
        default=ExpiryMode.PREVIOUS.value,
        validators=[InputRequired(_("Choose what a renewal is counted from"))],
    )
    calendar_day = YearDayField(_("The day on which it ends every year"))
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
    refresher_1 = SelectField(ROUNDS[0][1], default="", invalid_choice_message=NOT_PUBLISHED)
    refresher_2 = SelectField(ROUNDS[1][1], default="", invalid_choice_message=NOT_PUBLISHED)
    refresher_3 = SelectField(ROUNDS[2][1], default="", invalid_choice_message=NOT_PUBLISHED)
    refresher_4 = SelectField(ROUNDS[3][1], default="", invalid_choice_message=NOT_PUBLISHED)
    reason = TextAreaField(
        _("Why"),
        validators=[
            DataRequired(_("Say why, in a sentence that people will read")),
            Length(max=1000, message=_("Say it in at most 1,000 characters")),
        ],
    )

    def offer(self, offers: Offers, groups: list[GroupForm]) -> None:
        """What can be chosen, and the forms of the groups."""
        self.groups = groups
        for group in groups:
            group.offer(offers, self.find.data or "")
        self.targets = {f"{each.kind}:{each.slug}": each for each in offers.targets}
        self.target.choices = _choices(self.targets, _("Choose one"))
        self.due_target.choices = _choices(self.targets, _("Choose one"))
        for field in self.refreshers:
            field.choices = _choices(self.targets, _("The whole course"))

    @property
    def refreshers(self) -> list[SelectField]:
        return [self[name] for name, _label in ROUNDS]

    def validate(self, extra_validators: Any = None) -> bool:
        """The groups too; those that were left empty, but for the first, do not count."""
        right: bool = super().validate(extra_validators)
        filled = [group for group in self.groups if not group.blank]
        if not filled:
            units = self.groups[0].units
            units.errors = [_("Say whom it is for: choose units, or something else of a group")]
        return all([right, bool(filled), *(group.validate() for group in filled)])

    @property
    def all_errors(self) -> Iterator[tuple[str, str]]:
        """Every field's number and what is wrong with it, in the order of the page."""
        whose = (self.target, *(field for group in self.groups for field in group))
        for field in (*whose, *(field for field in self if field is not self.target)):
            yield from ((field.id, message) for message in field.errors)

    def validate_due_on(self, field: DayField) -> None:
        if self.due.data == DueRule.FIXED and field.data is None and not field.errors:
            raise ValidationError(_("Enter the date on which it is due"))

    def validate_due_days(self, field: IntegerField) -> None:
        counts = self.due.data != DueRule.FIXED and not field.errors
        if counts and not 0 < (field.data or 0) <= LONGEST_DAYS:
            raise ValidationError(_("Enter 1 to 730 days"))

    def validate_due_target(self, field: SelectField) -> None:
        if self.due.data != DueRule.AFTER_TARGET:
            return
        if not field.data:
            raise ValidationError(_("Choose the course that must be completed before"))
        if field.data == self.target.data:
            raise ValidationError(_("Choose another course than the one that must be done"))

    def validate_calendar_day(self, field: YearDayField) -> None:
        if self.expiry_mode.data == ExpiryMode.CALENDAR and not field.data and not field.errors:
            raise ValidationError(_("Enter the day on which it ends every year"))

    def validate_validity_months(self, field: IntegerField) -> None:
        calendar = self.expiry_mode.data == ExpiryMode.CALENDAR
        if calendar and field.data == 0 and not field.errors:
            raise ValidationError(_("Enter at least 1 month, or choose another way of expiring"))

    def plan(self, organisation_id: int) -> Plan:
        """What was filled in, as the plan that it stands for."""
        target = self.targets[self.target.data]
        filled = [group for group in self.groups if not group.blank]
        return Plan(
            organisation_id=organisation_id,
            kind=target.kind,
            slug=target.slug,
            conditions=tuple(
                each for number, group in enumerate(filled, 1) for each in group.conditions(number)
            ),
            due=self._due(),
            terms=self._terms(target),
            reason=self.reason.data.strip(),
            due_target=self._due_target(),
        )

    def _due(self) -> Due:
        if self.due.data == DueRule.FIXED:
            return Due(DueRule.FIXED, on=self.due_on.data)
        return Due(DueRule(self.due.data), days=self.due_days.data)

    def _due_target(self) -> str | None:
        if self.due.data != DueRule.AFTER_TARGET:
            return None
        return self.targets[self.due_target.data].slug

    def _terms(self, target: Target) -> Terms:
        months: int | None = self.validity_months.data
        months = target.valid_months if months is None else months
        mode = ExpiryMode(self.expiry_mode.data)
        return Terms(
            months or None,
            self.window_days.data or 0,
            self.grace_days.data or 0,
            mode,
            self.calendar_day.data if mode is ExpiryMode.CALENDAR else None,
            tuple(field.data for field in self.refreshers if field.data),
        )


def filled_in(
    plan: Plan, offers: Offers, known: Collection[Known]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The fields of the form and of its groups, as the plan would be filled in."""
    keys = {each.slug: f"{each.kind}:{each.slug}" for each in reversed(list(offers.targets))}
    due, terms = plan.due, plan.terms
    refreshers = zip((name for name, _label in ROUNDS), terms.refreshers, strict=False)
    fields = {
        "target": f"{plan.kind}:{plan.slug}",
        "due": due.rule.value,
        "due_on": due.on,
        "due_days": due.days,
        "due_target": keys.get(plan.due_target or "", ""),
        "validity_months": terms.months or 0,
        "expiry_mode": terms.mode.value,
        "calendar_day": terms.calendar_day,
        "window_days": terms.window_days,
        "grace_days": terms.grace_days,
        "reason": plan.reason,
        **dict(refreshers),
    }
    groups = [filled_from(group, offers, known) for group in groups_of(plan.conditions)]
    return fields, groups[:MOST_GROUPS]


def _choices(targets: dict[str, Target], nothing: Any) -> list[SelectChoice]:
    return [
        SelectChoice("", nothing),
        *(
            SelectChoice(key, each.title, optgroup=GROUPS[each.kind])
            for key, each in targets.items()
        ),
    ]
