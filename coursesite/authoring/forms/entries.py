"""What is asked to begin an entry of a register, and to find some in it."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

FACT_ID = r"^[A-Z][0-9]{2,3}\Z"


class NewFactForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    name = StringField(
        _("Its id"),
        description=_(
            "A capital letter and its number, as in A12. Lessons and questions cite it by this, so "
            "it never changes."
        ),
        validators=[
            InputRequired(_("Give the fact an id")),
            Regexp(FACT_ID, message=_("Use a capital letter and its number, as in A12")),
        ],
    )


class NewTermForm(FlaskForm):  # type: ignore[misc]  # as above
    name = StringField(
        _("The word"),
        description=_("As lessons use it, in small letters unless it is a name."),
        validators=[InputRequired(_("Enter the word")), Length(max=200)],
    )
