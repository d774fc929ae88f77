"""How the questions of a quiz do: for its authors, without names, and never of a few people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from coursesite.accounts.access import requires
from coursesite.authoring import queries
from coursesite.authoring.views.blueprint import QUIZ, Desk, bp, text_at
from coursesite.content.queries import MODULES
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.markup import words_of
from coursesite.people.rules import Permission
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.questions.base import Question
from coursesite.quizzes.rules import Quiz
from coursesite.quizzes.rules.analysis import FEWEST, Item, Numbers, findings, median_pace
from coursesite.quizzes.rules.sums import WHOLE
from coursesite.quizzes.statistics import items_of
from coursesite.quizzes.statistics import wholes as statistics_by_quiz
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shown

MOST_MONTHS = 12

ChartRow = dict[str, object]


@dataclass(frozen=True)
class Entry:
    """One question with all that is told of it."""

    question: Question
    item: Item
    warnings: Sequence[str]
    remarks: Sequence[str]
    pace: str
    options: Sequence[ChartRow]
    groups: Sequence[Sequence[str]]
    months: Sequence[ChartRow]

    @property
    def text(self) -> str:
        return plain(self.question.html)


@dataclass(frozen=True)
class Row:
    """A quiz among all of them."""

    desk: Desk
    title: str
    numbers: Numbers

    @property
    def share(self) -> float | None:
        """How many of all passed the first time; nothing of a few people."""
        return _pass_share(self.numbers)


@bp.get("/statistics")
@requires(Permission.WRITE)
def statistics_of_all() -> ResponseReturnValue:
    """Every published quiz with how many passed it the first time, the hardest first."""
    wholes = statistics_by_quiz(db.session)
    titles = {text: each.title for text, each in queries.published_texts(db.session).items()}
    quizzes = [Desk(text) for text in titles if text.kind is Kind.QUIZ]
    rows = [
        Row(
            each,
            titles.get(each.partner.text, each.text.slug),
            wholes.get((each.text.slug, each.text.language), Numbers()),
        )
        for each in quizzes
    ]
    return render_template(
        "authoring/statistics_of_all.html",
        rows=sorted(rows, key=lambda row: (row.share is None, row.share or 0, row.title)),
        fewest=FEWEST,
        percent=percent,
    )


@bp.get(f"{QUIZ}/statistics", defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
def statistics(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Every question: how hard, how telling, what is chosen, how long, and what looks wrong."""
    quiz = get_live_quiz(slug, language)
    items = items_of(db.session, quiz)
    entries = [_entry(question, items[question.id]) for question in quiz.text.questions]
    module = MODULES.find_live(db.session, slug, language)
    names = module.text.objectives if module else ()
    return render_template(
        "authoring/statistics.html",
        desk=Desk(text_at(shelf, slug, language)),
        title=module.text.title if module else slug,
        whole=items[WHOLE],
        passes=_months(items[WHOLE].months, _pass_share),
        objectives=_objectives(entries, names),
        entries=entries,
        suspicious=[each for each in entries if each.warnings],
        fewest=FEWEST,
        percent=percent,
    )


def get_live_quiz(slug: str, language: str) -> Shown[Quiz]:
    """The quiz in exactly this language."""
    quiz = QUIZZES.find_live(db.session, slug, language)
    if quiz is None or quiz.language != language:
        raise NotFound("These questions are not published.")
    return quiz


def title_of_module(slug: str, language: str) -> str:
    """The title of the module that the quiz belongs to, or the slug that they share."""
    module = MODULES.find_live(db.session, slug, language)
    return module.text.title if module else slug


def plain(html: str) -> str:
    return words_of(html)


def percent(share: float | None) -> str:
    return "\N{EN DASH}" if share is None else f"{round(100 * share)} %"


def _entry(question: Question, item: Item) -> Entry:
    texts = {each.id: plain(each.html) for each in question.offered()}
    right = [each.id for each in question.offered() if each.correct]
    told = item.told
    found = findings(item, texts, right)
    return Entry(
        question=question,
        item=item,
        warnings=[str(_(each.sentence, **each.values)) for each in found if not each.can_wait],
        remarks=[str(_(each.sentence, **each.values)) for each in found if each.can_wait],
        pace=_pace(item) if told else "",
        options=_options(question, item) if told else (),
        groups=_groups(item, texts) if told else (),
        months=_months(item.months, lambda numbers: numbers.facility),
    )


def _options(question: Question, item: Item) -> list[ChartRow]:
    """How many of all chose each option; of a choice also those that nobody chose."""
    people = {(each.part, each.option): each.people for each in item.chosen}
    right = {("chosen", each.id) for each in question.offered() if each.correct}
    rows = []
    for at in [("chosen", each.id) for each in question.offered()] or sorted(people):
        share = people.get(at, 0) / item.numbers.people
        label = " \N{RIGHTWARDS ARROW} ".join(map(plain, question.words_of(*at)))
        if at in right:
            label = _("%(option)s (right)", option=label)
        tone = "done" if at in right else "brand"
        rows.append({"label": label, "value": 100 * share, "words": percent(share), "tone": tone})
    return rows


def _groups(item: Item, texts: Mapping[str, str]) -> list[list[str]]:
    """What those who passed chose, and those who failed; only where both are enough people."""
    passed, failed = item.numbers.passed, item.numbers.failed
    if min(passed, failed) < FEWEST or not texts:
        return []
    found = {each.option: each for each in item.chosen}
    rows = []
    for name, text in texts.items():
        each = found.get(name)
        by_passed, by_all = (each.passed, each.people) if each else (0, 0)
        rows.append([text, percent(by_passed / passed), percent((by_all - by_passed) / failed)])
    return rows


def _pace(item: Item) -> str:
    """How long half of the people needed, in words."""
    found = median_pace(item.paces or {})
    if found is None:
        return ""
    low, high = found
    if high is None:
        return str(_("more than %(low)d seconds", low=low))
    return str(_("%(low)d to %(high)d seconds", low=low, high=high))


def _pass_share(numbers: Numbers) -> float | None:
    return numbers.passed / numbers.people if numbers.people >= FEWEST else None


def _months(
    months: Mapping[date, Numbers], share_of: Callable[[Numbers], float | None]
) -> list[ChartRow]:
    """The latest months with enough people; nothing when that is a single one."""
    rows: list[ChartRow] = []
    for month in sorted(months):
        share = share_of(months[month])
        if share is not None:
            label = format_date(month, "MMM yy")
            rows.append({"label": label, "value": 100 * share, "words": percent(share)})
    return rows[-MOST_MONTHS:] if len(rows) > 1 else []


def _objectives(entries: Sequence[Entry], names: Sequence[str]) -> list[ChartRow]:
    """How much of what is asked about each objective is known, by questions told of themselves.

    Marks of several questions may be those of very few people.
    """
    rows: list[ChartRow] = []
    told = [each for each in entries if each.item.told]
    for number, name in enumerate(names, 1):
        own = [each.item.numbers for each in told if each.question.objective == number]
        share = sum(own, Numbers()).facility
        if share is not None:
            rows.append({"label": name, "value": 100 * share, "words": percent(share)})
    return rows
