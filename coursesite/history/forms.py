"""What is asked of whoever brings in an old system's completions."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from coursesite.decoding import Letters
from coursesite.history.rules import DayOrder

LETTERS: list[SelectChoice] = [
    SelectChoice(Letters.UNSAID, _("I do not know: find it out")),
    SelectChoice(Letters.UTF_8, _("UTF-8, as “CSV UTF-8” in a spreadsheet")),
    SelectChoice(Letters.WESTERN, _("Windows, Western Europe: é, ü, ñ (Windows-1252)")),
    SelectChoice(Letters.CENTRAL, _("Windows, Central Europe: č, ł, ő (Windows-1250)")),
    SelectChoice(Letters.BALTIC, _("Windows, Baltic: ā, ė, ž (Windows-1257)")),
    SelectChoice(Letters.TURKISH, _("Windows, Turkish: ğ, ş (Windows-1254)")),
    SelectChoice(Letters.GREEK, _("Windows, Greek (Windows-1253)")),
    SelectChoice(Letters.CYRILLIC, _("Windows, Cyrillic (Windows-1251)")),
    SelectChoice(Letters.MAC, _("An old Mac (Mac Roman)")),
    SelectChoice(Letters.DOS, _("An old DOS program (code page 850)")),
]
NAMES = {choice.value: choice.label for choice in LETTERS}


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
    letters = SelectField(
        _("How does the file keep its letters?"), choices=LETTERS, default=Letters.UNSAID
    )


class LettersForm(FlaskForm):  # type: ignore[misc]  # as above
    letters = SelectField(_("Read it again as"), choices=LETTERS[1:])


class WhyForm(FlaskForm):  # type: ignore[misc]  # as above
    reason = TextAreaField(
        _("Reason"),
        validators=[
            DataRequired(_("Say why: it stands in the record")),
            Length(max=500, message=_("Say it in at most 500 characters")),
        ],
    )
