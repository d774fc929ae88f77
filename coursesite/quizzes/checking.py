"""What keeps a question bank from being used, in words that say what would be right."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from coursesite.authored import Severity, did_you_mean
from coursesite.quizzes.questions import TYPES, case
from coursesite.quizzes.questions.base import Fault
from coursesite.quizzes.questions.scoring import Scoring
from coursesite.quizzes.questions.written import Written, WrittenQuiz
from coursesite.quizzes.showing import IN_WORDS, Illustrated, Room

COMMON = frozenset({"id", "type", "objective", "text", "explanation", "sources", "lessons", "hold"})


@dataclass(frozen=True)
class Demands:
    """What the module asks of its bank: its objectives, how many are drawn, what may be cited.

    Its questions may belong to these `lessons`; None where they are not known. `drawn` knows what
    their texts may show.
    """

    objectives: int
    draw: int
    citable: Container[str]
    lessons: Sequence[str] | None = None
    drawn: Illustrated = IN_WORDS


def faults_in(bank: WrittenQuiz, demands: Demands) -> Iterator[Fault]:
    """All that is wrong with a bank; each fault says where in the file."""
    for number, question in enumerate(bank.questions):
        for fault in _question_faults(question, demands):
            yield Fault(("questions", number, *fault.at), fault.message, fault.severity)
    yield from _double_ids(bank.questions)
    yield from _coverage_faults(bank.questions, demands)


def _question_faults(question: Written, demands: Demands) -> Iterator[Fault]:
    if question.type == case.TYPE:
        yield from _case_faults(question, demands)
    else:
        yield from _explained(question)
        yield from _source_faults(question, demands.citable)
    yield from _text_faults(question, demands.drawn)
    yield from _type_faults(question)
    yield from _lesson_faults(question, demands.lessons)
    if not 1 <= question.objective <= demands.objectives:
        message = f"there is no objective {question.objective}: the module has 1 to "
        yield Fault(("objective",), f"{message}{demands.objectives}")


def _case_faults(question: Written, demands: Demands) -> Iterator[Fault]:
    """What is wrong in the questions of a case; while it is on hold, so are they."""
    for number, part in enumerate(question.questions):
        held = part.model_copy(update={"hold": part.hold or question.hold})
        for fault in _question_faults(held, demands) if part.type != case.TYPE else ():
            yield Fault(("questions", number, *fault.at), fault.message, fault.severity)


def _lesson_faults(question: Written, lessons: Sequence[str] | None) -> Iterator[Fault]:
    """A lesson that is gone is told and stands in nobody's way."""
    for number, lesson in enumerate(question.lessons):
        if lessons is not None and lesson not in lessons:
            message = f"the module has no lesson '{lesson}'{did_you_mean(lesson, list(lessons))}"
            yield Fault(("lessons", number), message, Severity.WARNING)


def _explained(question: Written) -> Iterator[Fault]:
    if "explanation" not in question.model_fields_set:
        yield Fault((), "'explanation' is missing")
    elif not question.explanation.strip():
        yield Fault(("explanation",), "say why the right answer is right")


def _text_faults(question: Written, drawn: Illustrated) -> Iterator[Fault]:
    if not question.text.strip():
        yield Fault(("text",), "the question needs a text")
    for at, text, room in _texts(question):
        yield from (Fault(at, message) for message in drawn.faults(text, room))
        if "[@" in text:
            yield Fault(at, "a question cites under 'sources', not in its text")
        if "{{" in text:
            yield Fault(at, "local fields are not filled in here: say it in words")


def _texts(question: Written) -> Iterator[tuple[tuple[str | int, ...], str, Room]]:
    """Each text of a question: where it stands in the file, and where it is shown."""
    yield ("text",), question.text, Room.PAGE
    yield ("explanation",), question.explanation, Room.PAGE
    for number, option in enumerate(question.options):
        yield ("options", number, "text"), option.text, Room.LABEL
        yield ("options", number, "feedback"), option.feedback, Room.PAGE
    for number, pair in enumerate(question.pairs):
        yield ("pairs", number, "text"), pair.text, Room.LABEL
        yield ("pairs", number, "match"), pair.match, Room.LIST
    for number, text in enumerate(question.others):
        yield ("others", number), text, Room.LIST


def _type_faults(question: Written) -> Iterator[Fault]:
    known = TYPES.get(question.type)
    if known is None and question.type != case.TYPE:
        yield Fault(("type",), _unknown_type(question.type))
        return
    keys = known.keys if known else case.KEYS
    for key in sorted(question.model_fields_set - COMMON - keys):
        message = f"a '{question.type}' question has no '{key}'; it has {_listed(sorted(keys))}"
        yield Fault((key,), message)
    if question.scoring not in set(Scoring):
        hint = did_you_mean(question.scoring, list(Scoring))
        yield Fault(("scoring",), f"there is no scoring '{question.scoring}'{hint}")
    yield from known.faults(question) if known else case.case_faults(question)


def _unknown_type(name: str) -> str:
    names = [*TYPES, case.TYPE]
    hint = did_you_mean(name, names) if get_close_matches(name, names, n=1) else "."
    return f"there is no question type '{name}'{hint} The types are {_listed(names)}"


def _source_faults(question: Written, citable: Container[str]) -> Iterator[Fault]:
    """A question on hold waits for its facts, so what it cites may not be citable yet."""
    if not question.sources:
        message = "no source is named: list the facts that the answer rests on"
        yield Fault((), message, Severity.WARNING)
    for number, source in enumerate(question.sources):
        if source in question.sources[:number]:
            yield Fault(("sources", number), f"the source '{source}' is here twice")
        elif not question.hold and source not in citable:
            message = (
                f"'{source}' is not a fact that may be cited: "
                "correct the id, or set 'hold: true' until the fact is verified"
            )
            yield Fault(("sources", number), message)


def _double_ids(questions: Sequence[Written]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, at, name in _ids(questions):
        if name in first:
            message = f"question {first[name] + 1} has the id '{name}' already"
            yield Fault(at, f"{message}: give this one its own")
        first.setdefault(name, number)


def _ids(questions: Sequence[Written]) -> Iterator[tuple[int, tuple[str | int, ...], str]]:
    """The number of each entry, where its ids stand, and what they are."""
    for number, question in enumerate(questions):
        yield number, ("questions", number, "id"), question.id
        for place, part in enumerate(question.questions):
            yield number, ("questions", number, "questions", place, "id"), part.id


def _coverage_faults(questions: Sequence[Written], demands: Demands) -> Iterator[Fault]:
    ready = [question for question in questions if not question.hold]
    tested = Counter(question.objective for question in ready)
    for objective in range(1, demands.objectives + 1):
        if not tested[objective]:
            message = f"objective {objective} is not tested: give it a question that is not on hold"
            yield Fault(("questions",), message)
    if len(ready) < demands.draw:
        message = f"{demands.draw} questions are to be drawn, but only {len(ready)} are not on hold"
        yield Fault(("questions",), message)


def _listed(words: Iterable[str]) -> str:
    *most, last = [f"'{word}'" for word in words]
    return f"{', '.join(most)} or {last}" if most else last
