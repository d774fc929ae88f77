"""The languages that the site speaks, and how each writes dates and runs."""

import re
from typing import Self

from babel import Locale, UnknownLocaleError

CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
"""How a language is called in names of files and in addresses: en, es, pt-BR."""

LOCALES = {"en": Locale.parse("en_GB"), "de": Locale.parse("de")}
LANGUAGES = tuple(LOCALES)
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


def direction_of(language: str) -> str:
    """How its words run: `ltr`, or `rtl` as in Arabic, whatever the region."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


class Titled(str):
    """The title of a text, which knows in which language it is."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, title: str, language: str) -> Self:
        made = super().__new__(cls, title)
        made.language = language
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # one more than of a str
        """A copy knows it, too: what is printed is copied for another process."""
        return str(self), self.language


def whole_day(locale: Locale) -> str:
    """How a day is written with its weekday: Monday 30 November 2026, Montag, 30. November 2026."""
    comma = "" if locale.language == "en" else ","
    return f"EEEE{comma} {long_day(locale)}"


def long_day(locale: Locale) -> str:
    """How a day is written in full: 30 November 2026, 30. November 2026."""
    return str(locale.date_formats["long"].pattern)


def name_of(language: str, locale: Locale) -> str:
    """What a language is called in another; its code where nobody knows it."""
    try:
        return str(Locale.parse(language, sep="-").get_display_name(locale) or language)
    except (UnknownLocaleError, ValueError):
        return language


def own_name_of(language: str) -> str:
    """What a language calls itself; its code where nobody knows it."""
    try:
        return str(Locale.parse(language, sep="-").display_name or language)
    except (UnknownLocaleError, ValueError):
        return language


def spoken(language: str | None) -> str:
    """The language itself, or English where the site does not speak it."""
    return language if language in LOCALES else LANGUAGES[0]


def language_name(language: str) -> str:
    """What its speakers call a language; its code where that is not known."""
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return language
    return (locale.get_display_name() or language).capitalize()
