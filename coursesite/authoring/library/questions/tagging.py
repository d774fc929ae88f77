"""Saying of questions to which lessons they belong; nothing else of their file changes."""

from collections.abc import Collection

from coursesite.authored.tree import Plain
from coursesite.authoring.library.questions.entries import Entry, entries_in
from coursesite.authoring.library.questions.filling import Writing

LESSONS = "lessons"


def lessons_of(entry: Entry) -> list[str]:
    """The lessons that a question is tagged to, as far as its file can be understood."""
    found = entry.data.get(LESSONS)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def tagged(text: str, lesson: str, names: Collection[str]) -> str:
    """The text in which these questions, and no others, belong to a lesson; a case as a whole."""
    for entry in entries_in(text):
        known = lessons_of(entry)
        if (lesson in known) is not (entry.id in names):
            text = _written(text, entry, _other(known, lesson))
    return text


def _other(known: list[str], lesson: str) -> list[Plain]:
    """With the lesson if it was not there, without it if it was."""
    return [each for each in known if each != lesson] if lesson in known else [*known, lesson]


def _written(text: str, entry: Entry, lessons: list[Plain]) -> str:
    writing = Writing(text, entry.at)
    if lessons:
        writing.put((), LESSONS, lessons)
    else:
        writing.drop((), LESSONS)
    return writing.proved()
