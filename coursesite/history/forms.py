"""What is asked of whoever brings in an old system's completions."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from coursesite.history.rules import DayOrder


class FileForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    file = FileField(_("The file (CSV)"), validators=[FileRequired(_("Choose a file"))])
    order = RadioField(
        _("How are days written?"),
        choices=[
            SelectChoice(
                DayOrder.UNSAID,
                _("With the year first, or with points: 2024-05-31, 31.5.2024; or I do not know"),
            ),
            SelectChoice(DayOrder.DAY_FIRST, _("With strokes, the day first: 31/05/2024")),
            SelectChoice(DayOrder.MONTH_FIRST, _("With strokes, the month first: 05/31/2024")),
        ],
        default=DayOrder.UNSAID,
    )


class WhyForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = TextAreaField(
        _("Reason"),
        validators=[
            DataRequired(_("Say why: it stands in the record")),
            Length(max=500, message=_("Say it in at most 500 characters")),
        ],
    )
