"""A draft as others read it: what it changes, what they say of it, whether they approve."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.addresses import row_id
from coursesite.authoring import queries, services
from coursesite.authoring.forms import AskForm, CommentForm, OpinionForm
from coursesite.authoring.library import clean, read_draft
from coursesite.authoring.rules import TextId, differences, passages_of
from coursesite.authoring.services import Remark, Seen, Work
from coursesite.authoring.views.blueprint import TEXT, Desk, bp, of_closed_drafts, own_work, text_at
from coursesite.authoring.views.effects import effect_of
from coursesite.authoring.views.previews import preview_of
from coursesite.authoring.views.problems import located, title_of
from coursesite.authoring.views.reads import reads
from coursesite.authoring.views.settling import settle
from coursesite.content.queries import live_terms
from coursesite.errors import Conflict, Invalid
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.templating import told

DRAFT = f"{TEXT}/drafts/<int(max=2147483647):draft_id>"


@bp.get(DRAFT)
@requires(Permission.WRITE)
@of_closed_drafts
def draft(shelf: str, slug: str, language: str, draft_id: int) -> ResponseReturnValue:
    """What this author changes, what is wrong with it, and how it reads."""
    work = _work(text_at(shelf, slug, language), draft_id)
    form = CommentForm(formdata=None, file=work.text.main_file, passage=_passage(work))
    return _page(work, form, OpinionForm(formdata=None, seen=work.version, live=work.live_id))


@bp.post(f"{DRAFT}/comments")
@requires(Permission.WRITE)
def comment(shelf: str, slug: str, language: str, draft_id: int) -> ResponseReturnValue:
    """Say something of a passage, or answer."""
    work, form = _work(text_at(shelf, slug, language), draft_id), CommentForm()
    opinion = OpinionForm(formdata=None, seen=work.version, live=work.live_id)
    if not form.validate():
        return _page(work, form, opinion), 422
    remark = Remark(
        body=form.body.data.strip(),
        file=form.file.data or "",
        passage=clean(form.passage.data or "").strip("\n"),
        suggestion=clean(form.suggestion.data or "").strip("\n") or None,
        parent_id=form.parent.data or None,
    )
    try:
        said = services.comment(
            db.session, queries.get_draft(db.session, work.text, draft_id), remark, actor()
        )
    except Invalid as refusal:
        form.passage.errors = [told(refusal)]
        return _page(work, form, opinion), refusal.status
    db.session.commit()
    flash(_("Your comment stands beside the draft."), "success")
    return redirect(_url(work, draft_id) + f"#comment-{said.parent_id or said.id}")


@bp.post(f"{DRAFT}/comments/<int(max=2147483647):comment_id>")
@requires(Permission.WRITE)
def answer(
    shelf: str, slug: str, language: str, draft_id: int, comment_id: int
) -> ResponseReturnValue:
    """Resolve a comment or open it again, or take over what it suggests."""
    work = _work(text_at(shelf, slug, language), draft_id)
    said = queries.get_comment(db.session, draft_id, comment_id)
    settle(work, said)
    db.session.commit()
    return redirect(_url(work, draft_id) + "#comments")


@bp.post(f"{DRAFT}/opinion")
@requires(Permission.WRITE)
def give_opinion(shelf: str, slug: str, language: str, draft_id: int) -> ResponseReturnValue:
    """Approve of the draft as it is, or say what should change."""
    work, form = _work(text_at(shelf, slug, language), draft_id), OpinionForm()
    if not form.validate():
        passage = CommentForm(formdata=None, file=work.text.main_file)
        return _page(work, passage, form), 422
    opinion = (form.verdict.data == "approve", form.note.data or "")
    services.give_opinion(db.session, work, Seen(form.version, form.live_id), opinion, actor())
    db.session.commit()
    flash(_("Its author sees what you think."), "success")
    return redirect(_url(work, draft_id))


@bp.post(f"{TEXT}/ask")
@requires(Permission.WRITE)
def ask_opinion(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Ask the others to read one's draft."""
    work, form = own_work(text_at(shelf, slug, language)), AskForm()
    if not form.validate():
        raise Invalid("The note is too long: use at most 4,000 characters.")
    services.ask_opinion(db.session, work, (form.note.data or "").strip(), actor())
    db.session.commit()
    flash(_("The others see that you ask for their opinion."), "success")
    return redirect(_url(work, work.draft.id if work.draft else 0))


def _work(text: TextId, draft_id: int) -> Work:
    return services.work_on(db.session, text, draft_id)


def _url(work: Work, draft_id: int) -> str:
    return Desk(work.text).url("draft", draft_id=draft_id)


def _passage(work: Work) -> str:
    """The paragraph on the line that the address names."""
    line = request.args.get("at", type=row_id)
    text = work.files.get(work.text.main_file, "")
    return next((each.text for each in passages_of(text) if each.line == line), "")


def _page(work: Work, form: CommentForm, opinion: OpinionForm) -> str:
    around = services.surroundings_of(db.session, work.text, work.files, current_person().today)
    reading = read_draft(work.text, work.files, around)
    if work.draft is None:
        raise Conflict("There is no draft of this text any more: it was published or given up.")
    threads = queries.threads_on(db.session, work.draft.id, work.files)
    return render_template(
        "authoring/draft.html",
        desk=Desk(work.text),
        work=work,
        title=title_of(work, reading),
        effect=effect_of(work, reading, around),
        problems=located(work.text, reading.problems),
        reads=reads(work.live, reading.module),
        differences=differences(*services.compared_files(work, reading)),
        parts=preview_of(reading, live_terms(db.session, work.text.language)),
        passages=passages_of(work.files.get(work.text.main_file, "")),
        unresolved=[each for each in threads if each.comment.resolved_at is None],
        resolved=[each for each in threads if each.comment.resolved_at],
        opinions=queries.opinions_on(db.session, work.draft),
        form=form,
        opinion=opinion,
        ask=AskForm(formdata=None),
        own=work.draft.author_id == current_person().id,
        planned=work.draft,
    )
