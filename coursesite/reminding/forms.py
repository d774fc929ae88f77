"""What is asked about reminders: the ladder of an assignment, and how somebody wants their mail."""

from collections.abc import Collection, Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from coursesite.languages import LOCALES, own_name_of
from coursesite.notifications.rules import Digest, Often, Topic
from coursesite.reminding.rules import FARTHEST, MOST_STEPS, Ladder


class DaysField(StringField):  # type: ignore[misc]  # wtforms has no types
    """Whole numbers of days in one line, such as 30, 7, 0; an empty line is none."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(str(day) for day in self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        words = " ".join(valuelist).replace(",", " ").replace(";", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) <= 3 for word in words):  # noqa: PLR2004 - 365 has three
            self.data = ()
            raise ValueError(_("Enter whole numbers of days, such as 30, 7, 0"))
        self.data = tuple(sorted({int(word) for word in words}))


def check_days(form: FlaskForm, field: DaysField) -> None:
    days = field.data or ()
    if any(day > FARTHEST for day in days):
        raise ValidationError(_("Enter at most 365 days"))
    if len(days) > MOST_STEPS:
        raise ValidationError(_("Enter at most 8 numbers"))


class LadderForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    enabled = BooleanField(_("Remind people of this by mail"))
    before = DaysField(_("Days before it is due"), validators=[check_days])
    after = DaysField(_("Days after it was due"), validators=[check_days])
    manager = DaysField(
        _("Days after it was due on which the manager is told"), validators=[check_days]
    )
    above = DaysField(
        _("Days after it was due on which the level above is told"),
        validators=[check_days],
    )
    coming = BooleanField(_("Only from tomorrow on; what came before is told to nobody"))

    def validate_before(self, field: DaysField) -> None:
        if self.enabled.data and not (field.data or self.after.data) and not field.errors:
            raise ValidationError(_("Enter at least one day on which people are reminded"))

    @property
    def ladder(self) -> Ladder:
        before, after = self.before.data or (), self.after.data or ()
        own = sorted({*(-day for day in before), *after})
        return Ladder(tuple(own), tuple(self.manager.data or ()), tuple(self.above.data or ()))


class BesideForm(LadderForm):
    """The same, as a part of another form, which has the token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        csrf = False


def fields_of(ladder: Ladder, *, enabled: bool) -> dict[str, object]:
    """A ladder as the form has it: the day itself stands among those before."""
    return {
        "enabled": enabled,
        "before": tuple(-day for day in ladder.own if day <= 0),
        "after": tuple(day for day in ladder.own if day > 0),
        "manager": ladder.manager,
        "above": ladder.above,
        "coming": ladder.since is not None,
    }


def _often(label: str) -> RadioField:
    return RadioField(
        label,
        choices=[
            SelectChoice(
                Often.AT_ONCE.value,
                _("At once, one mail for what comes within a quarter of an hour"),
            ),
            SelectChoice(Often.DAILY.value, _("Gathered, one mail a day")),
            SelectChoice(Often.NEVER.value, _("Not by mail")),
        ],
        validators=[InputRequired(_("Choose how often"))],
    )


class MailForm(FlaskForm):  # type: ignore[misc]  # as above
    language = SelectField(_("Language of pages and mails"))
    digest = RadioField(
        _("How often do reminders come?"),
        choices=[
            SelectChoice(Digest.DAILY.value, _("As they fall due, at most one mail a day")),
            SelectChoice(
                Digest.WEEKLY.value,
                _("Gathered once a week; at once when something is due within a week or late"),
            ),
        ],
        validators=[InputRequired(_("Choose how often"))],
    )

    authoring = _often(_("News of drafts: comments, opinions, what was published"))
    requests = _often(_("Requests for more time that you may decide"))

    def __init__(
        self,
        learned: Iterable[str] = (),
        topics: Collection[Topic] = tuple(Topic),
        **values: Any,
    ) -> None:
        """`learned` are languages in which there is something to learn, and maybe no pages;
        `topics` those of which this person gets news.
        """
        super().__init__(**values)
        for topic in set(Topic) - set(topics):
            del self[topic.value]
        more = [each for each in learned if each not in LOCALES]
        self.language.choices = [
            SelectChoice("", _("As my organisation")),
            *(
                SelectChoice(language, (locale.display_name or language).partition(" (")[0])
                for language, locale in LOCALES.items()
            ),
            *(
                SelectChoice(each, _("%(language)s, where it is translated", language=name))
                for each in more
                if (name := own_name_of(each))
            ),
        ]

    @property
    def news(self) -> dict[Topic, Often]:
        """How often news of each topic is wanted."""
        return {topic: Often(self[topic.value].data) for topic in Topic if topic.value in self}


class FeedForm(FlaskForm):  # type: ignore[misc]  # as above
    alarms = BooleanField(_("With an alarm a week before each date"))
