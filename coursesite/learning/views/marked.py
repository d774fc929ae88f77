"""Changed passages as pages show them: what was added and removed, for eyes and for ears."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup, escape

from coursesite.content.rules.changes import (
    DEL,
    DEL_END,
    INS,
    INS_END,
    SOURCE,
    Change,
    LessonChange,
    ModuleChanges,
)
from coursesite.content.rules.local import NO_TEXTS, LocalTexts
from coursesite.content.rules.modules import Parts
from coursesite.content.rules.passages import CHECK
from coursesite.learning.views.typeset import Here, typeset_parts

_HIDDEN = '<span class="govuk-visually-hidden">{} </span>'
_HIDDEN_END = '<span class="govuk-visually-hidden"> {}</span>'


@dataclass(frozen=True)
class ShownChange:
    """A passage with its marks: what became of it (`new`, `gone`, `changed`), and its place.

    `language` is empty where it is that of the text; `original` is what the original of a
    translation says since.
    """

    became: str
    kind: str
    heading: str
    label: str
    folded: str
    html: Markup
    language: str
    original: Markup


@dataclass(frozen=True)
class ShownLesson:
    """A lesson in which something changed."""

    id: str
    title: Markup
    new: bool
    changes: Sequence[ShownChange]


def shown_lessons(
    slug: str, changes: ModuleChanges, local: LocalTexts = NO_TEXTS
) -> list[ShownLesson]:
    """The lessons with their changed passages, for readers of an organisation with these texts."""
    return [_lesson(slug, each, local) for each in changes.lessons]


def _lesson(slug: str, change: LessonChange, local: LocalTexts) -> ShownLesson:
    def html(parts: Parts) -> Markup:
        plain = typeset_parts(parts, slug, change.id).shown(Here(local))
        return _spoken(plain)

    return ShownLesson(
        id=change.id,
        title=_spoken(Markup("".join(str(part) for part in change.title))),  # noqa: S704 - escaped
        new=change.new,
        changes=[_change(each, html(each.parts)) for each in change.passages],
    )


def _change(change: Change, html: Markup) -> ShownChange:
    became = "changed" if change.before and change.after else "new" if change.after else "gone"
    passage = change.passage
    label = _("Check yourself") if passage.label == CHECK else passage.label
    if passage.kind == SOURCE:
        label = _("source %(fact)s", fact=passage.label)
    return ShownChange(
        became,
        passage.kind,
        passage.heading,
        label,
        passage.folded,
        html,
        passage.language,
        Markup(passage.note),  # noqa: S704 - sanitised when the translation was published
    )


def _spoken(html: Markup) -> Markup:
    """The marks with words that a screen reader says."""
    said = {
        INS: INS + _HIDDEN.format(escape(_("added:"))),
        INS_END: _HIDDEN_END.format(escape(_("(end)"))) + INS_END,
        DEL: DEL + _HIDDEN.format(escape(_("removed:"))),
        DEL_END: _HIDDEN_END.format(escape(_("(end)"))) + DEL_END,
    }
    text = str(html)
    for mark, words in said.items():
        text = text.replace(mark, words)
    return Markup(text)  # noqa: S704 - it was safe, and the words are escaped
