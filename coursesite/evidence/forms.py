"""What is asked of whoever wants a unit's pack."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from coursesite.assignments.forms import DayField


class UnitForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    unit = SelectField(_("Unit"), validators=[InputRequired(_("Choose a unit"))])
    first_on = DayField(_("First day"), validators=[InputRequired(_("Enter the first day"))])
    last_on = DayField(_("Last day"), validators=[InputRequired(_("Enter the last day"))])

    def offer(self, units: Sequence[tuple[int, str]]) -> None:
        self.unit.choices = [
            SelectChoice("", _("Choose one")),
            *(SelectChoice(str(id_), name) for id_, name in units),
        ]
