"""Publishing: first a page that shows the problems, the differences and the effect."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite import clock
from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments.queries.text_changes import whom_it_asks, whom_modules_ask
from coursesite.assignments.services.text_changes import TEXTS
from coursesite.authored import errors_in
from coursesite.authoring import queries, services
from coursesite.authoring.forms import CHANGES, FirstPublishForm, PlanForm, PublishForm
from coursesite.authoring.library import read_draft
from coursesite.authoring.models import PlannedPublication
from coursesite.authoring.rules import (
    REGISTERS,
    Difference,
    PlanState,
    TextId,
    differences,
    kinds_of_change,
)
from coursesite.authoring.services import Decision, Seen, Work
from coursesite.authoring.services.originals import is_original
from coursesite.authoring.views.asking import asking
from coursesite.authoring.views.blueprint import TEXT, Desk, bp, of_closed_drafts, text_at
from coursesite.authoring.views.effects import Effect, effect_of
from coursesite.authoring.views.languages import named
from coursesite.authoring.views.problems import located, title_of
from coursesite.authoring.views.reads import reads
from coursesite.authoring.views.statistics import get_live_quiz
from coursesite.authoring.views.unsaved import forms_left
from coursesite.errors import Invalid
from coursesite.extensions import db
from coursesite.paths.queries import PATHS
from coursesite.people.rules import Permission
from coursesite.quizzes.services import changed_questions
from coursesite.reminding.queries.changes import ChangeEffect
from coursesite.revisions.rules import Change, Kind, short
from coursesite.templating import told


@bp.get(f"{TEXT}/publish")
@requires(Permission.PUBLISH)
@of_closed_drafts
def check(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """What publishing the draft would change, for whom, and what stands in the way."""
    work = chosen_work(text_at(shelf, slug, language), request.args.get("draft", type=row_id))
    draft_id = work.draft.id if work.draft else None
    form = _form(work, formdata=None, seen=work.version, live=work.live_id, draft=draft_id)
    if isinstance(form, PublishForm) and _is_translation(work.text):
        form.change.data = Change.EDITORIAL  # new words for the same, unless it is said otherwise
    return _check_page(work, form)


@bp.post(f"{TEXT}/publish")
@requires(Permission.PUBLISH)
@of_closed_drafts
def publish(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Make the draft live, as the kind of change that was chosen."""
    text = text_at(shelf, slug, language)
    work = chosen_work(text, request.form.get("draft", type=row_id))
    form = _form(work)
    if not form.validate():
        return _check_page(work, form), 422
    named: dict[str, Any] = {
        "seen": Seen(form.version, form.live_id),
        "around": services.surroundings_of(db.session, text, work.files, current_person().today),
        "decision": _decision(form),
        "actor": actor(),
    }
    if form.when.data == "later":
        return _plan(work, form, named)
    draft_id = work.draft.id if work.draft else None
    publication = services.publish_draft(db.session, work, **named)
    services.forget_plan(db.session, text, draft_id, actor())
    db.session.commit()
    flash(_("Published. Learners see it from the next page that they open."), "success")
    if work.live is None and text.kind is Kind.MODULE and not _is_on_a_path(text.slug):
        words = _("No learning path holds it yet, so nobody finds it by themselves: add it to one.")
        flash(words, "info")
    if _was_asked_otherwise(text):
        return redirect(Desk(text).url("corrections"))
    return redirect(Desk(text).url("history") + f"#publication-{publication.id}")


def _is_on_a_path(slug: str) -> bool:
    return any(slug in each.text.module_slugs for each in PATHS.all_live(db.session))


def _form(work: Work, **values: Any) -> FirstPublishForm:
    """What is asked of a publisher; for a text that is live, the kinds of change that it can be."""
    if work.live is None:
        return FirstPublishForm(**values)
    form = PublishForm(**values)
    known = kinds_of_change(work.text.kind)
    form.change.choices = [each for each in form.change.choices if each.value in known]
    if len(known) < len(CHANGES):
        del form.renew_days
    return form


def _plan(work: Work, form: FirstPublishForm, named: dict[str, Any]) -> ResponseReturnValue:
    """Have it published later, in the time of the publisher's organisation."""
    try:
        plan = services.plan_publication(db.session, work, at=_moment(form.at.data), **named)
    except Invalid as refusal:
        db.session.rollback()
        form.at.errors = [told(refusal)]
        return _check_page(chosen_work(work.text, form.draft.data), form), refusal.status
    draft_id = plan.draft_id
    db.session.commit()
    flash(_("It will be published at that time, if nothing stands in the way then."), "success")
    return redirect(Desk(work.text).url("check", draft=draft_id))


def _moment(local: datetime) -> datetime:
    return local.replace(tzinfo=ZoneInfo(current_person().time_zone)).astimezone(UTC)


@bp.post(f"{TEXT}/plan")
@requires(Permission.PUBLISH)
def change_plan(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Move what waits to be published, or cancel it; any publisher may."""
    text, form = text_at(shelf, slug, language), PlanForm()
    if request.form.get("do") == "cancel":
        services.cancel_plan(db.session, text, actor())
        flash(_("It will not be published by itself. The draft stays as it is."), "success")
    elif not form.validate():
        raise Invalid("Enter the day and the time.")
    else:
        services.move_plan(db.session, text, _moment(form.at.data), actor())
        flash(_("It will be published at the new time."), "success")
    db.session.commit()
    return redirect(Desk(text).url("check"))


def _planned(text: TextId) -> PlannedPublication | None:
    """What waits, or was refused when its time came and nothing was planned since."""
    plan = queries.newest_plan(db.session, text)
    return plan if plan and plan.state in {PlanState.WAITING, PlanState.REFUSED} else None


def chosen_work(text: TextId, draft_id: int | None) -> Work:
    """The draft of that number; without one the reader's own, or else the newest of others.

    A translation is shown as it would be published, in step with its original.
    """
    if draft_id is not None:
        work = services.work_on(db.session, text, draft_id, current_person().id)
    else:
        work = services.work_to_publish(db.session, text, current_person().id)
    return services.brought_into_step(db.session, work, current_person().today)


def _was_asked_otherwise(text: TextId) -> bool:
    """Whether people were asked questions that are others now, so that marks may be wrong."""
    if text.kind is not Kind.QUIZ:
        return False
    quiz = get_live_quiz(text.slug, text.language)
    return bool(changed_questions(db.session, quiz))


def _decision(form: FirstPublishForm) -> Decision:
    chosen = Change(form.change.data) if isinstance(form, PublishForm) else Change.FIRST
    days = form.renew_days.data if "renew_days" in form else None
    return Decision(chosen, form.note.data or "", days)


def _check_page(work: Work, form: FirstPublishForm) -> str:
    around = services.surroundings_of(db.session, work.text, work.files, current_person().today)
    reading = read_draft(work.text, work.files, around)
    plan = _planned(work.text)
    followers = services.followers_of(db.session, work.text)
    effect = effect_of(work, reading, around)
    reach = _reach(work.text)
    return render_template(
        "authoring/publish.html",
        desk=Desk(work.text),
        work=work,
        form=form,
        plan=plan,
        plan_form=PlanForm(formdata=None, at=plan and _local(plan.publish_at)),
        moved=plan is not None and _has_moved(plan, work),
        title=title_of(work, reading),
        problems=located(work.text, reading.problems),
        blocked=errors_in(reading.problems),
        reads=reads(work.live, reading.module),
        differences=differences(*services.compared_files(work, reading)),
        meanwhile=_meanwhile(work),
        left=forms_left(work),
        effect=effect,
        reach=reach,
        effects=_asked(work.text, followers, effect, reach) if work.live and work.draft else None,
        followers=[named(each.language) for each in followers],
        live_name=short(work.live.digest) if work.live else None,
        kinds={change.value: words for change, (words, _hint) in CHANGES.items()},
        hints={change.value: hint for change, (_words, hint) in CHANGES.items()},
    )


def _is_translation(text: TextId) -> bool:
    return text.kind not in REGISTERS and not is_original(text)


def _reach(text: TextId) -> queries.Reach | None:
    """Those who learn a module or its questions; whom a register touches, its effect says."""
    return None if text.kind in REGISTERS else queries.reach_of(db.session, text.slug)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(current_person().time_zone))


def _has_moved(plan: PlannedPublication, work: Work) -> bool:
    """Whether it will not be published as things are: the draft or what is live was changed."""
    seen = (plan.version, plan.live_id)
    closed = plan.draft.closed_at is not None
    return closed or seen != (plan.draft.version, work.live_id)


def _asked(
    text: TextId, followers: Sequence[TextId], effect: Effect | None, reach: queries.Reach | None
) -> dict[str, ChangeEffect] | None:
    """Whom a change would ask to learn it again, if it is a major one or one for safety.

    Whoever learned it in a translation that follows is asked as well. Facts ask those who learned
    the modules that get a new revision with them.
    """
    if effect and effect.follow:
        modules = {(each.citing.text.slug, each.citing.text.language) for each in effect.follow}
        people = sum(each.completed for each in effect.follow)
        return asking(whom_modules_ask(db.session, modules, clock.now(), people))
    if text.kind not in TEXTS:
        return None
    also = [each.language for each in followers]
    named = (text.kind, text.slug, text.language)
    whom = whom_it_asks(db.session, named, clock.now(), also)
    if effect and effect.path:
        whom = replace(whom, people=effect.path.reach.people)
    elif reach:
        whom = replace(whom, people=reach.completed)
    return asking(whom)


def _meanwhile(work: Work) -> list[Difference]:
    """What was published since the draft was begun."""
    if not work.overtaken or work.live is None:
        return []
    begun_with = queries.files_of(db.session, [work.begun_with_id or 0])
    return differences(begun_with.get(work.begun_with_id or 0, {}), work.live.files)
