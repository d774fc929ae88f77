"""What authors are asked for beside a file that they send."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from coursesite.authoring.forms import SLUG
from coursesite.content.rules.media import MediaKind


class WordsForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """What a file shows or is, for those who cannot see it, and for links to it."""

    words = StringField(
        _("What it shows or is, in words"), validators=[Length(max=500)], default=""
    )
    decorative = BooleanField(_("It is a picture that says nothing: it only decorates"))

    def validate_words(self, field: StringField) -> None:
        if not (field.data or "").strip() and not self.decorative.data:
            raise ValidationError(_("Say in words what it shows or is"))


class MediaForm(WordsForm):
    """A file with what must come along; the file stands last, so that the rest arrives first."""

    question = HiddenField(default="")
    text = TextAreaField(_("Transcript or captions"), validators=[Length(max=200_000)], default="")
    file = FileField(_("File"), validators=[FileRequired(_("Choose a file"))])

    def fits(self, kind: MediaKind | None, *, needs_text: bool) -> bool:
        """Whether all is there that a file of this kind needs; else the fields say what is not."""
        looked_at = kind in {MediaKind.PICTURE, MediaKind.DRAWING, None}
        if not looked_at and not (self.words.data or "").strip():
            self.words.errors = [_("Say in words what it is: only a picture can be decorative")]
        if needs_text and not (self.text.data or "").strip():
            self.text.errors = [
                _("Paste the transcript of the sound, or the captions of the film with their times")
            ]
        if kind is MediaKind.TEXT:
            self.file.errors = [
                _("Transcripts and captions come along with their sound or film: paste them above")
            ]
        return not self.errors


class ArchiveForm(FlaskForm):  # type: ignore[misc]  # as above
    """The archive of another site, to be looked into."""

    file = FileField(_("The archive"), validators=[FileRequired(_("Choose the archive"))])


class ImportForm(FlaskForm):  # type: ignore[misc]  # as above
    publish_new = BooleanField(_("Publish what this site does not have at all"))


class MarkdownForm(FlaskForm):  # type: ignore[misc]  # as above
    title = StringField(_("Title of the module"), validators=[Length(max=200)], default="")
    slug = StringField(
        _("Name in the address"),
        validators=[
            InputRequired(_("Enter a name for the address")),
            Length(max=60, message=_("Use at most 60 characters")),
            Regexp(SLUG, message=_("Use small letters, digits and single hyphens between them")),
        ],
    )
    folder = FileField(
        _("The folder as a ZIP archive"), validators=[FileRequired(_("Choose the ZIP archive"))]
    )
