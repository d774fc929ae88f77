"""What every template can use: translated words, and addresses of static files."""

from functools import cache
from hashlib import sha256
from typing import Any

from flask import Flask, g
from flask_babel import get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from coursesite.config import PROJECT


def set_up(app: Flask) -> None:
    app.url_defaults(name_static_version)
    app.jinja_env.globals["_"] = translate
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


@pass_eval_context
def translate(evaluation: EvalContext, message: str, /, **values: object) -> str:
    """`_()` in templates: flask-babel's words, its catalogue looked up once per request.

    A page has some thirty of them; looking it up for each cost as much as the page's queries.
    """
    if "catalogue" not in g:
        g.catalogue = get_translations()
    text: str = g.catalogue.gettext(message)
    if evaluation.autoescape:
        text = Markup(text)  # noqa: S704 - our own words; what is put into them is escaped
    return text % values if "%" in text else text


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
