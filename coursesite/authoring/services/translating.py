"""Translating: a language beside the original, passage by passage, and what follows a change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.authoring.library import Files
from coursesite.authoring.queries import find_draft, newest_draft
from coursesite.authoring.rules import TextId
from coursesite.authoring.services.days import day_of_course
from coursesite.authoring.services.drafting import (
    Seen,
    Work,
    author_of,
    begin_draft,
    open_work,
    save_draft,
)
from coursesite.authoring.services.originals import (
    files_of_translation,
    in_step,
    live_original,
    original_text,
    record_in,
    template_in,
)
from coursesite.content.library.translating import (
    Made,
    Passage,
    Record,
    Template,
    mark_of,
    passages_of,
)
from coursesite.errors import Invalid, NotFound
from coursesite.languages import CODE
from coursesite.revisions.models import Revision
from coursesite.revisions.queries import find_live, get_revision
from coursesite.revisions.rules import Kind, short
from coursesite.revisions.shelf import FALLBACK_LANGUAGE


class Unbuildable(Invalid):
    """Words that would not stay words: they would change what the passage is built like."""

    def __init__(self, keys: Collection[str]) -> None:
        self.keys = frozenset(keys)
        super().__init__("Some words would change how the text is built: look at the marked ones.")


@dataclass(frozen=True)
class Translating:
    """A translation on its translator's desk, beside the original as it is published now."""

    work: Work
    original: Revision
    files: Files
    record: Record
    template: Template

    @property
    def passages(self) -> list[Passage]:
        translation = template_in(self.work.text, self.files)
        return passages_of(self.template, translation, self.record)


def begin_translation(session: Session, slug: str, language: str, actor: Actor) -> TextId:
    """Drafts of a module and its quiz in a new language: in the original's words, to begin with.

    What there is already in this language stays as it is.
    """
    module = TextId(Kind.MODULE, slug, language)
    if not CODE.match(language) or language == FALLBACK_LANGUAGE:
        raise Invalid("Choose the language to translate into.")
    live_original(session, module)
    for text in (module, TextId(Kind.QUIZ, slug, language)):
        own = original_text(text)
        original = find_live(session, own.kind, own.slug, own.language)
        if original and not _is_there(session, text, author_of(actor)):
            begin_draft(session, text, _first_files(text, original), actor)
    return module


def _is_there(session: Session, text: TextId, author_id: int) -> bool:
    draft = find_draft(session, text, author_id)
    live = find_live(session, text.kind, text.slug, text.language)
    is_open = draft is not None and draft.closed_at is None
    return is_open or live is not None or newest_draft(session, text) is not None


def _first_files(text: TextId, original: Revision) -> Files:
    words = template_in(original_text(text), original.files).text({})
    return files_of_translation(text, original, words, Record(FALLBACK_LANGUAGE, original.digest))


def open_translation(session: Session, text: TextId, author_id: int, day: date) -> Translating:
    """The author's draft, or what is live, brought into step with the original; nothing is kept."""
    work = open_work(session, text, author_id)
    original = live_original(session, text)
    return _beside(session, work, original, day)


def _beside(session: Session, work: Work, original: Revision, day: date) -> Translating:
    files = in_step(session, work.text, work.files, original, day)
    made = record_in(work.text, files) or Record(FALLBACK_LANGUAGE, original.digest)
    template = template_in(original_text(work.text), original.files)
    return Translating(work, original, files, made, template)


@dataclass(frozen=True)
class Words:
    """What a translator sent: words by the keys of passages, empty ones for none; which of them
    are still right though the original changed; and the revision of the original beside them.
    """

    revision: str
    words: Mapping[str, str]
    still_right: Collection[str] = ()


def has_partner(session: Session, text: TextId) -> bool:
    """Whether the quiz of a module, or the module of a quiz, is there in this language as well."""
    kind = Kind.QUIZ if text.kind is Kind.MODULE else Kind.MODULE
    other = replace(text, kind=kind)
    live = find_live(session, other.kind, other.slug, other.language)
    return live is not None or newest_draft(session, other) is not None


def keys_in(session: Session, text: TextId, revision: str) -> list[str]:
    """The passages of a revision of the original, in their order."""
    original = _revision(session, text, revision)
    return [unit.key for unit in template_in(original_text(text), original.files).units]


def _revision(session: Session, text: TextId, name: str) -> Revision:
    own = original_text(text)
    found = get_revision(session, own.kind, own.slug, name)
    if found.language != own.language:
        raise NotFound("There is no such revision of the original.")
    return found


def translated(session: Session, work: Work, sent: Words, day: date) -> Files:
    """The files with what was sent; Unbuildable where it would not stay words."""
    original = _revision(session, work.text, sent.revision)
    desk = _beside(session, work, original, day)
    words = {each.here.key: each.here.words for each in desk.passages if each.made}
    made = dict(desk.record.passages)
    for each in desk.passages:
        if each.here.key in sent.words:
            _take(each, sent, words, made, original)
    text = _built(desk.template, words, work.text)
    kept = {unit.key: made[unit.key] for unit in desk.template.units if unit.key in made}
    return files_of_translation(work.text, original, text, replace(desk.record, passages=kept))


def _take(
    passage: Passage,
    sent: Words,
    words: dict[str, str],
    made: dict[str, Made],
    original: Revision,
) -> None:
    """Take over what was sent for a passage. Other words are made from the original as it is."""
    key = passage.here.key
    new = sent.words[key].strip()
    if not new:
        words.pop(key, None)
        made.pop(key, None)
        return
    words[key] = new
    same = passage.words is not None and mark_of(passage.words) == mark_of(new)
    if not same or key in sent.still_right:
        made[key] = Made(passage.original.mark, short(original.digest))


def _built(template: Template, words: Mapping[str, str], text: TextId) -> str:
    whole = template.text(words)
    if _fits(template, whole, text):
        return whole
    raise Unbuildable(
        [key for key in words if not _fits(template, template.text({key: words[key]}), text)]
    )


def _fits(template: Template, whole: str, text: TextId) -> bool:
    try:
        return template_in(text, {text.main_file: whole}).frame == template.frame
    except Invalid:
        return False


def save_translation(session: Session, text: TextId, sent: Words, seen: Seen, actor: Actor) -> int:
    """Keep what was sent as the actor's draft, and return its version."""
    work = open_work(session, text, author_of(actor))
    files = translated(session, work, sent, day_of_course(session, actor.organisation_id))
    return save_draft(session, text, files, seen, actor)
