"""`make words`: the site's sentences for translators, and their catalogues ready for use.

`make words language=de` begins a catalogue. Sentences are found in templates, in calls of gettext
and its like, and where a use-case refuses.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from coursesite import app
from coursesite.config import PROJECT, TRANSLATIONS
from coursesite.errors import Refusal

METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("templates/**.txt", "jinja2")]
NAMED: dict[str, Any] = {
    "project": app.__name__.partition(".")[0],
    "version": "1",
    "copyright_holder": "the authors of coursesite",
    "msgid_bugs_address": "none",
    "last_translator": "none",
    "language_team": "none",
    "fuzzy": False,
    "header_comment": "# The sentences of coursesite.",
    "creation_date": datetime(2026, 11, 29, tzinfo=UTC),
    "revision_date": datetime(2026, 11, 29, tzinfo=UTC),
}
"""What a catalogue says of itself: the same at every run, so that only sentences make a change."""

_JINJA = {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
OPTIONS = {"**.html": _JINJA, "templates/**.txt": _JINJA}


@cache
def sentences() -> Catalog:
    """Every sentence of the site, with the files where it stands.

    Lines are left out: what is read from a catalogue has none, and is in the same order then.
    """
    found = Catalog(**NAMED, charset="utf-8")
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "said": None, "Said": None}
    keywords |= dict.fromkeys(refusals(Refusal))
    package = PROJECT / "coursesite"
    everything = extract_from_dir(package, METHODS, OPTIONS, keywords)
    for path, _line, words, comments, context in sorted(everything, key=itemgetter(0, 1)):
        if words:  # an empty one is what a catalogue says of itself
            found.add(words, locations=[(path, 0)], auto_comments=comments, context=context)
    return found


def refusals(base: type[Refusal]) -> Iterator[str]:
    """The names of all refusals, whose first word is a sentence."""
    yield base.__name__
    for kind in base.__subclasses__():
        yield from refusals(kind)


def write(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue for its translators, and beside it what the site reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


def read(path: Path, language: str) -> Catalog:
    """A catalogue as its translators left it."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def main(folder: Path, begun: list[str]) -> None:
    """Bring every catalogue up to date, and begin those of the languages that are asked for."""
    template = sentences()
    folder.mkdir(exist_ok=True)
    with (folder / "messages.pot").open("wb") as file:
        write_po(file, template, width=100, sort_by_file=True)
    languages = {path.parts[-3] for path in folder.glob("*/LC_MESSAGES/messages.po")}
    for language in sorted(languages.union(begun)):
        path = folder / language / "LC_MESSAGES" / "messages.po"
        catalogue = read(path, language) if path.exists() else Catalog(language, **NAMED)
        catalogue.update(template)
        write(catalogue, path)


if __name__ == "__main__":
    main(TRANSLATIONS, sys.argv[1:])
