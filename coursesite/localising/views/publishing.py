"""Publishing a local version: first a page with what changes, for whom, and what is wrong."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite import clock
from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.assignments.queries.text_changes import whom_it_asks_there
from coursesite.authoring.forms import CHANGES
from coursesite.authoring.queries import drafts_of, opinions_on
from coursesite.authoring.rules import Difference, differences
from coursesite.authoring.services import Decision, Seen
from coursesite.authoring.views.asking import asking
from coursesite.content.rules.local import LocalText, passage_of
from coursesite.errors import Forbidden, NotFound, Refusal
from coursesite.extensions import db
from coursesite.localising import queries
from coursesite.localising.forms import ClassedPublishForm, PublishForm
from coursesite.localising.rules import Files, modules_touched, touched
from coursesite.localising.services import Bench, publish_local, reach_of_words, read_bench
from coursesite.localising.views.blueprint import HERE, bp, chosen_bench, may_publish, name_of
from coursesite.people.rules import Permission
from coursesite.reminding.queries.changes import ChangeEffect
from coursesite.revisions.rules import Change
from coursesite.templating import told


@bp.get(f"{HERE}/publish")
@requires(Permission.PUBLISH_LOCALLY)
def check(language: str) -> ResponseReturnValue:
    """What would change for whom, and what stands in the way."""
    bench = _chosen(language, request.args.get("draft", type=row_id))
    work = bench.work
    draft_id = work.draft.id if work.draft else None
    shown = {"seen": work.version, "live": work.live_id, "draft": draft_id}
    return _page(bench, _form(bench, formdata=None, **shown))


@bp.post(f"{HERE}/publish")
@requires(Permission.PUBLISH_LOCALLY)
def publish(language: str) -> ResponseReturnValue:
    """Let the organisation's people read it from their next page on."""
    draft_id = request.form.get("draft", type=row_id)
    if draft_id is None and request.form.get("draft"):
        raise NotFound(_("There is no such draft."))
    bench = _chosen(language, draft_id)
    form = _form(bench)
    if not form.validate():
        return _page(bench, form), 422
    try:
        publication = publish_local(
            db.session,
            bench,
            seen=Seen(form.seen.data or 0, form.live.data),
            decision=_decision(form),
            day=current_person().today,
            actor=actor(),
        )
    except Refusal as refusal:
        db.session.rollback()
        return _page(_chosen(language, draft_id), form, told(refusal)), refusal.status
    db.session.commit()
    flash(_("Published. Your people see it from the next page that they open."), "success")
    address = url_for(".history", language=language, _anchor=f"publication-{publication.id}")
    return redirect(address)


def _chosen(language: str, draft_id: int | None) -> Bench:
    """The draft of that number; without one the person's own, or else the newest of others."""
    if not may_publish():
        raise Forbidden(_("This page is for those who publish for the whole organisation."))
    bench = chosen_bench(language, draft_id)
    if draft_id is None and bench.work.draft is None:
        others = drafts_of(db.session, bench.work.text)
        return chosen_bench(language, others[0].id) if others else bench
    return bench


def _form(bench: Bench, **values: Any) -> PublishForm:
    """What is asked of a publisher: of details, which nobody is asked to learn, only why."""
    files = touched(bench.live_files, bench.files)
    return ClassedPublishForm(**values) if any(map(passage_of, files)) else PublishForm(**values)


def _decision(form: PublishForm) -> Decision:
    note = form.note.data or ""
    if not isinstance(form, ClassedPublishForm):
        return Decision(Change.MINOR, note)
    return Decision(Change(form.change.data), note, form.renew_days.data)


def _asked(bench: Bench, text: LocalText, hearing: queries.Hearing) -> dict[str, ChangeEffect]:
    """Whom it would ask to learn again, as a major change or as one for safety."""
    reach = reach_of_words(db.session, bench, text, hearing)
    people = hearing.own + hearing.below
    return asking(whom_it_asks_there(db.session, reach, clock.now(), people))


def _page(bench: Bench, form: PublishForm, refusal: str = "") -> str:
    read = read_bench(db.session, bench, current_person().today)
    hearing = queries.hearing_of(db.session, bench.organisation)
    files = touched(bench.live_files, bench.files)
    draft = bench.work.draft
    return render_template(
        "localising/publish.html",
        bench=bench,
        language=bench.work.text.language,
        form=form,
        refusal=refusal,
        effects=_asked(bench, read.text, hearing) if read.text and "change" in form else None,
        hints={change.value: hint for change, (_words, hint) in CHANGES.items()},
        problems=[(name_of(each.path, bench.places), each) for each in read.problems],
        blocked=read.text is None,
        differences=in_words(bench, bench.live_files, bench.files),
        modules=modules_touched(files, bench.places),
        own=hearing.own,
        below=hearing.below,
        opinions=opinions_on(db.session, draft) if draft else [],
        four_eyes=bench.organisation.four_eyes,
    )


def in_words(bench: Bench, before: Files, after: Files) -> list[Difference]:
    """How two versions differ, passages and fields by what they are called."""
    return [
        Difference(name_of(each.file, bench.places), each.lines)
        for each in differences(before, after)
    ]
