"""Long work: one's own with how far it is, and an administrator's organisation's."""

from collections.abc import Callable, Iterator, Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite.accounts.access import current_person, requires, signed_in
from coursesite.addresses import row_id
from coursesite.administration.views.audit import own_organisation
from coursesite.administration.views.blueprints import bp, jobs_bp
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.jobs import services
from coursesite.jobs.models import Task
from coursesite.jobs.queries import PAGE, get_task, has_file, parts_of, tasks_in, tasks_of
from coursesite.people.queries import names_of
from coursesite.people.rules import Permission, Scope
from coursesite.templating import worded_here


@jobs_bp.get("/jobs")
@signed_in
def index() -> ResponseReturnValue:
    """What this person asked for, the latest first."""
    found = tasks_of(db.session, current_person().id, _before())
    return render_template("jobs/index.html", jobs=found[:PAGE], next=_next(found), said=said_of)


@jobs_bp.get("/jobs/<int:number>")
@signed_in
def show(number: int) -> ResponseReturnValue:
    """How far it is, or how it ended."""
    task = get_task(db.session, number, current_person().id)
    return render_template(
        "jobs/show.html", job=task, message=said_of(task), has_file=has_file(task)
    )


@jobs_bp.post("/jobs/<int:number>/cancel")
@signed_in
def cancel(number: int) -> ResponseReturnValue:
    """Give it up."""
    task = get_task(db.session, number, current_person().id)
    services.cancel(db.session, task)
    db.session.commit()
    flash(_("The job is cancelled."), "success")
    return redirect(url_for(".show", number=number))


@jobs_bp.get("/jobs/<int:number>/file")
@signed_in
def file(number: int) -> ResponseReturnValue:
    """The file that it made, to whoever may still see what is in it."""
    task = get_task(db.session, number, current_person().id)
    if not has_file(task) or not _may_fetch(task):
        raise NotFound("There is no file of this job, or its time is over.")
    headers = {
        "Content-Disposition": f'attachment; filename="{task.file_name}"',
        "Content-Length": str(task.file_size),
    }
    parts = _parts(number, db.sessionmaker)
    return Response(parts, mimetype=task.file_type, headers=headers)


def _parts(number: int, open_session: Callable[[], Session]) -> Iterator[bytes]:
    """Read while they are sent, when the request and its session are over."""
    with open_session() as session:
        yield from parts_of(session, number)


def _may_fetch(task: Task) -> bool:
    """The right with which it was made is held still, for the same units."""
    if task.permission is None:
        return True
    scope = current_person().scope(Permission(task.permission))
    return scope.includes(Scope.kept(task.organisation_id, task.paths))


@bp.get("/admin/jobs")
@requires(Permission.ADMINISTER)
def jobs() -> ResponseReturnValue:
    """What people of the organisation asked for, and how it stands; no file of anybody's."""
    organisation_id = own_organisation()
    found = tasks_in(db.session, organisation_id, _before())
    ids = {task.person_id for task in found if task.person_id}
    return render_template(
        "administration/jobs.html",
        jobs=found[:PAGE],
        next=_next(found),
        names=names_of(db.session, organisation_id, ids),
        said=said_of,
    )


def said_of(task: Task) -> str:
    """How it ended, in the reader's language; nothing before."""
    return worded_here(task.sentence, task.values or {}) if task.sentence else ""


def _before() -> int | None:
    return request.args.get("before", type=row_id)


def _next(found: Sequence[Task]) -> int | None:
    return found[PAGE - 1].id if len(found) > PAGE else None
