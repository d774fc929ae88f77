"""The story of finishing a module: its completion, its requirement, its certificate, its paths."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.audit.services import Actor
from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.content.services import keep_local_version
from coursesite.learning import queries
from coursesite.learning.queries import Completed
from coursesite.learning.rules import Again, Asked, Standing, asked_again, is_for, missing_in
from coursesite.learning.services.certifying import Learner, certify
from coursesite.learning.services.desk import desk_of
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import Path, in_language, is_complete
from coursesite.people.models import Person
from coursesite.progress import services as progress
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from coursesite.progress.services import Entry, Finished, Target
from coursesite.revisions.shelf import Shown


def finish_module(
    session: Session, learner: Learner, shown: Shown[Module], actor: Actor
) -> Completion | None:
    """Record that a module is complete, once; None while something is missing or it was before.

    Told after every fact, in whatever order they come. The lock makes two facts at the same
    moment wait for each other, so that one of them sees both.
    """
    session.flush()
    session.execute(_lock(learner.id))
    standing = queries.standing_in(session, learner.id, shown.slug)
    if standing.round_id is None or standing.completed_at:
        return None
    if standing.asked:
        shown = MODULES.get(session, standing.asked.until_id)
        if is_overtaken(session, learner, shown, standing):
            return None
    if not missing_in(shown.text, standing).nothing:
        return None
    completion = _complete_module(session, learner, shown, standing, actor)
    if completion:
        certify(session, learner, completion, shown.text.title, actor)
        finish_paths(session, learner, completion, actor)
        renew(session, learner, completion, actor)
    return completion


def is_overtaken(
    session: Session, learner: Learner, shown: Shown[Module], standing: Standing
) -> bool:
    """Whether more changed since somebody began to learn what changed: then that is asked, too."""
    began = standing.started_at
    theirs = learner.organisation_id
    return began is not None and queries.was_asked_since(session, shown, theirs, began)


def is_behind(session: Session, learner: Learner, standing: Standing) -> bool:
    """Whether somebody learns what changed, and more is asked since: then it completes nothing."""
    if standing.asked is None or standing.completed_at:
        return False
    until = MODULES.get(session, standing.asked.until_id)
    return is_overtaken(session, learner, until, standing)


def tell(session: Session, learner: Learner, slug: str, actor: Actor) -> None:
    """What counts is the module as it is read now, whatever revision the fact was made on."""
    live = MODULES.find_live(session, slug, learner.language)
    if live:
        finish_module(session, learner, live, actor)


def _lock(person_id: int) -> sa.Select[int]:
    return sa.select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)


def _complete_module(
    session: Session, learner: Learner, shown: Shown[Module], standing: Standing, actor: Actor
) -> Completion | None:
    round_id = standing.round_id or 0
    facts = queries.round_facts(session, round_id)
    completed_at = _last_moment(shown.text, facts, standing.asked)
    last = queries.completed_by(session, learner.id).get((TargetKind.MODULE, shown.slug))
    progress.close_round(session, round_id, completed_at)
    return progress.record_completion(
        session,
        learner.id,
        Finished(
            target=Target(TargetKind.MODULE, shown.slug),
            number=last.number + 1 if last else 1,
            revision_id=shown.revision_id,
            language=shown.language,
            completed_at=completed_at,
            evidence={
                **facts.evidence,
                **_evidence_of_changes(session, standing.asked),
                **_original(shown.text),
            },
            attempt_id=facts.attempt_id,
            means=Means.CHANGES if standing.asked else Means.LEARNED,
            local_version=keep_local_version(
                session,
                learner.organisation_id,
                shown,
                standing.asked.until_local if standing.asked else None,
            ),
        ),
        actor,
    )


def _original(module: Module) -> dict[str, Any]:
    """Of a translation also the original that it belongs to, by its language and revision."""
    made_of = module.translation
    if made_of is None:
        return {}
    return {"original": {"language": made_of.original, "revision": made_of.revision}}


def _evidence_of_changes(session: Session, asked: Asked | None) -> dict[str, Any]:
    """The revision that was known before, and what of the new one was asked."""
    if asked is None:
        return {}
    since = MODULES.get(session, asked.since_id)
    return {"since_revision_id": since.revision_id, "since": since.name, "asked": asked.to_json()}


def _last_moment(module: Module, facts: queries.RoundFacts, asked: Asked | None) -> datetime:
    """When the last of the conditions was met."""
    lessons = asked.lessons if asked else module.required_lessons
    moments = [facts.read_at[lesson] for lesson in lessons]
    if module.completion.quiz and facts.passed_at:
        moments.append(facts.passed_at)
    if module.completion.attestation and facts.attested_at:
        moments.append(facts.attested_at)
    return max(moments, default=clock.now())


def finish_paths(session: Session, learner: Learner, module: Completion, actor: Actor) -> None:
    """Record every path that this module completes for this person."""
    desk = desk_of(session)
    held = desk.paths_with(module.target_slug)
    if not held:
        return
    completed = desk.completed(learner.id)
    required: dict[str, assignments.Asked] = {}
    for each in assignments.asked(session, learner.id, clock.today(learner.time_zone)):
        for kind, slug in ((each.kind, each.slug), each.refresher or (None, "")):
            if kind is TargetKind.PATH:
                required.setdefault(slug, each)
    published = {shown.slug for shown in desk.modules(learner.language)}
    for shown in held:
        mine = is_for(shown.text.audience, learner.audience) or shown.slug in required
        counted = _counted(learner, shown.text, completed, required.get(shown.slug))
        if mine and counted and is_complete(shown.text, counted, published):
            _complete_path(session, learner, shown, (module, counted, completed), actor)


def _counted(
    learner: Learner,
    path: Path,
    completed: Mapping[queries.Target, Completed],
    requirement: assignments.Asked | None,
) -> dict[str, int]:
    """The completions that count, by slug: all the first time, then those since the renewal opened.

    None of them, when the path was completed and no renewal is open.
    """
    last = completed.get((TargetKind.PATH, path.slug))
    again: Again | None = None
    if last:
        again = _asked_again(requirement) if requirement else None
        if again is None or clock.day_of(last.completed_at, learner.time_zone) >= again.since:
            return {}
    return {
        slug: each.id
        for slug in path.module_slugs
        if (each := completed.get((TargetKind.MODULE, slug)))
        and not each.revoked
        and (again is None or again.counts(slug, _day_of(each, learner)))
    }


def _asked_again(requirement: assignments.Asked) -> Again | None:
    return asked_again(requirement.facts, requirement.changed, completed_before=True)


def _day_of(completed: Completed, learner: Learner) -> date:
    return clock.day_of(completed.completed_at, learner.time_zone)


Counted = tuple[Completion, Mapping[str, int], Mapping[queries.Target, Completed]]


def _complete_path(
    session: Session, learner: Learner, shown: Shown[Path], counted: Counted, actor: Actor
) -> None:
    module, by_slug, completed = counted
    last = completed.get((TargetKind.PATH, shown.slug))
    evidence: dict[str, Any] = {"completions": sorted(by_slug.values())}
    finished = Finished(
        target=Target(TargetKind.PATH, shown.slug),
        number=last.number + 1 if last else 1,
        revision_id=shown.revision_id,
        language=module.language,
        completed_at=module.completed_at,
        evidence=evidence,
    )
    completion = progress.record_completion(session, learner.id, finished, actor)
    if completion is None:
        return
    _certify_path(session, learner, completion, shown.text, actor)
    renew(session, learner, completion, actor)


def _certify_path(
    session: Session, learner: Learner, completion: Completion, path: Path, actor: Actor
) -> None:
    if path.certificate:
        title = in_language(path.certificate.title, learner.language)
        certify(session, learner, completion, title, actor)
    else:
        assignments.completed(session, completion)


def renew(session: Session, learner: Learner, refresher: Completion, actor: Actor) -> None:
    """Record and certify anew what this completion renews as its refresher."""
    person = session.get_one(Person, learner.id)
    for each in assignments.renewed_by(session, refresher):
        entry = Entry(
            target=Target(each.target_kind, each.target_slug),
            means=Means.REFRESHED,
            completed_at=refresher.completed_at,
            evidence={"completions": [refresher.id]},
        )
        completion = progress.enter_completion(session, person, entry, actor)
        if entry.target.kind is TargetKind.MODULE:
            module = MODULES.find_live(session, entry.target.slug, learner.language)
            title = module.text.title if module else entry.target.slug
            certify(session, learner, completion, title, actor)
            finish_paths(session, learner, completion, actor)
        elif path := PATHS.find_live(session, entry.target.slug):
            _certify_path(session, learner, completion, path.text, actor)
        else:
            assignments.completed(session, completion)


def targets_of(session: Session, slug: str) -> Sequence[queries.Target]:
    """A module, and the live paths that hold it."""
    paths = [shown.slug for shown in PATHS.all_live(session) if slug in shown.text.module_slugs]
    return [(TargetKind.MODULE, slug), *((TargetKind.PATH, path) for path in paths)]
