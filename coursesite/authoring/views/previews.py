"""A text as learners will see it, with the keys, and with nothing to fill in or send."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import get_template_attribute, render_template
from flask_babel import gettext as _
from markupsafe import Markup

from coursesite.authoring.library import Reading
from coursesite.content.rules import Check, Glossary, Lesson, Module, Parts, Ref, RefKind, filled
from coursesite.learning.views.pictures import ALL, set_pictures
from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.questions.choice import Choice
from coursesite.quizzes.rules import Quiz

_TAG = re.compile(r"<[a-z][^<>]*>")
_ID = re.compile(r' (id="|href="#)')


@dataclass(frozen=True)
class Part:
    """A lesson or a question of the preview; `line` is where a lesson begins in the text."""

    title: str
    html: Markup
    line: int | None = None


def preview_of(reading: Reading, terms: Glossary) -> list[Part]:
    """Lesson by lesson, or question by question; nothing when it could not be rendered.

    A lesson in which something is wrong says so in its place, if there is another to be seen.
    """
    if reading.lessons:
        sheet = _facilitator(reading.module) if reading.module else ()
        return [*_lessons(reading, terms), *sheet]
    return _questions(reading.quiz) if reading.quiz else []


def _lessons(reading: Reading, terms: Glossary) -> Iterator[Part]:
    sound = {lesson.id: lesson for lesson in reading.lessons}
    for each in reading.measures.lessons:
        if lesson := sound.pop(each.id, None):
            yield _lesson(lesson, each.line, terms)
        else:
            words = _("This lesson is shown here once its errors are mended.")
            html = Markup('<p class="muted">{}</p>').format(words)
            yield Part(each.title or each.id, html, each.line)


def _lesson(lesson: Lesson, line: int, terms: Glossary) -> Part:
    html = _drawn(terms.linked(lesson.parts), lesson)
    sources = render_template("learning/sources.html", facts=lesson.cited)
    html = set_pictures(html, ALL)  # or they would flicker with every word that is written
    shown = Markup(_own_ids(html + sources, lesson.id))  # noqa: S704 - sanitised
    return Part(lesson.title, shown, line)


def _facilitator(module: Module) -> Iterator[Part]:
    """The sheet on which a joint session is planned has a page of its own."""
    if sheet := module.facilitator:
        html = _drawn(sheet.parts, module.lessons[-1])
        html += render_template("learning/sources.html", facts=sheet.cited)
        yield Part(sheet.title, Markup(_own_ids(html, sheet.id)))  # noqa: S704 - sanitised


def _drawn(parts: Parts, lesson: Lesson) -> str:
    def draw(ref: Ref) -> str:
        if ref.kind is RefKind.FIELD:
            return _macro("field")(ref.id)
        check = lesson.find_check(ref.id)
        if ref.kind is RefKind.CHECK:
            return _check(check, lesson) if check else ""
        if ref.kind is RefKind.ROUTE:
            return ""
        inner = Markup(_drawn(ref.parts, lesson))  # noqa: S704 - sanitised when it was read
        return _macro(ref.kind)(inner)

    return filled(parts, draw)


def _check(check: Check, lesson: Lesson) -> str:
    def html(parts: Parts) -> Markup:
        return Markup(_drawn(parts, lesson))  # noqa: S704 - sanitised when it was read

    options = [
        {"html": html(each.text), "feedback": html(each.feedback), "right": each.correct}
        for each in check.options
    ]
    return _macro("check")(html(check.question), options)


def _questions(quiz: Quiz) -> list[Part]:
    return [Part(question.id, _question(question)) for question in quiz.questions]


def _question(question: Question) -> Markup:
    """The question with its key; what is chosen from stands in the author's order."""
    options = []
    if isinstance(question, Choice):
        options = [
            {
                "html": Markup(each.html),  # noqa: S704 - sanitised when it was read
                "feedback": Markup(each.feedback_html),  # noqa: S704 - as above
                "right": each.correct,
            }
            for each in question.options
        ]
    html = render_template("authoring/question.html", question=question, options=options)
    html = set_pictures(html, ALL)
    return Markup(_own_ids(html, question.id))  # noqa: S704 - rendered by the template above


def _own_ids(html: str, prefix: str) -> str:
    """Lessons have pages of their own; here on one page their ids must not meet."""
    return _TAG.sub(lambda tag: _ID.sub(rf" \1preview-{prefix}-", tag[0]), html)


def _macro(name: str) -> Callable[..., str]:
    macro: Callable[..., str] = get_template_attribute("authoring/blocks.html", name)
    return macro
