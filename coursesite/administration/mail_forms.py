"""What administrators are asked about mail."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectMultipleField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from coursesite.notifications.rules import Hours

DAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class HoursForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    starts_at = TimeField(
        _("From"), validators=[InputRequired(_("Enter a time of day, such as 07:00"))]
    )
    ends_at = TimeField(
        _("Until"), validators=[InputRequired(_("Enter a time of day, such as 19:00"))]
    )
    days = SelectMultipleField(
        _("On these days"),
        coerce=int,
        choices=[SelectChoice(number, name) for number, name in enumerate(DAYS, start=1)],
        validators=[InputRequired(_("Choose at least one day"))],
    )

    @classmethod
    def of(cls, hours: Hours) -> "HoursForm":
        return cls(
            formdata=None,
            starts_at=hours.starts_at,
            ends_at=hours.ends_at,
            days=list(hours.days),
        )


class TroubleForm(FlaskForm):  # type: ignore[misc]  # as above
    email = EmailField(
        _("Address from which the mail came back"),
        validators=[InputRequired(_("Enter the address")), Length(max=254)],
    )
    reason = StringField(
        _("What the message says"),
        validators=[InputRequired(_("Say what the message that came back says")), Length(max=500)],
    )
