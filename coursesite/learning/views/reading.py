"""A text to be read and nothing else: without anything to answer, play or send."""

from flask_babel import gettext as _
from markupsafe import Markup, escape

from coursesite.content.rules import (
    NO_TEXTS,
    Check,
    Lesson,
    LocalTexts,
    Parts,
    Ref,
    RefKind,
    filled,
)
from coursesite.learning.views.tables import readable_tables
from coursesite.learning.views.typeset import Here, typeset_parts


def as_read(parts: Parts, lesson: Lesson, local: LocalTexts = NO_TEXTS) -> Markup:
    """The text with what organisations put into it; where none did, fields stand by their names."""

    def draw(ref: Ref) -> str:
        check = lesson.find_check(ref.id) if ref.kind is RefKind.CHECK else None
        if check:
            return _check(check)
        if ref.kind is RefKind.FIELD:
            return _field(ref, local)
        if ref.kind is RefKind.ROUTE:
            return ""
        if ref.kind is RefKind.LOCAL and ref.id in local.passages:
            return str(typeset_parts((ref,), "", "").shown(Here(local, token="")))
        return f'<div class="block">{filled(ref.parts, draw)}</div>'

    def _check(check: Check) -> str:
        options = "".join(f"<li>{html(option.text)}</li>" for option in check.options)
        return f'<div class="block block-check">{html(check.question)}<ul>{options}</ul></div>'

    def html(parts: Parts) -> str:
        return filled(parts, draw)

    return Markup(readable_tables(html(parts)))  # noqa: S704 - sanitised when the revision was made


def _field(ref: Ref, local: LocalTexts) -> str:
    placed = local.fields.get(ref.id)
    if placed is None:
        return f'<span class="field">{escape(ref.id)}</span>'
    return f'<span class="field" dir="auto">{escape(placed.value)}</span>'


def local_in_words(organisation: str, name: str) -> str:
    """Which local version stands in a text."""
    words = _("local version %(name)s of %(organisation)s", name=name, organisation=organisation)
    return str(words)
