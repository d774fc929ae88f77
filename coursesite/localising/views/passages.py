"""Writing an organisation's own words at a place of the course, with the course's beside them."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires, takes_nul, wants_json
from coursesite.authored import Problem
from coursesite.authoring.library import clean
from coursesite.authoring.rules import Difference, differences
from coursesite.content.library.local import LONGEST_PASSAGE, read_passage
from coursesite.content.rules import Lesson, OwnPassage, Ref, RefKind
from coursesite.content.rules.local import LocalTexts, Placed, changed_since
from coursesite.errors import Conflict, NotFound, Refusal
from coursesite.extensions import db
from coursesite.learning.views.reading import as_read
from coursesite.localising import queries
from coursesite.localising.forms import LookForm
from coursesite.localising.models import LocalLook
from coursesite.localising.rules import fields_in, mark_of, passages_in, with_passage
from coursesite.localising.services import Bench, Look, find_right, known_places, save
from coursesite.localising.views.blueprint import HERE, bp, own_bench, texts_now
from coursesite.localising.views.meanwhile import notice_of, published_meanwhile
from coursesite.people.rules import Permission
from coursesite.templating import told

ONE = f"{HERE}/passages/<passage>"


@bp.get(ONE)
@requires(Permission.LOCALISE)
def passage(language: str, passage: str) -> ResponseReturnValue:
    """The organisation's own words as the draft has them, or an empty box."""
    bench = _bench(language, passage)
    source = passages_in(bench.files).get(passage, "")
    return _page(bench, passage, source, mark_of(source))


@bp.post(f"{ONE}/preview")
@requires(Permission.LOCALISE)
@takes_nul
def preview_passage(language: str, passage: str) -> ResponseReturnValue:
    """The same page for what stands in the box; nothing is saved."""
    bench = _bench(language, passage)
    return _page(bench, passage, _sent(), request.form.get("seen", ""))


@bp.post(ONE)
@requires(Permission.LOCALISE)
@takes_nul
def save_passage(language: str, passage: str) -> ResponseReturnValue:
    """Keep what is in the box as a draft; an empty one takes the passage out again."""
    bench, sent = _bench(language, passage), _sent()
    before = passages_in(bench.files).get(passage, "")
    try:
        if request.form.get("seen") != mark_of(before) and sent.strip() != before.strip():
            raise Conflict(
                "This passage was changed since you opened it, in another window of yours or by "
                "whoever published it. What you wrote here stands below: save again to keep it in "
                "place of the other."
            )
        new = with_passage(bench.files, passage, sent)
        save(db.session, bench, new, actor(), for_good=not wants_json())
    except Refusal as refusal:
        db.session.rollback()
        return _refused(language, passage, sent, refusal)
    db.session.commit()
    if wants_json():
        mark = mark_of(passages_in(new).get(passage, ""))
        return {"seen": mark, "meanwhile": notice_of(bench.work)}
    flash(_("The draft is saved. Your people see it once it is published."), "success")
    return redirect(url_for(".passage", language=language, passage=passage))


def _refused(language: str, passage: str, sent: str, refusal: Refusal) -> ResponseReturnValue:
    if wants_json():
        return {"message": told(refusal)}, refusal.status
    bench = _bench(language, passage)
    mark = mark_of(passages_in(bench.files).get(passage, ""))
    return _page(bench, passage, sent, mark, told(refusal)), refusal.status


@bp.post(f"{ONE}/right")
@requires(Permission.LOCALISE)
def still_right(language: str, passage: str) -> ResponseReturnValue:
    """Record that the own passage is right beside the words that the course has there now."""
    bench, form = _bench(language, passage), LookForm()
    try:
        look = Look(request.form.get("words", ""), form.note.data or "")
        find_right(db.session, bench, passage, look, actor())
    except Refusal as refusal:
        db.session.rollback()
        source = passages_in(bench.files).get(passage, "")
        page = _page(_bench(language, passage), passage, source, mark_of(source), told(refusal))
        return page, refusal.status
    db.session.commit()
    flash(_("It is noted who looked, and when."), "success")
    return redirect(url_for(".overview", language=language))


def _bench(language: str, passage: str) -> Bench:
    bench = own_bench(language)
    if passage not in bench.places.passages and passage not in passages_in(bench.files):
        raise NotFound("There is no such passage in the course.")
    return bench


def _sent() -> str:
    return clean(request.form.get("source", ""))


def _page(bench: Bench, passage: str, source: str, mark: str, refusal: str = "") -> str:
    places, language = bench.places, bench.work.text.language
    own, problems = _read(bench, passage, source)
    looks = queries.looks_at(db.session, bench.organisation.id, language, passage)
    local = texts_now(bench)
    placed = local.passages.get(passage)
    return render_template(
        "localising/passage.html",
        bench=bench,
        language=language,
        passage=passage,
        title=places.title_of(passage),
        modules={slug: places.modules[slug].title for slug in places.passages.get(passage, ())},
        source=source,
        mark=mark,
        meanwhile=published_meanwhile(bench.work),
        most=LONGEST_PASSAGE,
        refusal=refusal,
        problems=problems,
        shown=_drawn(bench, passage, own, local),
        words=places.words_at(passage),
        words_mark=mark_of(places.words_at(passage)),
        inherited=placed if placed and placed.organisation else None,
        published=passage in passages_in(bench.live_files),
        looks=looks,
        changed=_changed(bench, passage, looks[0] if looks else None),
        form=LookForm(formdata=None),
        fields=places.fields,
    )


def _read(bench: Bench, passage: str, source: str) -> tuple[OwnPassage | None, list[Problem]]:
    if not source.strip():
        return None, []
    known = known_places(db.session, bench, current_person().today)
    return read_passage(passage, source, bench.work.text.language, known)


def _drawn(bench: Bench, passage: str, own: OwnPassage | None, local: LocalTexts) -> str:
    """How it will stand in a lesson, with the fields as the draft has them."""
    if own is None:
        return ""
    language = bench.work.text.language
    drafted = {
        name: Placed(0, language, value=text) for name, text in fields_in(bench.files).items()
    }
    placed = Placed(0, language, passage=own)
    texts = LocalTexts(language, {**local.fields, **drafted}, {passage: placed})
    lesson = Lesson("preview", "", 0, ())
    title = bench.places.title_of(passage)
    return as_read((Ref(RefKind.LOCAL, passage, title),), lesson, texts)


def _changed(bench: Bench, passage: str, look: LocalLook | None) -> list[Difference]:
    """How the course's words differ from those that somebody looked at last, by module."""
    if passage not in passages_in(bench.live_files):
        return []
    now = bench.places.words_at(passage)
    seen: Mapping[str, str] = look.words if look else {}
    modules = changed_since(now, seen)
    before = {bench.places.modules[slug].title: seen.get(slug, "") for slug in modules}
    after = {bench.places.modules[slug].title: now[slug] for slug in modules}
    return differences(before, after)
