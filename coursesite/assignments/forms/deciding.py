"""What is asked of whoever ends an assignment, lets it rest, or decides about the parked."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from coursesite.addresses import row_id
from coursesite.assignments.forms.fields import DayField
from coursesite.assignments.rules import Decision


class EndForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = StringField(
        _("Why does it end?"),
        validators=[DataRequired(_("Say why this assignment ends")), Length(max=1000)],
    )


class PauseForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = StringField(
        _("Why is it paused?"),
        validators=[DataRequired(_("Say why this assignment is paused")), Length(max=1000)],
    )


class ResumeForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = StringField(
        _("Why is it resumed?"),
        validators=[DataRequired(_("Say why this assignment is resumed")), Length(max=1000)],
    )


class UndoForm(FlaskForm):  # type: ignore[misc]  # as above
    parked = SelectMultipleField(
        _("People"),
        coerce=row_id,
        validate_choice=False,
        validators=[InputRequired(_("Choose at least one person"))],
    )
    reason = StringField(_("Why"), validators=[DataRequired(_("Say why")), Length(max=1000)])


class SweepUndoForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = StringField(
        _("Why is it taken back?"),
        validators=[DataRequired(_("Say why it is taken back")), Length(max=1000)],
    )


class ParkedForm(FlaskForm):  # type: ignore[misc]  # as above
    """All that a filter shows, or those who were ticked."""

    everybody = BooleanField(_("All of them"))
    parked = SelectMultipleField(_("People"), coerce=row_id, validate_choice=False)
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

    def validate_parked(self, field: SelectMultipleField) -> None:
        if not field.data and not self.everybody.data:
            raise ValidationError(_("Choose at least one person"))

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
