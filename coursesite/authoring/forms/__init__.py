"""What authors and publishers are asked for, beside the text itself."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from coursesite.addresses import row_id
from coursesite.authored.text import without_turning
from coursesite.authoring.rules import NEEDS_NOTE
from coursesite.languages import CODE
from coursesite.quizzes.questions import TYPES, case
from coursesite.quizzes.rules import Way
from coursesite.revisions.rules import DAYS_TO_RENEW, Change

LARGEST_ID = 2**31 - 1
LANGUAGE = f"^{CODE.pattern}"
SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z"

CHANGES = {
    Change.EDITORIAL: (
        _("Editorial"),
        _("Spelling and wording. Nothing that was right becomes wrong."),
    ),
    Change.MINOR: (
        _("Minor"),
        _("Better explained or added to. Whoever has completed it knows enough."),
    ),
    Change.MAJOR: (
        _("Major"),
        _(
            "What people must know has changed. Whoever is certified must learn it again within "
            "the days below. Say in the note what changed."
        ),
    ),
    Change.SAFETY: (
        _("Safety"),
        _(
            "Somebody could come to harm by what the text said before. Whoever is certified must "
            "learn it again at once. Say in the note what changed."
        ),
    ),
}

WAYS = {
    Way.RESCORE: (
        _("Mark the answers again with the new key"),
        _("Some gain and some lose. Nobody loses a pass before a person has decided it."),
    ),
    Way.BETTER: (
        _("Mark again, but only where the mark gets better"),
        _("Nobody loses anything."),
    ),
    Way.FULL: (
        _("Full marks to everybody who was asked"),
        _("For a question that could not be answered fairly. Nobody loses anything."),
    ),
    Way.DROP: (
        _("Drop the question"),
        _("It counts for nobody. Whoever had it right may come out lower."),
    ),
}


class NewModuleForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    title = StringField(
        _("Title"),
        validators=[InputRequired(_("Enter a title")), Length(max=200)],
    )
    slug = StringField(
        _("Name in the address"),
        validators=[
            InputRequired(_("Enter a name for the address")),
            Length(max=60, message=_("Use at most 60 characters")),
            Regexp(SLUG, message=_("Use small letters, digits and single hyphens between them")),
        ],
    )


class LanguageForm(FlaskForm):  # type: ignore[misc]  # as above
    """A language to translate into; the view names those to choose from."""

    language = SelectField(
        _("Language"),
        validate_choice=False,
        validators=[Regexp(LANGUAGE, message=_("Choose the language"))],
    )


class NewQuestionForm(FlaskForm):  # type: ignore[misc]  # as above
    """`known` are the ids that the file has."""

    type = SelectField(
        _("What kind of question?"),
        choices=[*TYPES, case.TYPE],
        validators=[InputRequired(_("Choose what kind of question it is"))],
    )
    id = StringField(
        _("Its id"),
        description=_(
            "A few words for what it is about, as in first-minutes. Answers are known by it, "
            "so it never changes."
        ),
        validators=[
            InputRequired(_("Give the question an id")),
            Length(max=60, message=_("Use at most 60 characters")),
            Regexp(SLUG, message=_("Use small letters, digits and single hyphens between them")),
        ],
    )

    def __init__(self) -> None:
        super().__init__()
        self.known: set[str] = set()

    def validate_id(self, field: StringField) -> None:
        if field.data in self.known:
            raise ValidationError(_("Another question has this id already: choose another"))


class SeenForm(FlaskForm):  # type: ignore[misc]  # as above
    """What the page showed when it was opened."""

    seen = IntegerField(widget=HiddenInput(), default=0)
    live = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @property
    def version(self) -> int:
        """0, which is no version of a draft, for a number that none can have."""
        number = self.seen.data or 0
        return number if 0 < number <= LARGEST_ID else 0

    @property
    def live_id(self) -> int | None:
        """None for a number that no row can have."""
        number = self.live.data or 0
        return number if 0 < number <= LARGEST_ID else None


MOMENT = "%Y-%m-%dT%H:%M"


class FirstPublishForm(SeenForm):
    draft = IntegerField(widget=HiddenInput(), validators=[Optional()])
    note = TextAreaField(_("Note"), validators=[Length(max=4000)])
    when = RadioField(
        _("When is it published?"),
        choices=[SelectChoice("now", _("Now")), SelectChoice("later", _("At a time"))],
        default="now",
        validators=[Optional()],
    )
    at = DateTimeLocalField(_("Day and time"), format=[MOMENT], validators=[Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """A time is needed where one is asked for, and looked at nowhere else."""
        valid = super().validate(extra_validators)
        if self.when.data == "later" and self.at.data is None:
            self.at.errors = [_("Enter the day and the time")]
            return False
        return bool(valid)


class PlanForm(FlaskForm):  # type: ignore[misc]  # as above
    """Another time for what waits to be published."""

    at = DateTimeLocalField(
        _("Day and time"),
        format=[MOMENT],
        validators=[InputRequired(_("Enter the day and the time"))],
    )


class KindOfChange:
    """The fields that say what a change asks of those who learned the text before."""

    change = RadioField(
        _("What kind of change is it?"),
        choices=[SelectChoice(change, words) for change, (words, _hint) in CHANGES.items()],
        validators=[InputRequired(_("Choose the kind of change"))],
    )
    renew_days = IntegerField(
        _("Days within which those who are certified learn a major change"),
        default=DAYS_TO_RENEW,
        validators=[Optional(), NumberRange(1, 365, _("Enter 1 to 365 days"))],
    )


class PublishForm(FirstPublishForm, KindOfChange):
    def validate_note(self, field: TextAreaField) -> None:
        """Those who learned the text before are told why."""
        if self.change.data in NEEDS_NOTE and not (field.data or "").strip():
            raise ValidationError(_("Say what has changed and why"))


class CommentForm(FlaskForm):  # type: ignore[misc]  # as above
    """A remark on a passage; an answer to one has no passage of its own."""

    parent = IntegerField(widget=HiddenInput(), validators=[Optional()])
    file = StringField(widget=HiddenInput(), validators=[Length(max=200)])
    passage = TextAreaField(_("Passage"), validators=[Length(max=5000)])
    body = TextAreaField(
        _("Comment"),
        filters=[without_turning],
        validators=[InputRequired(_("Write what you want to say")), Length(max=4000)],
    )
    suggestion = TextAreaField(
        _("Words to stand there instead"),
        filters=[without_turning],
        validators=[Length(max=5000)],
    )

    def validate_passage(self, field: TextAreaField) -> None:
        if not self.parent.data and not (field.data or "").strip():
            raise ValidationError(_("Copy the passage that you mean"))


class OpinionForm(SeenForm):
    verdict = RadioField(
        _("What do you think of this draft?"),
        choices=[
            SelectChoice("approve", _("It can be published as it is")),
            SelectChoice("change", _("Something should be changed first")),
        ],
        validators=[InputRequired(_("Say what you think of it"))],
    )
    note = TextAreaField(
        _("Note to its author"), filters=[without_turning], validators=[Length(max=4000)]
    )

    def validate_note(self, field: TextAreaField) -> None:
        if self.verdict.data == "change" and not (field.data or "").strip():
            raise ValidationError(_("Say what should be changed"))


class AskForm(FlaskForm):  # type: ignore[misc]  # as above
    note = TextAreaField(
        _("What should they look at?"), filters=[without_turning], validators=[Length(max=4000)]
    )


class CorrectionForm(FlaskForm):  # type: ignore[misc]  # as above
    way = RadioField(
        _("What is to be done?"), validators=[InputRequired(_("Choose what is to be done"))]
    )
    reason = TextAreaField(
        _("Why?"),
        validators=[InputRequired(_("Say why the marks change")), Length(max=2000)],
    )


class LookForm(FlaskForm):  # type: ignore[misc]  # as above
    """A live text was read again, and nothing needs to change."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    note = TextAreaField(
        _("What did you look at?"),
        validators=[InputRequired(_("Say what you looked at")), Length(max=2000)],
    )
    until = DateField(
        _("To be read again by"),
        format=["%d %m %Y", "%Y-%m-%d"],
        validators=[InputRequired(_("Enter the day"))],
    )


class KeeperForm(FlaskForm):  # type: ignore[misc]  # as above
    """Whose turn it is; nobody's without a choice."""

    person = SelectField(_("Whose turn is it?"), validate_choice=False, default="")

    @property
    def person_id(self) -> int | None:
        return row_id(self.person.data) if self.person.data else None

    def validate_person(self, field: SelectField) -> None:
        if field.data not in {value for value, *_rest in field.iter_choices()}:
            raise ValidationError(_("Choose somebody from the list"))
