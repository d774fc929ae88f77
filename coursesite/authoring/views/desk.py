"""Writing: the text, its problems, its preview; saving whatever is in the box."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import (
    actor,
    current_person,
    only_reads,
    requires,
    takes_nul,
    wants_json,
)
from coursesite.authoring import queries, services
from coursesite.authoring.forms import SeenForm
from coursesite.authoring.library import Files, clean, read_draft
from coursesite.authoring.rules import SETTINGS, TextId, differences
from coursesite.authoring.services import Seen, StaleDraft, Work
from coursesite.authoring.views.blueprint import TEXT, Desk, bp, own_work, text_at
from coursesite.authoring.views.effects import effect_of, heading_of
from coursesite.authoring.views.maps import maps_of_text, people_on
from coursesite.authoring.views.meanwhile import notice_of, published_meanwhile
from coursesite.authoring.views.media import insertable
from coursesite.authoring.views.previews import preview_of
from coursesite.authoring.views.problems import located, title_of
from coursesite.authoring.views.unsaved import forms_left
from coursesite.authoring.words import BLOCKS, KINDS
from coursesite.content.library import settings_in
from coursesite.content.queries import live_terms
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.revisions.rules import Kind
from coursesite.templating import told


@bp.get(TEXT)
@requires(Permission.WRITE)
def edit(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """The draft, or what is live, ready to be changed."""
    work = own_work(text_at(shelf, slug, language))
    return _editor(work, work.files, Seen(work.version, work.live_id))


@bp.post(f"{TEXT}/preview")
@requires(Permission.WRITE)
@takes_nul
def preview(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """The same page for the text as it stands in the box; nothing is saved."""
    work = own_work(text_at(shelf, slug, language))
    return _editor(work, _sent_files(work), _seen())


@bp.post(TEXT)
@requires(Permission.WRITE)
@takes_nul
def save(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Keep what is in the box; a script saves while its author writes, and is told the version."""
    text = text_at(shelf, slug, language)
    work, seen = own_work(text), _seen()
    files = _sent_files(work)
    try:
        version = services.save_draft(db.session, text, files, seen, actor())
    except StaleDraft as refusal:
        return show_conflict(text, files, refusal)
    if not wants_json():
        services.keep_version(db.session, text, actor())
    db.session.commit()
    if wants_json():
        return {"seen": str(version), "meanwhile": notice_of(work, seen, version)}
    if request.form.get("then") == "publish":
        return redirect(Desk(text).url("check"))
    flash(_("The draft is saved. What is published is as it was."), "saved")
    return redirect(Desk(text).url("edit"))


@bp.post(f"{TEXT}/give-up")
@requires(Permission.WRITE)
def give_up(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """End the draft; its text stays among those that were kept."""
    text = text_at(shelf, slug, language)
    services.give_up(db.session, text, _seen(), actor())
    db.session.commit()
    flash(_("The draft is given up. Its text is kept in the history."), "success")
    return redirect(Desk(text).url("history"))


def _sent_files(work: Work) -> Files:
    """The files as they were sent; one that was not sent stays as it is."""
    fields = {"source": work.text.main_file, "settings": SETTINGS}
    sent = {
        file: clean(request.form[field])
        for field, file in fields.items()
        if field in request.form and file in {*work.files, work.text.main_file}
    }
    return {**work.files, **sent}


def _seen() -> Seen:
    form = SeenForm()
    return Seen(form.version, form.live_id)


def show_conflict(text: TextId, mine: Files, refusal: StaleDraft) -> ResponseReturnValue:
    """Keep what came late, and show both texts."""
    kept_as = services.keep_late_text(db.session, text, mine, actor())
    db.session.commit()
    if wants_json():
        return {"message": _late(text), "join": _beside(text, kept_as)}, refusal.status
    return _two_texts(own_work(text), mine, told(refusal), kept_as), refusal.status


def _late(text: TextId) -> str:
    another_window = _(
        "You changed this text in another window. This one is kept: press “Save draft” to compare."
    )
    ended = _(
        "Your draft was published or given up meanwhile. What you wrote here is kept: press"
        " “Save draft” to see it beside what is published."
    )
    return str(another_window if own_work(text).draft else ended)


def _beside(text: TextId, kept_as: int | None) -> str | None:
    """Where a text that is kept meets the draft; where there is none, the text itself."""
    if kept_as is None:
        return None
    desk = Desk(text)
    if own_work(text).draft:
        return desk.url("join", name=f"saved-{kept_as}")
    return desk.url("saved", saved_id=kept_as)


def _two_texts(work: Work, mine: Files, happened: str, kept_as: int | None) -> str:
    return render_template(
        "authoring/conflict.html",
        desk=Desk(work.text),
        title=title_of(work),
        work=work,
        mine=mine,
        differences=differences(work.files, mine),
        happened=happened,
        kept_as=kept_as,
    )


@bp.post(f"{TEXT}/unsent")
@requires(Permission.WRITE)
@takes_nul
@only_reads
def compare_unsent(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """A text that a browser kept, beside the draft as it is; nothing is saved."""
    work = own_work(text_at(shelf, slug, language))
    happened = _("What this browser kept has not reached the server: here it stands beside it.")
    return _two_texts(work, _sent_files(work), happened, None)


def _editor(work: Work, files: Files, seen: Seen) -> ResponseReturnValue:
    """The database is let go before the text is read, which takes a while."""
    around = services.surroundings_of(db.session, work.text, files, current_person().today)
    people = people_on(work.live_id) if work.text.kind is Kind.MODULE else None
    said_of = queries.drafts_and_said(db.session, work.text)
    drafts = [draft for draft, _said in said_of]
    others = [each for each in drafts if each.author_id != current_person().id]
    terms = live_terms(db.session, work.text.language)
    said = sum(number for draft, number in said_of if work.draft and draft.id == work.draft.id)
    media = insertable(work) if work.text.kind is Kind.MODULE else []
    settings = settings_in(files.get(SETTINGS, "")) if work.text.kind is Kind.MODULE else None
    meanwhile = published_meanwhile(work, seen)
    planned = next((each for each in drafts if each.waiting), None)
    db.session.expunge_all()
    db.session.rollback()
    reading = read_draft(work.text, files, around)
    is_translation = bool(around.original)
    return render_template(
        "authoring/edit.html",
        desk=Desk(work.text),
        heading=heading_of(work.text.kind),
        work=work,
        title=title_of(work, reading),
        effect=effect_of(work, reading, around),
        main=files.get(work.text.main_file, ""),
        settings=None if is_translation else files.get(SETTINGS),
        is_translation=is_translation,
        seen=seen,
        planned=planned,
        meanwhile=meanwhile,
        left=forms_left(work),
        problems=located(work.text, reading.problems),
        parts=preview_of(reading, terms),
        maps=maps_of_text(reading.scenarios),
        people=people,
        others=others,
        said=said,
        blocks=BLOCKS,
        kinds=KINDS,
        fields=settings.local_fields if settings else (),
        media=media,
        measures=reading.measures,
        promised=settings.minutes if settings else None,
    )
