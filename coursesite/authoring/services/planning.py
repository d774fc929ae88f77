"""Publishing at a time: planned, moved, cancelled, and carried out by the site when it has come."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import Actor, record
from coursesite.authoring.library import Surroundings
from coursesite.authoring.models import PlannedPublication
from coursesite.authoring.queries import course_keepers, newest_plan
from coursesite.authoring.rules import PlanState, TextId, may_wait_until
from coursesite.authoring.services.drafting import Seen, Work, author_of, work_on
from coursesite.authoring.services.publishing import (
    Decision,
    publish_draft,
    ready_to_publish,
)
from coursesite.authoring.services.reading import surroundings_of
from coursesite.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from coursesite.jobs.services import enqueue
from coursesite.people.models import Person
from coursesite.people.rules import Role
from coursesite.revisions.rules import days_to_renew

PUBLISH_PLANNED = "publish-planned"


def plan_publication(  # noqa: PLR0913 - each is named at the call
    session: Session,
    work: Work,
    *,
    at: datetime,
    seen: Seen,
    around: Surroundings,
    decision: Decision,
    actor: Actor,
) -> PlannedPublication:
    """Have this version of a draft published at a time, if it could be published now."""
    ready_to_publish(session, work, seen=seen, around=around, decision=decision, actor=actor)
    _refuse_moment(at)
    plan = PlannedPublication(
        kind=work.text.kind,
        slug=work.text.slug,
        language=work.text.language,
        draft_id=work.draft.id if work.draft else 0,
        version=work.version,
        live_id=work.live_id,
        change=decision.change,
        note=decision.note.strip(),
        renew_days=days_to_renew(decision.change, decision.renew_days),
        publish_at=at,
        planned_by_id=author_of(actor),
        planned_at=clock.now(),
        state=PlanState.WAITING,
    )
    try:
        with session.begin_nested():
            session.add(plan)
    except IntegrityError:
        raise Conflict(
            "A draft of this text is planned to be published already: move or cancel that first."
        ) from None
    _wait(session, plan)
    _record(session, "publication-planned", plan, actor)
    return plan


def move_plan(session: Session, text: TextId, at: datetime, actor: Actor) -> None:
    """Have it published at another time."""
    plan = _waiting(session, text)
    _refuse_moment(at)
    _change(session, plan, publish_at=at)
    _wait(session, plan)
    _record(session, "publication-moved", plan, actor)


def cancel_plan(session: Session, text: TextId, actor: Actor) -> None:
    """The draft stays as it is, and is not published."""
    plan = _waiting(session, text)
    _change(session, plan, state=PlanState.CANCELLED, done_at=clock.now())
    _record(session, "publication-cancelled", plan, actor)


def forget_plan(session: Session, text: TextId, draft_id: int | None, actor: Actor) -> None:
    """What was published by hand need not be published at its time, too."""
    plan = newest_plan(session, text)
    if plan and plan.state is PlanState.WAITING and plan.draft_id == draft_id:
        cancel_plan(session, text, actor)


def carry_out_plan(session: Session, plan_id: int) -> PlannedPublication | None:
    """Publish what was planned, or keep why not; None if it is not its time, or was cancelled."""
    plan = session.get(PlannedPublication, plan_id, with_for_update=True, populate_existing=True)
    if plan is None or plan.state is not PlanState.WAITING or plan.publish_at > clock.now():
        return None
    try:
        with session.begin_nested():
            _publish(session, plan)
    except Refusal as refusal:
        values = {name: str(value) for name, value in refusal.values.items()}
        plan.refusal = {"sentence": refusal.sentence, "values": values}
        plan.state = PlanState.REFUSED
        _record(session, "publication-refused", plan, _actor(plan), refusal.message)
    else:
        plan.state = PlanState.PUBLISHED
    plan.done_at = clock.now()
    session.flush()
    return plan


def _publish(session: Session, plan: PlannedPublication) -> None:
    """As its publisher would do it now; whatever they could not do is refused."""
    if plan.planned_by_id not in {each.id for each in course_keepers(session, Role.PUBLISHER)}:
        raise Forbidden("Whoever planned it does not publish the course any more.")
    text = TextId(plan.kind, plan.slug, plan.language)
    work = work_on(session, text, plan.draft_id)
    today = clock.today(plan.planned_by.organisation.time_zone)
    publish_draft(
        session,
        work,
        seen=Seen(plan.version, plan.live_id),
        around=surroundings_of(session, text, work.files, today),
        decision=Decision(plan.change, plan.note, plan.renew_days),
        actor=_actor(plan),
    )


def _actor(plan: PlannedPublication) -> Actor:
    person: Person = plan.planned_by
    return Actor(person.id, person.organisation_id, "site")


def _refuse_moment(at: datetime) -> None:
    if not may_wait_until(at, clock.now()):
        raise Invalid("Choose a time after now, and at most a year from now.")


def _waiting(session: Session, text: TextId) -> PlannedPublication:
    plan = newest_plan(session, text)
    if plan is None or plan.state is not PlanState.WAITING:
        raise NotFound("Nothing is planned to be published here any more.")
    return plan


def _change(session: Session, plan: PlannedPublication, **values: Any) -> None:
    """Only while it waits: its time may come at this very moment."""
    still = (
        sa.update(PlannedPublication)
        .where(PlannedPublication.id == plan.id, PlannedPublication.state == PlanState.WAITING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not cast("CursorResult[Any]", session.execute(still)).rowcount:
        raise Conflict("It was published or cancelled just now.")
    session.refresh(plan)


def _wait(session: Session, plan: PlannedPublication) -> None:
    job = enqueue(session, PUBLISH_PLANNED, {"plan_id": plan.id})
    job.available_at = plan.publish_at


def _record(
    session: Session, kind: str, plan: PlannedPublication, actor: Actor, reason: str | None = None
) -> None:
    after = {
        "language": plan.language,
        "publish_at": plan.publish_at.isoformat(),
        "change": plan.change,
        "version": plan.version,
    }
    record(session, kind, actor, (plan.kind, plan.slug), after=after, reason=reason or None)
