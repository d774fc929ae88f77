"""A mail's words from its templates, in the language of who gets it; no page is needed for it.

`templates/notifications/<name>.txt` begins with the subject, then an empty line, then the text;
`<name>.html` beside it says the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from babel.dates import format_date
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from coursesite.config import PROJECT, TRANSLATIONS, Settings
from coursesite.languages import LOCALES, RIGHT_TO_LEFT, spoken, whole_day
from coursesite.notifications.rules import Letter, MailKind

TEMPLATES = PROJECT / "coursesite" / "templates"


@dataclass(frozen=True)
class Letterhead:
    """What stands in every mail: the site's name, and where people find it."""

    site_name: str
    address: str


def letterhead(settings: Settings) -> Letterhead:
    """The site's name and address; on one's own machine, where it listens."""
    address = settings.address or f"http://{settings.host}:{settings.port}"
    return Letterhead(settings.name, address)


def write(
    head: Letterhead,
    name: str,
    kind: MailKind,
    language: str,
    values: dict[str, object],
) -> Letter:
    """A letter from the templates of this name."""
    language = spoken(language)
    templates = _templates(language)
    context = {
        **values,
        "site_name": head.site_name,
        "address": head.address,
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
    }
    subject, _, text = (
        templates.get_template(f"notifications/{name}.txt").render(context).partition("\n")
    )
    html = templates.get_template(f"notifications/{name}.html").render(context)
    return Letter(kind, subject, text.strip() + "\n", html)


@cache
def _templates(language: str) -> Environment:
    """The templates of one language; text is taken as it is, in HTML it is escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words: NullTranslations = Translations.load(TRANSLATIONS, [str(LOCALES[language]), language])
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    made.filters["day"] = _day_in(language)
    made.filters["number"] = partial(format_decimal, locale=LOCALES[language])
    return made


def _day_in(language: str) -> Callable[[date], str]:
    """A day with its weekday, such as Monday 30 November 2026: true whenever it is read."""
    pattern = whole_day(LOCALES[language])
    return lambda day: format_date(day, pattern, locale=LOCALES[language])
