"""The languages that the site speaks, and how each writes dates and runs."""

from babel import Locale, UnknownLocaleError

LOCALES = {"en": Locale.parse("en_GB")}
LANGUAGES = tuple(LOCALES)
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


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
