"""The catalogues of the languages that the site speaks: what is translated is right."""

import gettext
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from coursesite.config import TRANSLATIONS
from coursesite.languages import LANGUAGES, LOCALES
from tests.words import read

TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACE = re.compile(r"%(?:\(\w+\))?[ds%]|\{\d\}")
LEARNERS = (
    "accounts/",
    "certificates/",
    "frame.py",
    "learning/",
    "pages.py",
    "templates/accounts/",
    "templates/certificates/",
    "templates/errors/",
    "templates/frame/",
    "templates/home.html",
    "templates/jobs/",
    "templates/layout.html",
    "templates/learning/",
    "templates/notifications/",
    "templates/quizzes/",
    "templates/site/",
)
"""Where sentences stand that a learner may meet."""
LEAST = 0.95

pytestmark = pytest.mark.parametrize("language", TRANSLATED)


def path_of(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def written(language: str) -> Catalog:
    return read(path_of(language), language)


def translated(language: str) -> Iterator[Message]:
    """What readers see: the rest, and what is only guessed, is shown in English."""
    for message in written(language):
        if message.id and message.string and not message.fuzzy and all(forms_of(message.string)):
            yield message


def forms_of(words: object) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)  # type: ignore[arg-type]  # babel's are untyped


def test_every_place_of_a_sentence_is_kept(language: str) -> None:
    """A form for one number alone may leave its number out: “One question”."""
    wrong = []
    for message in translated(language):
        asked, given = forms_of(message.id), forms_of(message.string)
        places = [Counter(PLACE.findall(form)) for form in asked]
        for form in given:
            found = Counter(PLACE.findall(form))
            if found not in places or (form is given[-1] and found != places[-1]):
                wrong.append((asked[-1], form))
    assert not wrong


def test_every_number_has_its_form(language: str) -> None:
    forms = get_plural(str(LOCALES[language])).num_plurals
    assert written(language).num_plurals == forms
    for message in translated(language):
        if not isinstance(message.id, str):
            assert len(forms_of(message.string)) == forms, message.id


def test_a_sentence_keeps_its_edges(language: str) -> None:
    """A blank or a line's end at the edge of a sentence joins it to the next one."""
    for message in translated(language):
        for asked, given in zip(forms_of(message.id), forms_of(message.string), strict=False):
            assert given.strip() == given or asked.strip() != asked, given
            assert "\n" not in given, given


def test_quotation_marks_are_those_of_the_language(language: str) -> None:
    quotes = {"de": "„“"}[language]
    strange = set("“”„«»") - set(quotes)
    for message in translated(language):
        for form in forms_of(message.string):
            assert not strange & set(form), form
            assert form.count(quotes[0]) == form.count(quotes[1]), form


def test_what_the_site_reads_is_what_was_written(language: str) -> None:
    """`make words` writes both; a file that was changed by hand alone would not be seen."""
    with path_of(language).with_suffix(".mo").open("rb") as file:
        made = gettext.GNUTranslations(file)
    for message in translated(language):
        asked = forms_of(message.id)
        if len(asked) == 1:
            context, (word,) = message.context, asked
            said = made.pgettext(context, word) if context else made.gettext(word)
            assert said == message.string, word
        else:
            assert made.ngettext(asked[0], asked[1], 1) == forms_of(message.string)[0]
            assert made.ngettext(asked[0], asked[1], 2) == forms_of(message.string)[1]


def test_learners_are_spoken_to_in_their_language(language: str) -> None:
    """Nearly all of it: a sentence that is new since is shown in English until it is translated."""
    theirs = [
        message
        for message in written(language)
        if message.id and any(str(path).startswith(LEARNERS) for path, _line in message.locations)
    ]
    done = {(message.id, message.context) for message in translated(language)}
    left = [each.id for each in theirs if (each.id, each.context) not in done]
    assert len(theirs) > 500
    assert len(left) <= (1 - LEAST) * len(theirs), left
