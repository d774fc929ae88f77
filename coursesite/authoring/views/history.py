"""What was published of a text: when, by whom, why; comparing, and going back."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, requires
from coursesite.authoring import queries, services
from coursesite.authoring.forms import CHANGES
from coursesite.authoring.rules import TextId, differences
from coursesite.authoring.views.blueprint import TEXT, Desk, bp, own_work, text_at
from coursesite.authoring.views.maps import maps_of_module, people_on
from coursesite.authoring.views.problems import title_of
from coursesite.authoring.views.reads import reads
from coursesite.content.queries import MODULES
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.revisions.models import Revision
from coursesite.revisions.queries import get_revision, publications_of
from coursesite.revisions.rules import Change, Kind, short

CHANGE_WORDS = {change.value: words for change, (words, _hint) in CHANGES.items()}


@bp.get(f"{TEXT}/history")
@requires(Permission.WRITE)
def history(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Every publication, newest first, and what was kept of drafts."""
    text = text_at(shelf, slug, language)
    work = own_work(text)
    publications = publications_of(db.session, text.kind, text.slug, text.language)
    names = queries.names_of(db.session, [each.published_by_id for each, _live in publications])
    saved = queries.saved_texts_of(db.session, text)
    return render_template(
        "authoring/history.html",
        desk=Desk(text),
        work=work,
        title=title_of(work),
        publications=publications,
        names=names,
        saved=saved,
        archived=queries.archived_revisions(db.session, text),
        short=short,
        changes={Change.FIRST.value: _("First publication"), **CHANGE_WORDS},
    )


@bp.get(f"{TEXT}/compare")
@requires(Permission.WRITE)
def compare(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """The differences between two revisions, named by `before` and `after`."""
    text = text_at(shelf, slug, language)
    before = _revision(text, request.args.get("before", ""))
    after = _revision(text, request.args.get("after", ""))
    return render_template(
        "authoring/compare.html",
        desk=Desk(text),
        before=before,
        after=after,
        short=short,
        reads=reads(before, after),
        differences=differences(before.files, after.files),
    )


@bp.get(f"{TEXT}/history/<name>")
@requires(Permission.WRITE)
def revision(shelf: str, slug: str, language: str, name: str) -> ResponseReturnValue:
    """The author's text of a revision, exactly as it was."""
    text = text_at(shelf, slug, language)
    shown = _revision(text, name)
    is_module = text.kind is Kind.MODULE
    maps = maps_of_module(MODULES.get(db.session, shown.id).text) if is_module else []
    return render_template(
        "authoring/revision.html",
        maps=maps,
        people=people_on(shown.id) if maps else None,
        desk=Desk(text),
        title=shown.title,
        name=short(shown.digest),
        files=shown.files,
        take_up=Desk(text).url("go_back", name=short(shown.digest)),
    )


@bp.post(f"{TEXT}/history/<name>")
@requires(Permission.WRITE)
def go_back(shelf: str, slug: str, language: str, name: str) -> ResponseReturnValue:
    """Make a draft of an old revision; it is published like any other."""
    text = text_at(shelf, slug, language)
    services.go_back(db.session, text, name, actor())
    db.session.commit()
    return _taken_up(text)


@bp.get(f"{TEXT}/saved/<int(max=2147483647):saved_id>")
@requires(Permission.WRITE)
def saved(shelf: str, slug: str, language: str, saved_id: int) -> ResponseReturnValue:
    """A text that was kept of a draft, and how it differs from what is on the desk now."""
    text = text_at(shelf, slug, language)
    work = own_work(text)
    kept = queries.get_saved_text(db.session, text, saved_id)
    return render_template(
        "authoring/saved.html",
        desk=Desk(text),
        work=work,
        title=title_of(work),
        kept=kept,
        differences=differences(work.files, kept.files),
    )


@bp.post(f"{TEXT}/saved/<int(max=2147483647):saved_id>")
@requires(Permission.WRITE)
def take_up(shelf: str, slug: str, language: str, saved_id: int) -> ResponseReturnValue:
    """Make the draft of a text that was kept."""
    text = text_at(shelf, slug, language)
    kept = queries.get_saved_text(db.session, text, saved_id)
    services.take_up(db.session, text, kept.files, actor())
    db.session.commit()
    return _taken_up(text)


def _taken_up(text: TextId) -> ResponseReturnValue:
    flash(_("The draft is this text now. The draft from before is kept in the history."), "success")
    return redirect(Desk(text).url("edit"))


def _revision(text: TextId, name: str) -> Revision:
    found = get_revision(db.session, text.kind, text.slug, name)
    if found.language != text.language:
        raise NotFound("There is no such revision.")
    return found
