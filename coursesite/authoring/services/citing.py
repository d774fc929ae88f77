"""A corrected fact reaches what cites it: each text as it is, with the fact as it is now."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.services import announce_change
from coursesite.audit.services import SITE, Actor, record
from coursesite.authoring.queries import live_modules, local_texts_live
from coursesite.authoring.rules import TextId
from coursesite.authoring.rules.citing import CITE_ANEW, Citing, citing_these, note_of
from coursesite.authoring.services.drafting import Work
from coursesite.authoring.services.following import brought_into_step, follow_one
from coursesite.authoring.services.originals import original_text, record_in
from coursesite.content.queries import FACTS, MODULES, live_facts
from coursesite.content.rules import Fact, Module, cited_by, cited_file, with_facts, without_cited
from coursesite.content.rules.citing import local_facts, local_with_facts, others_in
from coursesite.errors import Conflict, Refusal, said
from coursesite.jobs.models import Task
from coursesite.jobs.rules import UNDER_WAY
from coursesite.jobs.services import NewTask, start_task
from coursesite.people.models import Person
from coursesite.revisions.models import Publication, Revision
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Change, Kind, short
from coursesite.revisions.services import NewRevision, publish
from coursesite.revisions.shelf import FALLBACK_LANGUAGE

AT_ONCE = 12
"""So many texts are brought in within the request; of more, a job that is watched does it."""

TITLE = said("Corrected facts in the modules that cite them")


class Outcome(StrEnum):
    """What became of a module that cites a corrected fact."""

    DONE = "done"
    LEFT = "left"


@dataclass(frozen=True)
class Correcting:
    """A publication of facts that is carried into modules: the register, by whom, on which day."""

    publication: Publication
    facts: Mapping[str, Fact]
    changed: frozenset[str]
    actor: Actor
    day: date


def correcting(
    session: Session, publication: Publication, actor: Actor, day: date
) -> Correcting | None:
    """None for the first register, and for one that changes nothing that anybody cites."""
    if publication.kind is not Kind.FACTS or publication.replaced_id is None:
        return None
    shown = FACTS.get_all(session, [publication.replaced_id, publication.revision_id])
    before, after = shown[publication.replaced_id].text, shown[publication.revision_id].text
    changed = frozenset(id for id in before.keys() & after.keys() if before[id] != after[id])
    return Correcting(publication, live_facts(session), changed, actor, day)


def to_bring(session: Session, what: Correcting) -> list[Citing]:
    """The live modules that cite a corrected fact in other words, originals first."""
    found = citing_these(live_modules(session), what.facts, what.changed, what.day)
    return sorted(found, key=lambda each: (not each.is_original, each.text))


def bring_local(session: Session, what: Correcting) -> None:
    """What organisations say of themselves cites the course's facts as they are now, too.

    Their words stay, and the site is named, as nobody of theirs did it.
    """
    for text, local in local_texts_live(session):
        stale = others_in(what.facts, local_facts(local))
        live = find_live(session, text.kind, text.slug, text.language)
        if live is None or what.changed.isdisjoint(stale):
            continue
        new = local_with_facts(local, what.facts)
        files = without_cited(live.files) | cited_file(local_facts(new))
        revision = NewRevision(
            text.kind, text.slug, text.language, live.title, files, new.to_json()
        )
        note = note_of(stale, what.publication.note)
        publish(session, revision, SITE, change=Change.EDITORIAL, note=note)


def carry_facts(session: Session, publication: Publication, actor: Actor, day: date) -> None:
    """Let the modules that cite a corrected fact have it: at once, or by a job if they are many."""
    what = correcting(session, publication, actor, day)
    if what is None:
        return
    found = to_bring(session, what)
    if len(found) <= AT_ONCE:
        carry_facts_now(session, publication, actor, day)
        return
    bring_local(session, what)
    person = session.get(Person, actor.person_id) if actor.person_id else None
    language = (person.language if person else None) or FALLBACK_LANGUAGE
    payload = {"publication_id": publication.id}
    start_task(session, NewTask(CITE_ANEW, TITLE, payload, total=len(found)), actor, language)


def carry_facts_now(session: Session, publication: Publication, actor: Actor, day: date) -> None:
    """The same, however many they are."""
    what = correcting(session, publication, actor, day)
    if what is None:
        return
    for _text, _outcome in bring_all(session, what):
        pass
    bring_local(session, what)


def bring_all(
    session: Session, what: Correcting, done: Collection[str] = ()
) -> Iterator[tuple[TextId, Outcome]]:
    """Make a new revision of each module that cites what was corrected, one after the other.

    Whatever has it already is left out, so this may begin again at any time; `done` are those that
    need not be looked at any more.
    """
    for each in to_bring(session, what):
        if str(each.text) not in done:
            yield each.text, bring(session, each, what)


def bring(session: Session, each: Citing, what: Correcting) -> Outcome:
    """The same text with its facts as they are now, as a revision with who, when and why."""
    live = find_live(session, each.text.kind, each.text.slug, each.text.language)
    if live is None or each.hindered:
        return _left(session, each.text, what)
    note = note_of(each.facts, what.publication.note)
    try:
        new = _new_revision(session, each.text, live, what)
    except Refusal:
        return _left(session, each.text, what)
    if new is None:  # out of step with its original: it follows that as a whole
        followed = follow_one(session, each.text, what.publication, what.actor, what.day)
        return Outcome.DONE if followed else Outcome.LEFT
    publication = publish(
        session,
        new,
        what.actor,
        change=what.publication.change,
        note=note,
        renew_days=what.publication.renew_days,
    )
    if publication:
        announce_change(session, publication)
    return Outcome.DONE


def _new_revision(
    session: Session, text: TextId, live: Revision, what: Correcting
) -> NewRevision | None:
    """None for a translation that did not follow its original before this."""
    module = with_facts(MODULES.get(session, live.id).text, what.facts)
    files = without_cited(live.files)
    record_ = record_in(text, live.files)
    if record_:
        own = original_text(text)
        original = find_live(session, own.kind, own.slug, own.language)
        if original is None or not _was_in_step(session, record_.revision, original):
            return None
        work = brought_into_step(session, Work(text, live.files, live, None), what.day)
        files = without_cited(work.files)
        module = _made_of(module, original)
    files |= cited_file(cited_by(module))
    return NewRevision(text.kind, text.slug, text.language, live.title, files, module.to_json())


def _was_in_step(session: Session, digest: str, original: Revision) -> bool:
    """Whether the original says what it said in the revision of this digest, facts set aside."""
    if digest == original.digest:
        return True
    found = sa.select(Revision.files).where(
        Revision.kind == original.kind,
        Revision.slug == original.slug,
        Revision.language == original.language,
        Revision.digest == digest,
    )
    files = session.scalar(found)
    return files is not None and without_cited(files) == without_cited(original.files)


def _made_of(module: Module, original: Revision) -> Module:
    told = module.translation
    if told is None:
        return module
    return replace(module, translation=replace(told, revision=short(original.digest)))


def _left(session: Session, text: TextId, what: Correcting) -> Outcome:
    record(
        session,
        "corrected-facts-left-out",
        what.actor,
        (text.kind, text.slug),
        after={"language": text.language, "publication_id": what.publication.id},
    )
    return Outcome.LEFT


def refuse_while_carrying(session: Session) -> None:
    """What a fact's publisher decided for the modules is carried out before anything else is."""
    waiting = sa.exists().where(Task.kind == CITE_ANEW, Task.state.in_(UNDER_WAY))
    if session.scalar(sa.select(waiting)):
        raise Conflict(
            "Corrected facts are being brought into the modules that cite them. Wait until that "
            "job has ended, and publish then."
        )
