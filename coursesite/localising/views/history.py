"""What was published of a local version: who, when, why, what differs; and going back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, requires
from coursesite.authoring import queries as texts
from coursesite.authoring.forms import CHANGES
from coursesite.authoring.services import go_back, take_up
from coursesite.content.rules import without_cited
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.localising.rules import fields_in, passages_in
from coursesite.localising.services import Bench
from coursesite.localising.views.blueprint import HERE, bp, own_bench
from coursesite.localising.views.publishing import in_words
from coursesite.people.rules import Permission
from coursesite.revisions.models import Revision
from coursesite.revisions.queries import get_revision, publications_of
from coursesite.revisions.rules import Change, short

REVISION = f"{HERE}/history/<name>"
CHANGE_WORDS = {change.value: words for change, (words, _hint) in CHANGES.items()}
SAVED = f"{HERE}/saved/<int:saved_id>"


@bp.get(f"{HERE}/history")
@requires(Permission.LOCALISE)
def history(language: str) -> ResponseReturnValue:
    """Every publication, the newest first, and what was kept of drafts."""
    bench = own_bench(language)
    text = bench.work.text
    publications = publications_of(db.session, text.kind, text.slug, text.language)
    return render_template(
        "localising/history.html",
        bench=bench,
        language=language,
        publications=publications,
        names=texts.names_of(db.session, [each.published_by_id for each, _live in publications]),
        saved=texts.saved_texts_of(db.session, text),
        short=short,
        changes={Change.FIRST.value: _("First publication"), **CHANGE_WORDS},
    )


@bp.get(f"{HERE}/compare")
@requires(Permission.LOCALISE)
def compare(language: str) -> ResponseReturnValue:
    """The differences between two versions, named by `before` and `after`."""
    bench = own_bench(language)
    before = _revision(bench, request.args.get("before", ""))
    after = _revision(bench, request.args.get("after", ""))
    return render_template(
        "localising/compare.html",
        language=language,
        before=before,
        after=after,
        short=short,
        differences=in_words(bench, before.files, after.files),
    )


@bp.get(REVISION)
@requires(Permission.LOCALISE)
def version(language: str, name: str) -> ResponseReturnValue:
    """A version exactly as it was written."""
    bench = own_bench(language)
    shown = _revision(bench, name)
    return _version_page(bench, without_cited(shown.files), short(shown.digest))


@bp.post(REVISION)
@requires(Permission.LOCALISE)
def restore(language: str, name: str) -> ResponseReturnValue:
    """Make a draft of an old version; it is published like any other."""
    bench = own_bench(language)
    _revision(bench, name)
    go_back(db.session, bench.work.text, name, actor())
    db.session.commit()
    return _taken_up(language)


@bp.get(SAVED)
@requires(Permission.LOCALISE)
def saved(language: str, saved_id: int) -> ResponseReturnValue:
    """What was kept of a draft."""
    bench = own_bench(language)
    kept = texts.get_saved_text(db.session, bench.work.text, saved_id)
    return _version_page(bench, kept.files, None)


@bp.post(SAVED)
@requires(Permission.LOCALISE)
def take_up_saved(language: str, saved_id: int) -> ResponseReturnValue:
    """Make the draft of what was kept."""
    bench = own_bench(language)
    kept = texts.get_saved_text(db.session, bench.work.text, saved_id)
    take_up(db.session, bench.work.text, kept.files, actor())
    db.session.commit()
    return _taken_up(language)


def _version_page(bench: Bench, files: dict[str, str], name: str | None) -> str:
    passages = passages_in(files)
    return render_template(
        "localising/version.html",
        bench=bench,
        language=bench.work.text.language,
        name=name,
        fields=fields_in(files),
        passages={each: (bench.places.title_of(each), passages[each]) for each in passages},
        differences=in_words(bench, bench.files, files),
    )


def _taken_up(language: str) -> ResponseReturnValue:
    flash(
        _("The draft is this version now. The draft from before is kept in the history."), "success"
    )
    return redirect(url_for(".overview", language=language))


def _revision(bench: Bench, name: str) -> Revision:
    text = bench.work.text
    found = get_revision(db.session, text.kind, text.slug, name)
    if found.language != text.language:
        raise NotFound("There is no such version.")
    return found
