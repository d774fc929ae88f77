"""The languages that the site speaks, and how each writes dates and runs."""

from babel import Locale

LOCALES = {"en": Locale.parse("en_GB")}
LANGUAGES = tuple(LOCALES)
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


def spoken(language: str | None) -> str:
    """The language itself, or English where the site does not speak it."""
    return language if language in LOCALES else LANGUAGES[0]
