"""What is asked for beside the local texts themselves."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from coursesite.authoring.forms import KindOfChange
from coursesite.localising.services import LONGEST_NOTE

TOO_LONG = _("Use at most 2,000 characters")


class PublishForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """`seen` is the draft's version that the page showed, `live` the revision that was live."""

    seen = IntegerField(widget=HiddenInput(), default=0)
    live = IntegerField(widget=HiddenInput(), validators=[Optional()])
    draft = IntegerField(widget=HiddenInput(), validators=[Optional()])
    note = TextAreaField(
        _("What changes, and why?"),
        validators=[
            InputRequired(_("Say what changes and why")),
            Length(max=LONGEST_NOTE, message=TOO_LONG),
        ],
    )


class ClassedPublishForm(PublishForm, KindOfChange):
    """The same where passages change: what people must know may have changed with them."""


class MoveForm(FlaskForm):  # type: ignore[misc]  # as above
    """`below` is the short name of the organisation above, nothing for none; `seen` is the line
    that the page showed.
    """

    below = HiddenField()
    seen = HiddenField()
    reason = TextAreaField(
        _("Why?"),
        validators=[
            DataRequired(_("Say why: it stands in the record")),
            Length(max=LONGEST_NOTE, message=TOO_LONG),
        ],
    )


class OpinionForm(FlaskForm):  # type: ignore[misc]  # as above
    seen = IntegerField(widget=HiddenInput(), default=0)
    verdict = RadioField(
        _("What do you think of this version?"),
        choices=[
            SelectChoice("approve", _("It may be published as it is")),
            SelectChoice("change", _("Something must change first")),
        ],
        validators=[InputRequired(_("Choose what you think"))],
    )
    note = TextAreaField(
        _("What should change, or what you looked at"),
        validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)],
    )


class LookForm(FlaskForm):  # type: ignore[misc]  # as above
    note = TextAreaField(
        _("What did you look at?"),
        validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)],
    )
