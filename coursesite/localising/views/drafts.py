"""A colleague's draft as others read it, and whether they approve of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.authoring.forms import AskForm, CommentForm
from coursesite.authoring.queries import opinions_on, threads_on
from coursesite.authoring.rules import passages_of
from coursesite.authoring.services import Seen, give_opinion, give_up
from coursesite.errors import Conflict, Refusal
from coursesite.extensions import db
from coursesite.localising.forms import OpinionForm
from coursesite.localising.rules import modules_touched, touched
from coursesite.localising.services import Bench, read_bench
from coursesite.localising.views.blueprint import (
    DRAFT,
    HERE,
    bench_of,
    bp,
    may_publish,
    name_of,
    own_bench,
)
from coursesite.localising.views.publishing import in_words
from coursesite.people.rules import Permission
from coursesite.templating import told


@bp.get(DRAFT)
@requires(Permission.LOCALISE)
def draft(language: str, draft_id: int) -> ResponseReturnValue:
    """What its author changes, and in which modules."""
    return draft_page(bench_of(language, draft_id))


@bp.post(DRAFT)
@requires(Permission.LOCALISE)
def judge(language: str, draft_id: int) -> ResponseReturnValue:
    """Approve of exactly this version, or say what should change."""
    bench, form = bench_of(language, draft_id), OpinionForm()
    if not form.validate():
        return draft_page(bench, form), 422
    opinion = (form.verdict.data == "approve", form.note.data or "")
    try:
        seen = Seen(form.seen.data or 0, bench.work.live_id)
        give_opinion(db.session, bench.work, seen, opinion, actor())
    except Refusal as refusal:
        db.session.rollback()
        page = draft_page(bench_of(language, draft_id), form, refusal=told(refusal))
        return page, refusal.status
    db.session.commit()
    flash(_("Its author sees what you think."), "success")
    return redirect(url_for(".draft", language=language, draft_id=draft_id))


@bp.post(f"{HERE}/give-up")
@requires(Permission.LOCALISE)
def give_up_draft(language: str) -> ResponseReturnValue:
    """End one's own draft; its text stays in the history."""
    bench = own_bench(language)
    seen = Seen(bench.work.version, bench.work.live_id)
    give_up(db.session, bench.work.text, seen, actor())
    db.session.commit()
    flash(_("The draft is given up. Its text is kept in the history."), "success")
    return redirect(url_for(".overview", language=language))


@dataclass(frozen=True)
class Said:
    """Words of the draft that can be commented on; `number` is what the address calls them."""

    number: int
    file: str
    place: str
    words: str


def draft_page(
    bench: Bench,
    form: OpinionForm | None = None,
    comment: CommentForm | None = None,
    refusal: str = "",
) -> str:
    """The draft with all that is said of it."""
    read = read_bench(db.session, bench, current_person().today)
    files = touched(bench.live_files, bench.files)
    said, draft = _said(bench, files), bench.work.draft
    if draft is None:
        raise Conflict("There is no draft of this text any more: it was published or given up.")
    threads = threads_on(db.session, draft.id, bench.work.files)
    return render_template(
        "localising/draft.html",
        bench=bench,
        language=bench.work.text.language,
        form=form or OpinionForm(formdata=None, seen=bench.work.version),
        comment=comment or _comment(said),
        ask=AskForm(formdata=None),
        refusal=refusal,
        problems=[(name_of(each.path, bench.places), each) for each in read.problems],
        differences=in_words(bench, bench.live_files, bench.files),
        modules=modules_touched(files, bench.places),
        opinions=opinions_on(db.session, draft),
        said=said,
        places={each.comment.file: name_of(each.comment.file, bench.places) for each in threads},
        unresolved=[each for each in threads if each.comment.resolved_at is None],
        resolved=[each for each in threads if each.comment.resolved_at],
        own=draft.author_id == current_person().id,
        may_publish=may_publish(),
    )


def _said(bench: Bench, changed: Sequence[str]) -> list[Said]:
    """Every paragraph of the draft, those of what it changes first."""
    names = [*changed, *sorted(bench.files.keys() - set(changed))]
    found = [
        (name, passage.text)
        for name in names
        if name in bench.files
        for passage in passages_of(bench.files[name])
    ]
    return [
        Said(number, name, name_of(name, bench.places), words)
        for number, (name, words) in enumerate(found, 1)
    ]


def _comment(said: Sequence[Said]) -> CommentForm:
    """About the words that the address names."""
    number = request.args.get("at", type=row_id)
    chosen = next((each for each in said if each.number == number), None)
    if chosen is None:
        return CommentForm(formdata=None)
    return CommentForm(formdata=None, file=chosen.file, passage=chosen.words)
