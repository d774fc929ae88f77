"""What colleagues say of a draft of a local version, and what becomes of it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, requires
from coursesite.authoring import queries as texts
from coursesite.authoring import services
from coursesite.authoring.forms import AskForm, CommentForm
from coursesite.authoring.library import clean
from coursesite.authoring.services import Remark
from coursesite.authoring.views.settling import settle
from coursesite.errors import Invalid, Refusal
from coursesite.extensions import db
from coursesite.localising.views.blueprint import DRAFT, HERE, bench_of, bp, own_bench
from coursesite.localising.views.drafts import draft_page
from coursesite.people.rules import Permission
from coursesite.templating import told


@bp.post(f"{DRAFT}/comments")
@requires(Permission.LOCALISE)
def comment(language: str, draft_id: int) -> ResponseReturnValue:
    """Say something of what the draft says at a place, or answer."""
    bench, form = bench_of(language, draft_id), CommentForm()
    if not form.validate():
        return draft_page(bench, comment=form), 422
    remark = Remark(
        body=form.body.data.strip(),
        file=form.file.data or "",
        passage=clean(form.passage.data or "").strip("\n"),
        suggestion=clean(form.suggestion.data or "").strip("\n") or None,
        parent_id=form.parent.data or None,
    )
    draft = texts.get_draft(db.session, bench.work.text, draft_id)
    try:
        said = services.comment(db.session, draft, remark, actor())
    except Invalid as refusal:
        form.passage.errors = [told(refusal)]
        return draft_page(bench, comment=form), refusal.status
    db.session.commit()
    flash(_("Your comment stands beside the draft."), "success")
    return redirect(_url(language, draft_id, f"comment-{said.parent_id or said.id}"))


@bp.post(f"{DRAFT}/comments/<int(max=2147483647):comment_id>")
@requires(Permission.LOCALISE)
def answer(language: str, draft_id: int, comment_id: int) -> ResponseReturnValue:
    """Resolve a comment or open it again, or take over what it suggests."""
    bench = bench_of(language, draft_id)
    said = texts.get_comment(db.session, draft_id, comment_id)
    try:
        settle(bench.work, said)
    except Refusal as refusal:
        db.session.rollback()
        return draft_page(bench_of(language, draft_id), refusal=told(refusal)), refusal.status
    db.session.commit()
    return redirect(_url(language, draft_id, "comments"))


@bp.post(f"{HERE}/ask")
@requires(Permission.LOCALISE)
def ask(language: str) -> ResponseReturnValue:
    """Ask the colleagues to read one's draft."""
    bench, form = own_bench(language), AskForm()
    if not form.validate():
        raise Invalid("The note is too long: use at most 4,000 characters.")
    services.ask_opinion(db.session, bench.work, (form.note.data or "").strip(), actor())
    db.session.commit()
    flash(_("The others see that you ask for their opinion."), "success")
    draft = bench.work.draft
    return redirect(_url(language, draft.id if draft else 0, ""))


def _url(language: str, draft_id: int, anchor: str) -> str:
    return url_for(".draft", language=language, draft_id=draft_id, _anchor=anchor or None)
