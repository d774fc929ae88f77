"""What a text is checked against, and what becomes a revision."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from coursesite.authoring.library import (
    Bank,
    Files,
    Reading,
    Surroundings,
    bank_among,
    listed,
    read_draft,
)
from coursesite.authoring.queries import newest_draft, resting_on
from coursesite.authoring.rules import UNWRITTEN, TextId
from coursesite.authoring.services.drafting import Work
from coursesite.authoring.services.originals import original_of, original_text
from coursesite.content.library import media_used
from coursesite.content.library.asking import Asking
from coursesite.content.queries import MODULES, live_facts, meant_media, sizes_of
from coursesite.content.rules import CITED, Module, cited_by, cited_file, without_cited
from coursesite.content.rules.media import SUMS, MediaShown, Size, media_in_sums
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Kind
from coursesite.revisions.services import NewRevision
from coursesite.revisions.shelf import FALLBACK_LANGUAGE


def surroundings_of(session: Session, text: TextId, files: Files, day: date) -> Surroundings:
    """What these files of a text are checked against today."""
    if text.kind in {Kind.FACTS, Kind.PATH}:
        return Surroundings(day, {}, resting=resting_on(session, facts=text.kind is Kind.FACTS))
    facts = live_facts(session)
    if text.kind is Kind.GLOSSARY:
        return Surroundings(day, facts)
    original = original_of(session, text, files)
    media = meant_media(session, text.slug)
    sizes = _sizes_of(session, text, {**original, **files}, media)
    if text.kind is Kind.QUIZ:
        module = _module_of(session, text, Surroundings(day, facts, media))
        return Surroundings(day, facts, media, sizes, module=module, original=original)
    quiz = TextId(Kind.QUIZ, text.slug, text.language)
    own = find_live(session, quiz.kind, quiz.slug, quiz.language)
    bank = None
    if own:
        translated = original_of(session, quiz, own.files)
        shown = MediaShown({**media, **media_in_sums(own.files.get(SUMS, ""))})
        bank = Bank(quiz, own.files, bank_among(translated), shown)
    elsewhere = find_live(session, quiz.kind, quiz.slug, FALLBACK_LANGUAGE) if original else None
    spare = elsewhere is not None
    return Surroundings(day, facts, media, sizes, bank=bank, original=original, spare=spare)


def _sizes_of(
    session: Session, text: TextId, files: Files, media: Mapping[str, str]
) -> dict[str, Size]:
    """Of the pictures that the text shows, by digest; of a translation, also of its original's."""
    named = {**media, **media_in_sums(files.get(SUMS, ""))}
    mains = {text.main_file, original_text(text).main_file}
    words = "\n".join(files.get(name, "") for name in sorted(mains))
    return sizes_of(session, text.slug, media_used(words, named))


def asking_of(session: Session, work: Work) -> Asking:
    """Draws the questions of a quiz as they stand on a desk."""
    media = {**meant_media(session, work.text.slug), **media_in_sums(work.files.get(SUMS, ""))}
    sizes = _sizes_of(session, work.text, work.files, media)
    return Asking(work.text.slug, work.text.language, MediaShown(media, sizes))


def _module_of(session: Session, quiz: TextId, around: Surroundings) -> Module | None:
    """The live module in the quiz's language; before the first, the draft if it can be read."""
    shown = MODULES.find_live(session, quiz.slug, quiz.language)
    if shown and shown.language == quiz.language:
        return shown.text
    module = TextId(Kind.MODULE, quiz.slug, quiz.language)
    draft = newest_draft(session, module)
    if draft is None:
        return None
    original, media = original_of(session, module, draft.files), meant_media(session, quiz.slug)
    around = replace(around, original=original, media=media, spare=True)
    return read_draft(module, draft.files, around).module


def new_revision(work: Work, reading: Reading) -> NewRevision:
    """With the very media that it shows listed, and the facts that it cites as they are now."""
    texts = {name: text for name, text in work.files.items() if name not in UNWRITTEN}
    files = {name: text.rstrip("\n") + "\n" for name, text in texts.items()}
    files |= listed(reading.media)
    if reading.module:
        files |= cited_file(cited_by(reading.module))
    text = work.text
    return NewRevision(text.kind, text.slug, text.language, reading.title, files, reading.rendered)


def compared_files(work: Work, reading: Reading) -> tuple[Files, Files]:
    """What is live and what would be published, file by file; of an unreadable draft as it stands.

    What the facts say is compared where the live revision says what they said.
    """
    live = work.live.files if work.live else {}
    new = new_revision(work, reading).files if reading.publishable else work.files
    if CITED in live and reading.publishable:
        return live, new
    return without_cited(live), without_cited(new)
