"""A lesson: reading, checking oneself, playing a scenario, keeping a note."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import actor, current_person, signed_in, takes_json
from coursesite.addresses import row_id
from coursesite.content.queries import MODULES, get_module, glossary_in, pick_module
from coursesite.content.rules import NO_TEXTS, Check, Lesson, LocalTexts, Module, Parts, asked_in
from coursesite.content.rules.local import slug_of
from coursesite.content.shelf import LOCALS, local_texts, local_texts_of
from coursesite.errors import Invalid, NotFound
from coursesite.extensions import db
from coursesite.frame import kept_page
from coursesite.languages import direction_of
from coursesite.learning import queries, rules, services
from coursesite.learning.queries import Place, Reader
from coursesite.learning.views.blueprint import bp, learner
from coursesite.learning.views.typeset import (
    Here,
    Typeset,
    answered_check,
    is_done,
    typeset_lesson,
)
from coursesite.learning.views.words import button_for, left_in_words
from coursesite.progress.services import keep_note as keep
from coursesite.revisions.shelf import Shown

MOST_LOCAL = 64
"""More local texts than four organisations have in all their languages."""


@bp.get("/modules/<slug>/<lesson_id>")
@signed_in
def lesson(slug: str, lesson_id: str) -> ResponseReturnValue:
    return _page(slug, lesson_id)


def _page(
    slug: str, lesson_id: str, answered: Mapping[str, Typeset] | None = None
) -> ResponseReturnValue:
    """The lesson for the signed-in person; `answered` are checks as they were just answered."""
    person, session = current_person(), db.session
    reader = Reader(person.id, person.organisations, slug, person.language)
    place = queries.place_of(session, reader)
    shown = pick_module(session, place.live, person.language)
    lesson = shown.text.get_lesson(lesson_id)
    local = local_texts_of(session, person.organisations, place.local, shown.language)
    here = _here(lesson, place, local, answered)
    terms = glossary_in(session, place.glossary.get(shown.language))
    return kept_page(
        "learning/lesson.html",
        (shown.revision_id, lesson_id, place.read, place.stage),
        {
            "text": typeset_lesson(shown, lesson, terms).parts(here),
            "local": ".".join(map(str, local.made_of)),
        },
        lambda: _around(shown, lesson, queries.standing_in(session, person.id, slug)),
    )


def _around(shown: Shown[Module], lesson: Lesson, standing: rules.Standing) -> dict[str, object]:
    """What the page shows around the text: the same for all who are equally far."""
    before, after = shown.text.neighbours(lesson.id)
    return {
        "shown": shown,
        "module": shown.text,
        "lesson": lesson,
        "number": shown.text.lessons.index(lesson) + 1,
        "outline": _outline(shown, lesson, standing),
        "left": left_in_words(shown.text, standing),
        "read": lesson.id in standing.read,
        "before": before,
        "after": after,
        "button": button_for(shown.slug, shown.text, standing),
    }


def _here(
    lesson: Lesson, place: Place, local: LocalTexts, answered: Mapping[str, Typeset] | None
) -> Here:
    """What differs from learner to learner."""
    return Here(
        local=local,
        done=frozenset(
            each.id for each in lesson.checks if is_done(each, place.blocks.get(each.id))
        ),
        notes=place.notes,
        routes={
            each.id: rules.taken_in(each, place.blocks.get(each.id)) for each in lesson.scenarios
        },
        answered=answered or {},
    )


def check_texts(lesson: Lesson) -> list[Parts]:
    """All that is written in the checks of a lesson."""
    texts: list[Parts] = []
    for check in lesson.checks:
        texts.append(check.question)
        texts += (part for option in check.options for part in (option.text, option.feedback))
    return texts


def local_texts_for(language: str, *texts: Parts) -> LocalTexts:
    """What the person's organisations say of themselves, if these texts have a place for any."""
    if not asked_in(texts):
        return NO_TEXTS
    return local_texts(db.session, current_person().organisations, language)


def _outline(
    shown: Shown[Module], current: Lesson, standing: rules.Standing
) -> list[dict[str, object]]:
    def kind(lesson: Lesson) -> str:
        if lesson is current:
            return "now"
        return "done" if lesson.id in standing.read else "open"

    return [
        {
            "title": lesson.title,
            "url": url_for(".lesson", slug=shown.slug, lesson_id=lesson.id),
            "kind": kind(lesson),
            "language": (spoken := shown.text.language_of(f"{lesson.id}/1")),
            "direction": direction_of(spoken),
        }
        for lesson in shown.text.lessons
    ]


@bp.post("/modules/<slug>/<lesson_id>/read")
@signed_in
def read(slug: str, lesson_id: str) -> ResponseReturnValue:
    """Record the lesson as read, and go on to the next thing."""
    seen = services.SeenModule(seen_by_reader(slug), _local_seen())
    services.read_lesson(db.session, learner(), seen, lesson_id, actor())
    db.session.commit()
    return redirect(_after(slug, lesson_id))


def seen_by_reader(slug: str) -> Shown[Module]:
    """The revision that the form was made for; the live one if it names none of this module."""
    live = get_module(db.session, slug, current_person().language)
    name = request.form.get("revision", live.name)
    if name == live.name:
        return live
    revision_id = queries.find_published(db.session, slug, name)
    return MODULES.get(db.session, revision_id) if revision_id else live


def _local_seen() -> tuple[int, ...] | None:
    """The local texts that the form was made for; None if it names none, or some of others."""
    named = request.form.get("local")
    if named is None:
        return None
    own = {slug_of(each) for each in current_person().organisations}
    try:
        ids = [row_id(each) for each in named.split(".")][:MOST_LOCAL] if named else []
        shown = LOCALS.get_all(db.session, ids)
    except (ValueError, NotFound):
        return None
    return tuple(ids) if all(each.slug in own for each in shown.values()) else None


def _after(slug: str, lesson_id: str) -> str:
    """The next lesson, or what else is missing when this was the last one."""
    live = get_module(db.session, slug, current_person().language).text
    following = None
    if any(lesson.id == lesson_id for lesson in live.lessons):
        following = live.neighbours(lesson_id)[1]
    if following:
        return url_for(".lesson", slug=slug, lesson_id=following.id)
    standing = queries.standing_in(db.session, current_person().id, slug)
    return button_for(slug, live, standing).url


@bp.post("/modules/<slug>/<lesson_id>/checks/<check_id>")
@signed_in
def answer_check(slug: str, lesson_id: str, check_id: str) -> ResponseReturnValue:
    """How good the answer is, at once: as a page, or as the form alone for a script."""
    shown, lesson = _find(slug, lesson_id)
    check = _get_check(lesson, check_id)
    chosen = frozenset(request.form.getlist("choice"))
    if chosen:
        services.answer_check(db.session, learner(), slug, check, chosen)
        db.session.commit()
    answered = {check_id: answered_check(slug, lesson, check, chosen)}
    if request.headers.get("X-Requested-With") != "fetch":
        return _page(slug, lesson_id, answered)
    local = local_texts_for(shown.language, *check_texts(lesson))
    return str(answered[check_id].shown(Here(local)))


def _get_check(lesson: Lesson, check_id: str) -> Check:
    check = lesson.find_check(check_id)
    if check is None:
        raise NotFound("This lesson has no such question.")
    return check


@bp.post("/modules/<slug>/<lesson_id>/scenarios")
@signed_in
@takes_json
def play_scenario(slug: str, lesson_id: str) -> ResponseReturnValue:
    """Keep that a scenario was played; the script sends its id and the route as JSON."""
    shown, lesson = _find(slug, lesson_id)
    sent: Any = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("route"), list):
        raise Invalid("A scenario's route is sent as JSON, with its choices.")
    scenario = next((each for each in lesson.scenarios if each.id == sent.get("scenario")), None)
    if scenario is None:
        raise NotFound("This lesson has no such scenario.")
    services.play_scenario(db.session, learner(), shown, scenario, sent["route"])
    db.session.commit()
    return {"saved": True}


@bp.post("/modules/<slug>/<lesson_id>/notes/<note_id>")
@signed_in
def keep_note(slug: str, lesson_id: str, note_id: str) -> ResponseReturnValue:
    _shown, lesson = _find(slug, lesson_id)
    if lesson.find_reflection(note_id) is None:
        raise NotFound("This lesson has no such place for a note.")
    text = request.form.get("note", "").replace("\r\n", "\n")
    keep(db.session, current_person().id, slug, note_id, text)
    db.session.commit()
    address = url_for(".lesson", slug=slug, lesson_id=lesson_id, _anchor=f"reflect-{note_id}")
    return redirect(address)


def _find(slug: str, lesson_id: str) -> tuple[Shown[Module], Lesson]:
    shown = get_module(db.session, slug, current_person().language)
    return shown, shown.text.get_lesson(lesson_id)
