"""A colleague's draft as others read it, and whether they approve of it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.authoring.queries import opinions_on
from coursesite.authoring.services import Seen, give_opinion, give_up
from coursesite.errors import Refusal
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
    bench = bench_of(language, draft_id)
    return _page(bench, OpinionForm(formdata=None, seen=bench.work.version))


@bp.post(DRAFT)
@requires(Permission.LOCALISE)
def judge(language: str, draft_id: int) -> ResponseReturnValue:
    """Approve of exactly this version, or say what should change."""
    bench, form = bench_of(language, draft_id), OpinionForm()
    if not form.validate():
        return _page(bench, form), 422
    opinion = (form.verdict.data == "approve", form.note.data or "")
    try:
        seen = Seen(form.seen.data or 0, bench.work.live_id)
        give_opinion(db.session, bench.work, seen, opinion, actor())
    except Refusal as refusal:
        db.session.rollback()
        return _page(bench_of(language, draft_id), form, told(refusal)), refusal.status
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


def _page(bench: Bench, form: OpinionForm, refusal: str = "") -> str:
    read = read_bench(db.session, bench, current_person().today)
    files = touched(bench.live_files, bench.files)
    draft = bench.work.draft
    return render_template(
        "localising/draft.html",
        bench=bench,
        language=bench.work.text.language,
        form=form,
        refusal=refusal,
        problems=[(name_of(each.path, bench.places), each) for each in read.problems],
        differences=in_words(bench, bench.live_files, bench.files),
        modules=modules_touched(files, bench.places),
        opinions=opinions_on(db.session, draft) if draft else [],
        own=draft is not None and draft.author_id == current_person().id,
        may_publish=may_publish(),
    )
