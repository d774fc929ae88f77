"""Translations and their originals: which revision a translation belongs to, and keeping step."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from coursesite.authoring.library import Files
from coursesite.authoring.queries import revision_with
from coursesite.authoring.rules import SETTINGS, TextId
from coursesite.content.library.translating import (
    Record,
    Template,
    carried,
    read_record,
    record_name,
    settled,
    template_of,
)
from coursesite.content.rules.media import SUMS
from coursesite.errors import Conflict, NotFound
from coursesite.revisions.models import Revision
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE


def is_original(text: TextId) -> bool:
    """Whether others translate this text, and it translates none."""
    return text.language == FALLBACK_LANGUAGE


def original_text(text: TextId) -> TextId:
    """What a text in another language is a translation of."""
    return replace(text, language=FALLBACK_LANGUAGE)


def record_in(text: TextId, files: Files) -> Record | None:
    """What a translation says of where it comes from; None of a text that stands for itself."""
    name = record_name(text.main_file)
    if is_original(text) or name not in files:
        return None
    return read_record(files[name], name)[0]


def original_of(session: Session, text: TextId, files: Files) -> Files:
    """The files of the revision that a translation belongs to, or else of the live one.

    Nothing for a text that is no translation.
    """
    record = record_in(text, files)
    if record is None:
        return {}
    own = replace(text, language=record.original)
    found = revision_with(session, own, record.revision)
    found = found or find_live(session, own.kind, own.slug, own.language)
    return found.files if found else {}


def live_original(session: Session, text: TextId) -> Revision:
    """What is published of the original."""
    own = original_text(text)
    found = find_live(session, own.kind, own.slug, own.language)
    if found is None:
        raise NotFound("The original of this text is not published.")
    return found


def template_in(text: TextId, files: Files) -> Template:
    """The main file of a text as its translator sees it."""
    return template_of(files.get(text.main_file, ""), is_quiz=text.kind is Kind.QUIZ)


def in_step(session: Session, text: TextId, files: Files, original: Revision, day: date) -> Files:
    """A translation built like this revision of its original, whichever it was built like.

    Settings are the original's, for they are the same in every language.
    """
    before = original_of(session, text, files)
    own = original_text(text)
    record = record_in(text, files) or Record(FALLBACK_LANGUAGE, original.digest)
    translation = template_in(text, files)
    made_of, now = template_in(own, before or original.files), template_in(own, original.files)
    if made_of.frame != translation.frame:
        made_of = now
    if made_of.frame != translation.frame:
        raise Conflict(
            "This text is not built like its original any more, so its passages cannot be "
            "laid beside each other. Mend that in the text, or give this draft up."
        )
    record = settled(made_of, translation, record)
    moved = carried(made_of, now, (translation, record), original.digest, day)
    return files_of_translation(text, original, moved.text, moved.record)


def files_of_translation(text: TextId, original: Revision, words: str, record: Record) -> Files:
    """All the files of a translation."""
    shared = {name: original.files[name] for name in (SETTINGS, SUMS) if name in original.files}
    return {**shared, text.main_file: words, record_name(text.main_file): record.text()}
