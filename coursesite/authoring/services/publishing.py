"""Publishing a draft: checked, with its effect known, and never over what nobody looked at."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from coursesite.assignments.services import announce_change
from coursesite.audit.services import Actor
from coursesite.authoring.library import Reading, Surroundings, listed, read_draft
from coursesite.authoring.queries import newest_draft
from coursesite.authoring.rules import NEEDS_NOTE, TextId
from coursesite.authoring.services.discussing import refuse_alone
from coursesite.authoring.services.drafting import Seen, Work, close_draft
from coursesite.content.queries import MODULES, live_facts, meant_media
from coursesite.content.rules import Module
from coursesite.content.rules.media import SUMS
from coursesite.content.services import show_media
from coursesite.errors import Conflict, Invalid, said
from coursesite.revisions.models import Publication
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Change, Kind, days_to_renew
from coursesite.revisions.services import NewRevision, publish


@dataclass(frozen=True)
class Decision:
    """What a publisher chose: the class of the change, why, and by when a major one is learned."""

    change: Change
    note: str = ""
    renew_days: int | None = None


def surroundings_of(session: Session, text: TextId, day: date) -> Surroundings:
    """What a text is checked against today."""
    facts = live_facts(session)
    if text.kind is Kind.QUIZ:
        module = _module_of(session, text, Surroundings(day, facts))
        return Surroundings(day, facts, module=module)
    media = meant_media(session, text.slug)
    quiz = TextId(Kind.QUIZ, text.slug, text.language)
    live = find_live(session, quiz.kind, quiz.slug, quiz.language)
    bank = live.files.get(quiz.main_file) if live else None
    return Surroundings(day, facts, media, bank=bank)


def _module_of(session: Session, quiz: TextId, around: Surroundings) -> Module | None:
    """The live module in the quiz's language; before the first, the draft if it can be read."""
    shown = MODULES.find_live(session, quiz.slug, quiz.language)
    if shown and shown.language == quiz.language:
        return shown.text
    module = TextId(Kind.MODULE, quiz.slug, quiz.language)
    draft = newest_draft(session, module)
    return read_draft(module, draft.files, around).module if draft else None


def publish_draft(  # noqa: PLR0913 - each is named at the call
    session: Session,
    work: Work,
    *,
    seen: Seen,
    around: Surroundings,
    decision: Decision,
    actor: Actor,
) -> Publication:
    """Make a draft live from the next request on, if nothing moved since it was looked at."""
    _refuse_unseen(work, seen)
    if decision.change in NEEDS_NOTE and work.live and not decision.note.strip():
        raise Invalid("Say in a note what has changed and why.")
    reading = read_draft(work.text, work.files, around)
    if not reading.publishable:
        raise Invalid("This text has errors. What is published stays as it is.")
    if work.draft:
        refuse_alone(session, work.draft, actor)
    close_draft(session, work, seen)
    new = _revision(work, reading)
    publication = publish(
        session,
        new,
        actor,
        change=decision.change,
        note=decision.note.strip(),
        renew_days=days_to_renew(decision.change, decision.renew_days),
    )
    if publication is None:
        raise Invalid("This is what is published already.")
    if publication.replaced_id != seen.live_id:
        raise Conflict(_MOVED)
    show_media(session, work.text.slug, reading.media)
    announce_change(session, publication)
    return publication


_MOVED = said("Something else was published since you looked: look at the differences again.")


def _refuse_unseen(work: Work, seen: Seen) -> None:
    if work.draft is None:
        raise Conflict("There is no draft of this text any more: it was published or given up.")
    if work.version != seen.version:
        raise Conflict("The draft was changed since you looked at it: look at it again.")
    if work.live_id != seen.live_id:
        raise Conflict(_MOVED)


def _revision(work: Work, reading: Reading) -> NewRevision:
    """With the list of the very files that it shows, in place of what the draft said of them."""
    texts = {name: text for name, text in work.files.items() if name != SUMS}
    files = {name: text.rstrip("\n") + "\n" for name, text in texts.items()}
    files |= listed(reading.media)
    text = work.text
    return NewRevision(text.kind, text.slug, text.language, reading.title, files, reading.rendered)
