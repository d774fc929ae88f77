"""What authors look up while they write: the facts that may be cited, and the blocks there are."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import current_person, requires
from coursesite.authoring import keys
from coursesite.authoring.views.blueprint import bp
from coursesite.authoring.words import BLOCKS
from coursesite.content.queries import MODULES, live_facts
from coursesite.content.rules import Fact, why_not_citable
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.revisions.shelf import FALLBACK_LANGUAGE

MOST_LETTERS = 100


@dataclass(frozen=True)
class Entry:
    """A fact, why it may not be cited today, and the lessons that rest on it."""

    fact: Fact
    hindrance: str | None
    lessons: list[tuple[str, str, str]]


@bp.get("/facts")
@requires(Permission.WRITE)
def facts() -> ResponseReturnValue:
    """The register of facts, or what fits the words that are looked for."""
    asked = request.args.get("q", "")[:MOST_LETTERS].strip()
    today, found = current_person().today, live_facts(db.session)
    lessons = _lessons_by_fact()
    entries = [
        Entry(fact, why_not_citable(fact, today), lessons.get(fact.id, []))
        for fact in found.values()
        if _fits(fact, asked)
    ]
    return render_template("authoring/facts.html", entries=entries, asked=asked, of=len(found))


@bp.get("/help")
@requires(Permission.WRITE)
def guide() -> ResponseReturnValue:
    """How the course is written: each block with its frame, and every key of every file."""
    return render_template(
        "authoring/help.html",
        blocks=BLOCKS,
        module_keys=keys.MODULE_KEYS,
        quiz_keys=keys.QUIZ_KEYS,
        register_keys=keys.REGISTER_KEYS,
        choice_marks=keys.CHOICE_MARKS,
        by_site=keys.WRITTEN_BY_THE_SITE,
    )


def _fits(fact: Fact, asked: str) -> bool:
    """Every word that is looked for stands somewhere in the entry."""
    sources = [f"{each.title} {each.publisher or ''} {each.year or ''}" for each in fact.sources]
    text = " ".join([fact.id, fact.statement, fact.definition or "", *sources]).casefold()
    return all(word in text for word in asked.casefold().split())


def _lessons_by_fact() -> Mapping[str, list[tuple[str, str, str]]]:
    """The lessons of live modules that cite a fact: slug and id of each, and its title."""
    lessons: dict[str, list[tuple[str, str, str]]] = {}
    for shown in MODULES.all_live(db.session, FALLBACK_LANGUAGE):
        for lesson in shown.text.lessons:
            place = (shown.text.slug, lesson.id, f"{shown.text.title}: {lesson.title}")
            for fact in lesson.cited:
                lessons.setdefault(fact.id, []).append(place)
    return lessons
