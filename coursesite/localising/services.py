"""Writing, publishing and keeping right what an organisation says of itself inside the course."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.queries.text_changes import Reach
from coursesite.assignments.services import announce_change
from coursesite.audit.services import Actor, record
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import Decision, Seen, Work, keep_version, save_draft
from coursesite.authoring.services.discussing import refuse_alone
from coursesite.authoring.services.drafting import author_of, close_draft
from coursesite.authoring.services.telling import tell_of_publication, who_hears_of
from coursesite.content.library.local import KnownPlaces, ReadLocal, read_local
from coursesite.content.queries import live_facts
from coursesite.content.rules import without_cited
from coursesite.content.rules.local import (
    LocalText,
    changed_since,
    passage_of,
    passages_that_differ,
    slug_of,
)
from coursesite.content.shelf import Drafted, local_texts_after
from coursesite.errors import Conflict, Invalid
from coursesite.localising.models import LocalLook
from coursesite.localising.queries import Hearing, hearing_of, latest_looks
from coursesite.localising.rules import Files, Places, mark_of, passages_in, touched, with_values
from coursesite.people.models import Organisation
from coursesite.revisions.models import LocalReach, Publication
from coursesite.revisions.rules import Kind, days_to_renew
from coursesite.revisions.services import NewRevision, publish

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Look:
    """`seen` names the course's words that somebody looked at; see mark_of()."""

    seen: str
    note: str = ""


def text_of(organisation_id: int, language: str) -> TextId:
    """The local version of an organisation in a language, as authors' texts are named."""
    return TextId(Kind.LOCAL, slug_of(organisation_id), language)


@dataclass(frozen=True)
class Bench:
    """What somebody works on: their draft or what is live, whose it is, and for which places."""

    organisation: Organisation
    work: Work
    places: Places
    languages: Sequence[str] = ()

    @property
    def files(self) -> dict[str, str]:
        """Without those in which nothing is left."""
        return with_values(without_cited(self.work.files), {})

    @property
    def live_files(self) -> Files:
        return without_cited(self.work.live.files) if self.work.live else {}


def known_places(session: Session, bench: Bench, day: date) -> KnownPlaces:
    """What a local version is checked against on this day."""
    return KnownPlaces(
        facts=live_facts(session),
        day=day,
        fields=bench.places.fields.keys(),
        passages=bench.places.passages.keys(),
        kept=bench.live_files.keys(),
    )


def read_bench(session: Session, bench: Bench, day: date) -> ReadLocal:
    """The draft, checked as it would be published."""
    known = known_places(session, bench, day)
    return read_local(bench.files, bench.organisation.name, bench.work.text.language, known)


def save(session: Session, bench: Bench, files: Files, actor: Actor, *, for_good: bool) -> None:
    """Make these files the actor's draft; `for_good` keeps this very text in the history, too."""
    work = bench.work
    save_draft(session, work.text, files, Seen(work.version, work.begun_with_id), actor)
    if for_good:
        keep_version(session, work.text, actor)


def reach_of_words(session: Session, bench: Bench, text: LocalText, hearing: Hearing) -> Reach:
    """Where people would read other passages if this text were published: the organisation's own,
    and those of all below it that say nothing of their own there.
    """
    live = hearing.live
    speaking = {slug for slug, _revision in live} | {bench.work.text.slug}
    drafted, modules = Drafted(bench.organisation.id, text), bench.places.passages
    reach: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    known: dict[tuple[int, ...], set[tuple[str, str]]] = {}
    for line in hearing.lines:
        heard = tuple(each for each in line if slug_of(each) in speaking)
        if heard not in known:
            known[heard] = {
                (module, language)
                for language in bench.languages
                for passage in passages_that_differ(
                    local_texts_after(session, heard, live, language, None),
                    local_texts_after(session, heard, live, language, drafted),
                )
                for module in modules.get(passage, ())
            }
        for each in known[heard]:
            reach[each].append(line[0])
    return reach


def publish_local(  # noqa: PLR0913 - each is named at the call
    session: Session, bench: Bench, *, seen: Seen, decision: Decision, day: date, actor: Actor
) -> Publication:
    """Let the organisation's people read this draft from their next page on; a major change of
    its passages asks those who are certified to learn it again.
    """
    text = _ready(session, bench, seen, decision, day)
    work = bench.work
    if work.draft:
        refuse_alone(session, work.draft, actor)
    days = days_to_renew(decision.change, decision.renew_days)
    reach: Reach = {}
    if days is not None:
        reach = reach_of_words(session, bench, text, hearing_of(session, bench.organisation))
    if days is not None and not reach:
        raise Invalid(
            "Only other words in a passage ask people to learn again: publish it as minor."
        )
    whom = who_hears_of(session, work.draft, day) if work.draft else ()
    close_draft(session, work, seen)
    own, name = work.text, bench.organisation.name
    new = NewRevision(own.kind, own.slug, own.language, name, bench.files, text.to_json())
    note = decision.note.strip()
    publication = publish(session, new, actor, change=decision.change, note=note, renew_days=days)
    if publication is None:
        raise Invalid("This is what is published already.")
    session.add_all(
        LocalReach(
            publication_id=publication.id,
            organisation_id=each,
            language=language,
            module_slug=module,
        )
        for (module, language), organisations in reach.items()
        for each in organisations
    )
    session.flush()
    announce_change(session, publication)
    _note_looks(session, bench, touched(bench.live_files, bench.files), actor)
    tell_of_publication(session, publication, whom)
    return publication


def _ready(session: Session, bench: Bench, seen: Seen, decision: Decision, day: date) -> LocalText:
    """The text as it would be published; a refusal if anything stands in its way."""
    work, note = bench.work, decision.note.strip()
    if work.draft is None:
        raise Conflict("There is no draft of this text any more: it was published or given up.")
    if work.version != seen.version:
        raise Conflict("The draft was changed since you looked at it: look at it again.")
    if work.live_id != seen.live_id or work.overtaken:
        raise Conflict(
            "Something else was published since this draft was begun: bring the two together first."
        )
    if not note or len(note) > LONGEST_NOTE:
        raise Invalid("Say what you change and why, in at most 2,000 characters.")
    read = read_bench(session, bench, day)
    if read.text is None:
        raise Invalid("This text has errors. What is published stays as it is.")
    return read.text


def _note_looks(session: Session, bench: Bench, files: Sequence[str], actor: Actor) -> None:
    """Whoever publishes a passage has the course's words before them."""
    for name in filter(None, map(passage_of, files)):
        if name in passages_in(bench.files):
            _add_look(session, bench, name, "", actor)


def _add_look(session: Session, bench: Bench, passage: str, note: str, actor: Actor) -> None:
    session.add(
        LocalLook(
            organisation_id=bench.organisation.id,
            language=bench.work.text.language,
            passage=passage,
            words=bench.places.words_at(passage),
            note=note,
            looked_by_id=author_of(actor),
            looked_at=clock.now(),
        )
    )
    session.flush()


def find_right(session: Session, bench: Bench, passage: str, look: Look, actor: Actor) -> None:
    """Record that the organisation's own passage is still right beside the course's words."""
    if passage not in passages_in(bench.live_files):
        raise Conflict("Your organisation has no passage of its own here any more.")
    if look.seen != mark_of(bench.places.words_at(passage)):
        raise Conflict("The course was changed again since you opened this page: look once more.")
    note = look.note.strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid("Use at most 2,000 characters.")
    _add_look(session, bench, passage, note, actor)
    text = bench.work.text
    after = {"passage": passage, "language": text.language}
    subject = (text.kind, text.slug)
    record(session, "local-found-right", actor, subject, after=after, reason=note or None)


def to_look_at(
    session: Session, organisation_id: int, language: str, places: Places, passages: Collection[str]
) -> dict[str, list[str]]:
    """Own passages beneath which the course has changed, with the modules in which it did."""
    looks = latest_looks(session, organisation_id, language)
    found = {
        name: changed_since(places.words_at(name), looks[name].words if name in looks else {})
        for name in passages
    }
    return {name: modules for name, modules in found.items() if modules}
