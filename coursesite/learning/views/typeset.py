"""A lesson's HTML, typeset once per revision, with slots for what differs between learners.

What is typeset is kept in memory by revision, lesson and the language of the page, so that showing
a lesson is joining strings. A slot is written as private-use characters, which no author can write.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from types import SimpleNamespace
from typing import TypeVar

from flask import get_template_attribute, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from coursesite.content.rules import (
    Check,
    Choice,
    Glossary,
    Lesson,
    LocalTexts,
    Module,
    Parts,
    Placed,
    Ref,
    RefKind,
    filled,
)
from coursesite.frame import form_token
from coursesite.languages import direction_of, name_of
from coursesite.learning.views.pictures import set_pictures
from coursesite.learning.views.tables import readable_tables
from coursesite.pieces import Fill, Part, Template, joined
from coursesite.revisions.shelf import Shown
from coursesite.templating import page_language

MOST_KEPT = 400
K = TypeVar("K")
V = TypeVar("V")
_SLOT = re.compile("\ue010([^\ue011]*)\ue011")
_FORM = "form"
_NOTE = "note"


@dataclass(frozen=True)
class Here:
    """What fills the slots for one learner."""

    local: LocalTexts
    done: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)
    routes: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    answered: Mapping[str, "Typeset"] = field(default_factory=dict)
    token: str = field(default_factory=form_token)


@dataclass(frozen=True)
class Typeset:
    """A lesson cut at its slots."""

    template: Template
    checks: Mapping[str, tuple["Typeset", "Typeset"]]
    passages: Mapping[str, "Typeset"]

    def shown(self, here: Here) -> Markup:
        """The HTML for one learner."""
        return joined(self.parts(here))

    def parts(self, here: Here) -> list[Part]:
        """The same in pieces."""
        return self.template.filled(lambda slot: self._fill(slot, here))

    def _fill(self, slot: str, here: Here) -> Fill:
        kind, _colon, name = slot.partition(":")
        if kind == _FORM:
            return here.token
        if kind == _NOTE:
            return here.notes.get(name, "")
        if kind == RefKind.FIELD:
            return _field(name, here.local)
        if kind == RefKind.LOCAL:
            return self._passage(name, here)
        if kind == RefKind.ROUTE:
            return _last_route(here.routes.get(name, ()))
        return self._check(name, here)

    def _check(self, name: str, here: Here) -> Fill:
        if name in here.answered:
            return here.answered[name].parts(here)
        forms = self.checks.get(name)
        if forms is None:
            return ""
        return forms[1 if name in here.done else 0].parts(here)

    def _passage(self, name: str, here: Here) -> Fill:
        placed = here.local.passages.get(name)
        if placed is None:
            return self.passages[name].parts(here)
        return _own_passage(name, placed, here.local).parts(here)


_PASSAGE = '<section class="block block-local">{}{}</section>'
_TITLE = Markup('<p class="block-title">{}</p>')
_FIELD = Markup('<span class="field" dir="auto"{}>{}</span>')
_LANGUAGE = Markup(' lang="{}"')
_GAP = Markup('<span class="gap"><b>{}</b> ({})</span>')


def _field(name: str, local: LocalTexts) -> Markup:
    """What was filled in, set apart from the direction of the text around it."""
    placed = local.fields.get(name)
    if placed is None:
        return _gap(name, page_language())
    drawn: Markup | None = local.drawn.get(name)
    if drawn is None:
        drawn = local.drawn[name] = _FIELD.format(_language_of(placed, local), placed.value)
    return drawn


def _language_of(placed: Placed, local: LocalTexts) -> Markup:
    same = placed.language == local.language
    return Markup("") if same else _LANGUAGE.format(placed.language)


def _own_passage(name: str, placed: Placed, local: LocalTexts) -> Typeset:
    """An organisation's own words, typeset once for all who read them."""
    key = (name, page_language())
    drawn: Typeset | None = local.drawn.get(key)
    if drawn is None:
        drawn = local.drawn[key] = typeset_parts(_own_parts(name, placed, local), "", "")
    return drawn


def _own_parts(name: str, placed: Placed, local: LocalTexts) -> Parts:
    """Whose words they are, the words, and what they cite; its sources are listed apart.

    The lesson lists those of the course alone.
    """
    if placed.passage is None:
        return ()
    whose = placed.organisation
    label = _("From %(organisation)s", organisation=whose) if whose else _("From your organisation")
    same = placed.language == local.language
    direction = direction_of(placed.language)
    cited = placed.passage.cited
    sources = render_template("learning/local_sources.html", facts=cited, passage=name)
    return (
        f'<p class="block-name">{escape(label)}</p>',
        "" if same else f'<div lang="{escape(placed.language)}" dir="{direction}">',
        *placed.passage.parts,
        "" if same else "</div>",
        sources if cited else "",
    )


@lru_cache(maxsize=MOST_KEPT)
def _gap(name: str, _language: str) -> Markup:
    """What is missing, by name: "ask your supervisor" alone says nothing in a sentence."""
    named = get_template_attribute("macros/fields.html", "field_name")(name)
    return _GAP.format(named, _("not yet filled in: ask your supervisor"))


def _last_route(taken: Sequence[Choice]) -> Markup:
    macro = get_template_attribute("macros/lesson.html", "last_route")
    return Markup(macro(taken) if taken else "")  # noqa: S704 - rendered by the macro


_kept: dict[tuple[int, str, str, Glossary], Typeset] = {}
_latest: dict[tuple[str, str, str, Glossary], tuple[Lesson, Typeset]] = {}
"""Of each lesson what was typeset last, whatever revision of its module it was in."""
_lock = Lock()


def typeset_lesson(shown: Shown[Module], lesson: Lesson, terms: Glossary) -> Typeset:
    """The lesson of this revision in pieces, with links to these terms.

    A lesson that another revision left as it was is not typeset again.
    """
    key = (shown.revision_id, lesson.id, page_language(), terms)
    found = _kept.get(key)
    if found is None:
        name = (f"{shown.slug}/{shown.language}", lesson.id, page_language(), terms)
        last = _latest.get(name)
        same = last is not None and _reads_alike(last[0], lesson)
        found = last[1] if last and same else _typeset_lesson(shown, lesson, terms)
        with _lock:
            _put(_kept, key, found)
            _put(_latest, name, (lesson, found))
    return found


def _reads_alike(one: Lesson, other: Lesson) -> bool:
    """Its share of the module's minutes follows from the others, and does not stand in it."""
    return (one.parts, one.checks, one.cited) == (other.parts, other.checks, other.cited)


def _put(kept: dict[K, V], key: K, value: V) -> None:
    while len(kept) >= MOST_KEPT:
        kept.pop(next(iter(kept)))
    kept[key] = value


def _typeset_lesson(shown: Shown[Module], lesson: Lesson, terms: Glossary) -> Typeset:
    checks = {
        check.id: (
            answered_check(shown.slug, lesson, check, None),
            answered_check(shown.slug, lesson, check, _key(check)),
        )
        for check in lesson.checks
    }
    sources = render_template("learning/sources.html", facts=lesson.cited)
    above, below = _of_translation(shown, lesson)
    parts = (above, *terms.linked(lesson.parts), below, sources)
    return typeset_parts(parts, shown.slug, lesson.id, checks, at_once=1)


def _of_translation(shown: Shown[Module], lesson: Lesson) -> tuple[str, str]:
    """What is told above and below a translated lesson of what is missing or out of date."""
    translation = shown.text.translation
    if translation is None:
        return "", ""
    changed = translation.changed.get(lesson.id, ())
    told = {
        "translation": translation,
        "original": name_of(translation.original, get_locale()),
        "changed": [(each, Markup(each.original)) for each in changed],  # noqa: S704 - sanitised
        "missing": translation.missing.get(lesson.id, 0),
    }
    return (
        render_template("learning/translated.html", **told),
        render_template("learning/changed.html", **told),
    )


def typeset_parts(
    parts: Parts,
    slug: str,
    lesson_id: str,
    checks: Mapping[str, tuple[Typeset, Typeset]] | None = None,
    at_once: int | None = 0,
) -> Typeset:
    """Any text of a module in pieces.

    So many of its pictures come at once, others when they are near; None for paper, on which all
    are as they were sent.
    """
    passages: dict[str, Typeset] = {}
    checks = checks or {}

    def draw(ref: Ref) -> str:
        if ref.kind is RefKind.REFLECT:
            return _note_form(ref, slug, lesson_id, filled(ref.parts, draw))
        if ref.kind is RefKind.LOCAL:
            later = None if at_once is None else 0
            passages[ref.id] = typeset_parts(_default(ref), slug, lesson_id, checks, later)
            title = _TITLE.format(ref.title) if ref.title else ""
            return _PASSAGE.format(title, _slot(ref.kind, ref.id))
        return _slot(ref.kind, ref.id)

    html = readable_tables(filled(parts, draw))
    return _cut(html if at_once is None else set_pictures(html, at_once), checks, passages)


def _default(ref: Ref) -> Parts:
    """The course's own words of a local passage, said to be no more than general guidance."""
    label = escape(_("General guidance: your organisation has not replaced it"))
    return (f'<p class="block-name">{label}</p>', *ref.parts)


def _note_form(ref: Ref, slug: str, lesson_id: str, prompt: str) -> str:
    action = url_for("learning.keep_note", slug=slug, lesson_id=lesson_id, note_id=ref.id)
    macro = get_template_attribute("macros/lesson.html", "reflect")
    form = macro(ref.id, Markup(prompt), f"{action}#reflect-{ref.id}", _slot(_NOTE, ref.id))  # noqa: S704 - sanitised
    return _without_token(form)


def answered_check(
    slug: str, lesson: Lesson, check: Check, chosen: frozenset[str] | None
) -> Typeset:
    """The form of a check; `chosen` None before it is answered, else it says how that was."""
    action = url_for("learning.answer_check", slug=slug, lesson_id=lesson.id, check_id=check.id)
    macro = get_template_attribute("macros/lesson.html", "check")
    drawn = SimpleNamespace(
        id=check.id,
        multiple=check.multiple,
        question_html=_html(check.question),
        options=[
            SimpleNamespace(
                id=option.id,
                html=_html(option.text),
                correct=option.correct,
                feedback_html=_html(option.feedback),
            )
            for option in check.options
        ],
    )
    form = macro(drawn, f"{action}#check-{check.id}", None if chosen is None else list(chosen))
    return _cut(set_pictures(_without_token(form), at_once=0), {}, {})


def _key(check: Check) -> frozenset[str]:
    return frozenset(option.id for option in check.options if option.correct)


def is_done(check: Check, state: Mapping[str, object] | None) -> bool:
    """Was this very check, with these answers, done?"""
    return state is not None and state.get("chosen") == sorted(_key(check))


def _html(parts: Parts) -> Markup:
    return Markup(filled(parts, lambda ref: _slot(ref.kind, ref.id)))  # noqa: S704 - sanitised


def _slot(kind: str, name: str) -> str:
    return f"\ue010{kind}:{name}\ue011"


def _without_token(form: str) -> str:
    return str(form).replace(generate_csrf(), _slot(_FORM, ""))


def _cut(
    html: str,
    checks: Mapping[str, tuple[Typeset, Typeset]],
    passages: Mapping[str, Typeset],
) -> Typeset:
    return Typeset(Template(html, _SLOT), checks, passages)
