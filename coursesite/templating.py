"""What every template can use: translated words, and addresses of static files."""

import re
from collections.abc import Callable, Hashable, Mapping
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Any

from flask import Flask, render_template, url_for
from flask_babel import format_decimal, get_locale, get_translations, gettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from coursesite.config import PROJECT
from coursesite.errors import Refusal, worded
from coursesite.languages import Titled, direction_of
from coursesite.markup import apart, words_of
from coursesite.pieces import Fill, Template, joined

_gettext: ContextVar[Callable[[str], str] | None] = ContextVar("gettext", default=None)
_language: ContextVar[str | None] = ContextVar("language", default=None)


def set_up(app: Flask) -> None:
    app.before_request(forget_language)
    app.url_defaults(name_static_version)
    app.jinja_env.globals.update(_=translate, asset=asset, in_tongue=in_tongue)
    app.jinja_env.filters["titled"] = titled
    app.jinja_env.filters["spoken"] = words_of
    app.jinja_env.filters["upper_first"] = upper_first
    app.jinja_env.filters["lower_first"] = lower_first
    app.jinja_env.filters["apart"] = label_and_players
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def upper_first(words: str) -> str:
    """Words with a capital at their beginning; others stay, since German writes nouns with one."""
    return words[:1].upper() + words[1:]


def lower_first(words: str) -> str:
    """The same inside a sentence."""
    return words[:1].lower() + words[1:]


def label_and_players(html: str) -> tuple[Markup, Markup]:
    """An answer's sanitised HTML in two: what stands in its label, and what plays beside it."""
    label, players = apart(html)
    return Markup(label), Markup(players)  # noqa: S704 - sanitised before


def forget_language() -> None:
    """Every request asks anew whose language it speaks; a thread serves many."""
    _gettext.set(None)
    _language.set(None)


def page_language() -> str:
    """The locale of this page, such as `en_GB`: a key for what is kept in one language."""
    language = _language.get()
    if language is None:
        language = str(get_locale())
        _language.set(language)
    return language


@pass_eval_context
def translate(evaluation: EvalContext, message: str, /, **values: object) -> str:
    """`_()` in templates: flask-babel's words, its catalogue looked up once per request.

    A page has some fifty of them; looking it up for each cost as much as the page's queries.
    """
    gettext = _gettext.get()
    if gettext is None:
        gettext = get_translations().gettext
        _gettext.set(gettext)
    text = gettext(message)
    if evaluation.autoescape:
        text = Markup(text)  # noqa: S704 - our own words; what is put into them is escaped
    return text % values if "%" in text else text


def in_tongue(words: str, language: str) -> str:
    """Words inside a page, marked where their language is not the page's."""
    if language.partition("-")[0] == page_language().partition("_")[0]:
        return words
    return _TONGUE.format(language, direction_of(language), words)


def titled(title: str) -> str:
    """A title inside a page, marked where it knows that its language is not the page's."""
    return in_tongue(title, title.language) if isinstance(title, Titled) else title


_TONGUE = Markup('<span lang="{}" dir="{}">{}</span>')


def told(refusal: Refusal) -> str:
    """Why not, in the language of the page."""
    return worded_here(refusal.sentence, refusal.values)


def worded_here(sentence: str, values: Mapping[str, object]) -> str:
    """A sentence that was kept in English with its values, in the language of the page."""
    return str(gettext(sentence, **worded(sentence, values, format_decimal)))


SLOT = re.compile("\ue020([a-z]+)\ue021")
MOST_DRAWN = 1000
_drawn: dict[Hashable, Template] = {}
_lock = Lock()


def draw_once(
    template: str,
    key: Hashable,
    fill: Mapping[str, Fill],
    context: Callable[[], Mapping[str, object]],
) -> Markup:
    """A part of a page that is the same for many: drawn once for each key and language.

    `slot('name')` in the template marks what differs; `fill` gives it, and it is escaped.
    `context` is asked only when it is drawn. Nothing of one person may stand in it.
    """
    return joined(drawn_once(template, key, context).filled(fill.__getitem__))


def drawn_once(
    template: str, key: Hashable, context: Callable[[], Mapping[str, object]]
) -> Template:
    """The same, still to be filled."""
    whole_key = (template, page_language(), key)
    drawn = _drawn.get(whole_key)
    if drawn is None:
        drawn = Template(render_template(template, **context(), slot=slot), SLOT)
        with _lock:
            while len(_drawn) >= MOST_DRAWN:
                _drawn.pop(next(iter(_drawn)))
            _drawn[whole_key] = drawn
    return drawn


def slot(name: str) -> str:
    """The mark of something to be filled in."""
    return f"\ue020{name}\ue021"


@cache
def asset(filename: str) -> str:
    """The address of a static file; the same for every request."""
    return url_for("static", filename=filename)


def name_static_version(endpoint: str, values: dict[str, Any]) -> None:
    """Static files are cached for a year, so their address changes with their content.

    Fonts keep theirs, since the style sheet names them too; a changed font gets a new name.
    """
    if endpoint == "static" and not values["filename"].startswith("fonts/"):
        values["v"] = static_version(values["filename"])


@cache
def static_version(filename: str) -> str | None:
    """Ten digits of the file's SHA-256, or None when there is no such file."""
    path = PROJECT / "static" / filename
    return sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None
