"""What there is to choose from in the forms of settings."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from coursesite.assignments.sentences import AUDIENCES
from coursesite.authoring import queries
from coursesite.authoring.library import Reading
from coursesite.authoring.library.settings import ModuleSheet, PathSheet
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import Work
from coursesite.authoring.views.blueprint import Desk
from coursesite.content.library.schemas import Audience
from coursesite.content.library.typesetting import FIELD
from coursesite.content.queries import MODULES
from coursesite.extensions import db
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import in_language
from coursesite.people.models import Person
from coursesite.people.rules import Audience as Profession
from coursesite.quizzes.rules import Review
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE

SENSITIVE = (
    *("violence", "distress", "separation", "death", "suicide"),
    *("domestic-abuse", "abuse", "self-harm", "sexual-violence"),
)
"""Of these the learners' notice has words of its own."""
REVIEWS = {
    Review.IMMEDIATE: lazy_gettext("Question by question; an answer then stays"),
    Review.SUBMISSION: lazy_gettext("After each attempt"),
    Review.PASSING: lazy_gettext("Once the quiz is passed"),
}

Choices = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class InPath:
    """A path that the module stands in, and the titles of what comes first there."""

    desk: Desk
    title: str
    after: Sequence[str]


@dataclass(frozen=True)
class ModuleChoices:
    """`fields` are names: those that the text or the settings have, and all others."""

    audiences: Choices
    sensitive: Sequence[str]
    lessons: Choices
    fields: Sequence[str]
    other_fields: Sequence[str]
    reviews: Choices
    paths: Sequence[InPath]
    keeper: Person | None


def choices_for(work: Work, sheet: ModuleSheet, reading: Reading) -> ModuleChoices:
    live = MODULES.all_live(db.session, FALLBACK_LANGUAGE)
    titles = {each.slug: each.text.title for each in live}
    used = FIELD.findall(work.files.get(work.text.main_file, ""))
    fields = sorted({*used, *sheet.chosen("local_fields")})
    known = {name for each in live for name in each.text.local_fields}
    return ModuleChoices(
        audiences=audiences_with(sheet.chosen("audience")),
        sensitive=list(dict.fromkeys([*SENSITIVE, *sheet.chosen("sensitive")])),
        lessons=_lessons(sheet, reading),
        fields=fields,
        other_fields=sorted(known.difference(fields)),
        reviews=_with(
            [{"value": each.value, "label": words} for each, words in REVIEWS.items()],
            [sheet.fields.get("completion-quiz-review", "")],
        ),
        paths=list(_paths(work.text.slug, titles)),
        keeper=queries.keeper_of(db.session, work.text),
    )


def audiences_with(chosen: Iterable[str]) -> Choices:
    """Everybody, each profession, and whatever else was written."""
    words = {each.value: AUDIENCES[each] for each in Profession}
    names = [each for each in get_args(Audience) if each in words]
    choices = [{"value": each, "label": words[each]} for each in names]
    return _with([{"value": "all", "label": _("Everybody")}, *choices], chosen)


def _with(choices: Sequence[Mapping[str, object]], chosen: Iterable[str]) -> Choices:
    there = {each["value"] for each in choices}
    return [*choices, *({"value": each, "label": each} for each in chosen if each not in there)]


def _lessons(sheet: ModuleSheet, reading: Reading) -> Choices:
    named = {each.id: each.title or each.id for each in reading.measures.lessons if each.id}
    choices = [{"value": id, "label": title} for id, title in named.items()]
    return _with(choices, [each for each in sheet.lessons or () if each])


def _paths(slug: str, titles: Mapping[str, str]) -> Iterable[InPath]:
    for shown in PATHS.all_live(db.session):
        for step in shown.text.steps:
            if slug in step.slugs:
                desk = Desk(TextId(Kind.PATH, shown.slug))
                title = in_language(shown.text.title, FALLBACK_LANGUAGE)
                yield InPath(desk, title, [titles.get(each, each) for each in step.after])


@dataclass(frozen=True)
class PathChoices:
    """`modules` are those that there are, and those that the path announces; `ready` are live."""

    audiences: Choices
    modules: Choices
    ready: Collection[str]
    titles: Mapping[str, str]


def choices_of_path(sheet: PathSheet) -> PathChoices:
    live = MODULES.all_live(db.session, FALLBACK_LANGUAGE)
    drafts = queries.open_drafts(db.session)
    titles = {each.slug: each.text.title for each in live}
    begun = {text.slug: text.slug for text in drafts if text.kind is Kind.MODULE}
    written = {
        slug: in_language(row.titles, FALLBACK_LANGUAGE) if row.titles and row.module else slug
        for row in sheet.steps or ()
        for slug in row.slugs
    }
    titles = {**begun, **written, **titles}
    modules = [{"value": slug, "label": title or slug} for slug, title in titles.items()]
    return PathChoices(
        audiences_with(sheet.chosen("audience")),
        sorted(modules, key=lambda each: str(each["label"]).casefold()),
        {each.slug for each in live},
        titles,
    )
