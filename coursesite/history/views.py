"""Bringing in what people completed in an old system: a dry run first, then all of it, or back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite.accounts.access import actor, current_person, requires
from coursesite.accounts.throttle import by_person, throttled
from coursesite.addresses import row_id
from coursesite.assignments.queries.targets import targets
from coursesite.decoding import Letters
from coursesite.errors import Invalid, NotFound
from coursesite.extensions import db
from coursesite.history import services
from coursesite.history.forms import NAMES, FileForm, LettersForm, WhyForm
from coursesite.history.library import separator_of
from coursesite.history.models import ImportBatch, ImportLine
from coursesite.history.queries import (
    PAGE,
    all_lines,
    batches_within,
    counted,
    get_batch,
    lines_page,
    problems_in,
    revoked_since,
    words_read,
)
from coursesite.history.rules import BatchState, Column, DayOrder, Verdict
from coursesite.jobs.models import Task
from coursesite.jobs.services import NewTask, go_on, start_task
from coursesite.languages import LOCALES, spoken
from coursesite.people.models import Person
from coursesite.people.rules import Permission, Scope
from coursesite.sheet import lines
from coursesite.templating import told, worded_here

bp = Blueprint("history", __name__, url_prefix="/people/import-history")

MOVING = {BatchState.CHECKING, BatchState.IMPORTING, BatchState.TAKING_BACK}
SUMMED_UP = 10
"""From so many lines with a problem on, it is said what is wrong how often."""

ORDERLY = [Verdict.PROBLEM, Verdict.READY, Verdict.NOT_NEEDED, Verdict.IMPORTED, Verdict.TAKEN_BACK]


def _scope() -> Scope:
    return current_person().scope(Permission.LOOK_AFTER)


@bp.get("")
@requires(Permission.LOOK_AFTER)
def index() -> ResponseReturnValue:
    """What the file must look like, and the files that were sent."""
    return _index(FileForm(formdata=None))


def _index(form: FileForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "history/index.html",
        form=form,
        batches=batches_within(db.session, _scope()),
        columns=list(Column),
        trainings=targets(db.session, current_person().language),
    )
    return page, status


@bp.get("/template.csv")
@requires(Permission.LOOK_AFTER)
def template() -> Response:
    """An empty file with the right first line."""
    text = "".join(lines([[column.value for column in Column]]))
    headers = {"Content-Disposition": 'attachment; filename="completions.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


@bp.post("")
@requires(Permission.LOOK_AFTER)
@throttled("30 per hour", key=by_person)
def send() -> ResponseReturnValue:
    """Take a file and begin to check it; nothing is imported by that."""
    form = FileForm()
    if not form.validate():
        return _index(form, 422)
    sent, order = form.file.data, DayOrder(form.order.data)
    letters = Letters(form.letters.data)
    file = services.Sent(sent.filename or "completions.csv", sent.read(), order, letters)
    try:
        batch = services.send_file(db.session, file, _scope(), actor())
    except Invalid as refusal:
        db.session.rollback()
        form.file.errors = [told(refusal)]
        return _index(form, refusal.status)
    return _begin(batch, "check-history", _("Check of %(file)s", file=batch.file_name))


@bp.post("/<int(max=2147483647):batch_id>/letters")
@requires(Permission.LOOK_AFTER)
def read_again(batch_id: int) -> ResponseReturnValue:
    """Its letters are kept otherwise than was taken: check it anew."""
    batch, form = get_batch(db.session, batch_id, _scope()), LettersForm()
    if not form.validate():
        return _page(batch, WhyForm(formdata=None), 422, form)
    try:
        services.read_again(db.session, batch, Letters(form.letters.data))
    except Invalid as refusal:
        db.session.rollback()
        form.letters.errors = [told(refusal)]
        return _page(batch, WhyForm(formdata=None), refusal.status, form)
    return _begin(batch, "check-history", _("Check of %(file)s", file=batch.file_name))


def _begin(
    batch: ImportBatch, kind: str, title: str, total: int | None = None
) -> ResponseReturnValue:
    """Have it done, and show how far it is."""
    back = url_for(".show", batch_id=batch.id)
    payload = {"batch": batch.id, "back": back}
    new = NewTask(kind, title, payload, total=total or batch.lines)
    task = start_task(db.session, new, actor(), current_person().language)
    batch.task_id = task.id
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))


@bp.get("/<int(max=2147483647):batch_id>")
@requires(Permission.LOOK_AFTER)
def show(batch_id: int) -> ResponseReturnValue:
    """What was found, line by line, and what can be done now."""
    return _page(get_batch(db.session, batch_id, _scope()), WhyForm(formdata=None))


@dataclass(frozen=True)
class Shown:
    """A line with whom it means, and what is to be said of it."""

    line: ImportLine
    person: Person | None
    words: str


def _page(
    batch: ImportBatch, form: WhyForm, status: int = 200, letters: LettersForm | None = None
) -> ResponseReturnValue:
    numbers = counted(db.session, batch.id)
    verdict, job = _chosen(numbers), _job(batch)
    after = request.args.get("after", 0, type=row_id)
    found = lines_page(db.session, batch.id, verdict, after) if verdict else []
    page = render_template(
        "history/show.html",
        batch=batch,
        form=form,
        letters_form=letters or LettersForm(formdata=None, letters=batch.letters),
        read_as=NAMES.get(batch.letters),
        words=words_read(db.session, batch) if batch.state is BatchState.CHECKED else [],
        numbers=numbers,
        revoked=revoked_since(db.session, batch.id) if numbers.get(Verdict.IMPORTED) else 0,
        verdict=verdict,
        verdicts=[each for each in ORDERLY if numbers.get(each)],
        shown=[Shown(line, person, said_of(line)) for line, person in found[:PAGE]],
        next=found[PAGE - 1][0].number if len(found) > PAGE else None,
        problems=_problems(batch, numbers) if verdict is Verdict.PROBLEM and not after else [],
        job=job,
        own_job=job is not None and job.person_id == current_person().id,
        stopped=batch.state in MOVING and (job is None or not job.under_way),
    )
    return page, status


def _problems(batch: ImportBatch, numbers: dict[Verdict, int]) -> list[tuple[int, int, str]]:
    """What is wrong how often, and what is said of the first such line; not of a single one."""
    if numbers.get(Verdict.PROBLEM, 0) < SUMMED_UP:
        return []
    found = problems_in(db.session, batch.id)
    return [(number, line.number, said_of(line)) for number, line in found]


def _job(batch: ImportBatch) -> Task | None:
    return db.session.get(Task, batch.task_id) if batch.task_id else None


def _chosen(numbers: dict[Verdict, int]) -> Verdict | None:
    wanted = request.args.get("lines", "")
    if wanted:
        if wanted not in set(Verdict):
            raise NotFound("There is no such list.")
        return Verdict(wanted)
    return next((each for each in ORDERLY if numbers.get(each)), None)


def said_of(line: ImportLine) -> str:
    """What is wrong and the remedy, in the reader's language; nothing where all is well."""
    return worded_here(line.sentence, line.values or {}) if line.sentence else ""


@bp.post("/<int(max=2147483647):batch_id>/import")
@requires(Permission.LOOK_AFTER)
def take_in(batch_id: int) -> ResponseReturnValue:
    """Import what is right in it."""
    batch, form = get_batch(db.session, batch_id, _scope()), WhyForm()
    if not form.validate():
        return _page(batch, form, 422)
    services.begin_import(db.session, batch, form.reason.data, actor())
    ready = counted(db.session, batch.id).get(Verdict.READY, 0)
    return _begin(batch, "import-history", _("Import of %(file)s", file=batch.file_name), ready)


@bp.post("/<int(max=2147483647):batch_id>/undo")
@requires(Permission.LOOK_AFTER)
def undo(batch_id: int) -> ResponseReturnValue:
    """Take back all that was imported of it."""
    batch, form = get_batch(db.session, batch_id, _scope()), WhyForm()
    if not form.validate():
        return _page(batch, form, 422)
    job = _job(batch)
    if job is not None and job.under_way:
        form.reason.errors = [_("It is still being done: wait until it has ended, or cancel it")]
        return _page(batch, form, 409)
    services.begin_undo(db.session, batch, form.reason.data, actor())
    there = counted(db.session, batch.id).get(Verdict.IMPORTED, 0)
    return _begin(batch, "undo-history", _("Taking back %(file)s", file=batch.file_name), there)


@bp.post("/<int(max=2147483647):batch_id>/go-on")
@requires(Permission.LOOK_AFTER)
def go_on_with_file(batch_id: int) -> ResponseReturnValue:
    """Go on with what was given up half-way."""
    job = _job(get_batch(db.session, batch_id, _scope()))
    if job is None:
        raise NotFound("There is nothing to go on with.")
    go_on(db.session, job)
    db.session.commit()
    flash(_("It goes on."), "success")
    return redirect(url_for(".show", batch_id=batch_id))


@bp.get("/<int(max=2147483647):batch_id>/result.csv")
@requires(Permission.LOOK_AFTER)
def result(batch_id: int) -> Response:
    """Every line as it was sent, with what became of it, for the spreadsheet that wrote them."""
    batch = get_batch(db.session, batch_id, _scope())
    rows = _result_rows(batch.id, str(get_locale()), db.sessionmaker)
    headers = {"Content-Disposition": f'attachment; filename="import-{batch.id}-result.csv"'}
    separator = separator_of(batch.content, batch.letters)
    return Response(lines(rows, separator), mimetype="text/csv", headers=headers)


def _result_rows(
    batch_id: int, language: str, open_session: Callable[[], Session]
) -> Iterator[list[object]]:
    yield ["line", *(column.value for column in Column), "person", "day", "result", "message"]
    with open_session() as session:
        for line, person in all_lines(session, batch_id):
            with force_locale(str(LOCALES[spoken(language)])):
                words = said_of(line)
            cells = [line.cells.get(column.value) for column in Column]
            name = person.name if person else None
            yield [line.number, *cells, name, line.completed_on, line.verdict.value, words]
