"""What every question promises, whatever its type.

The template named after the type, ``quizzes/types/<type>.html``, says how it is asked: its ``text``
and its ``form`` with labels, hints and keyboard.

A *response* is what a learner gave: a mapping of parts of the question to lists of texts, ready for
JSON. A choice has the one part ``chosen`` (option ids), an order has one part for each option (its
place), and so on; each type says which. It never holds a position in the author's file.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any, ClassVar, Self, TypeVar

from pydantic import TypeAdapter

from coursesite.authored import Severity
from coursesite.quizzes.questions.written import Written

Form = Mapping[str, Sequence[str]]
Response = Mapping[str, Sequence[str]]
ToHtml = Callable[[str], str]
T = TypeVar("T")


@dataclass(frozen=True)
class Option:
    """Something to choose, place or pair; `id` outlives every change of order."""

    id: str
    html: str
    correct: bool = False
    feedback_html: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a question as it was written, and where in it."""

    at: tuple[str | int, ...]
    message: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Reading:
    """What a submitted form says about one question.

    `response` holds all that could be understood and can always be marked; `problem` is the
    sentence for the learner, or None when the answer is whole.
    """

    response: Response
    problem: str | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing was answered at all."""
        return not self.response


@dataclass(frozen=True)
class Mark:
    """Points from 0 to 1; None means not marked, and `reason` says to the author why."""

    points: Fraction | None
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """One option after it was answered, as HTML; `state` is right, wrong, missed or None.

    None is what was rightly left; the feedback is the author's, on what was chosen.
    """

    html: str
    state: str | None
    feedback_html: str = ""


@dataclass(frozen=True)
class Story:
    """What several questions are about: they are drawn together and asked in this order.

    `objective` is the one under which they are drawn.
    """

    id: str
    html: str
    objective: int
    questions: tuple[str, ...]


@dataclass(frozen=True)
class ShownGap:
    """A gap: the HTML before it, and its list in the drawn order, empty where one types."""

    id: str
    before_html: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Shown:
    """A question as one learner sees it: HTML and options in the drawn order, and no key.

    Entries to match are `prompts`. A text with gaps is its `gaps` and what comes `after_html`.
    """

    id: str
    type: str
    html: str
    options: tuple[tuple[str, str], ...] = ()
    prompts: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    gaps: tuple[ShownGap, ...] = ()
    after_html: str = ""
    story: Story | None = None

    def field(self, part: str = "") -> str:
        """The name of the form field for the question, or for one part of it."""
        return field_name(self.id, part)

    def to_json(self) -> dict[str, Any]:
        """What is kept with the attempt."""
        return asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Shown":
        """The question as it was shown, whatever has been published since."""
        return _shown_adapter().validate_python(data)


@cache
def _shown_adapter() -> TypeAdapter[Shown]:
    """Building one takes a millisecond, and a quiz shows several questions."""
    return TypeAdapter(Shown)


class Unmarkable(ValueError):
    """The response does not fit the question, so no points can be given, not even none."""


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """One question, rendered; a type of question is one subclass."""

    type: ClassVar[str]
    keys: ClassVar[frozenset[str]]
    """What the author's file says for this type, beside what all types have."""

    id: str
    objective: int
    html: str
    explanation_html: str = ""
    sources: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    """The lessons that it belongs to, where its author says so."""
    hold: bool = False
    story: Story | None = None
    """The case that the question belongs to, if it is not asked by itself."""

    @classmethod
    @abstractmethod
    def faults(cls, written: Written) -> Iterator[Fault]:
        """Why the question could not be answered or marked, if so."""

    @classmethod
    @abstractmethod
    def build(cls, written: Written, language: str, to_html: ToHtml) -> Self:
        """The question from a faultless text."""

    @abstractmethod
    def read(self, form: Form) -> Reading:
        """What the form says about this question; any form at all is understood or refused."""

    @abstractmethod
    def show(self, seed: int) -> Shown:
        """The question in the order that belongs to this seed."""

    def ask(self, seed: int) -> Shown:
        """The question as it is shown, with the case that it belongs to."""
        return replace(self.show(seed), story=self.story)

    @abstractmethod
    def key(self) -> Response:
        """A response that earns the full point."""

    @abstractmethod
    def right_answer(self) -> tuple[str, ...]:
        """The right answer as HTML for the review, one entry for each line."""

    @abstractmethod
    def told(self, response: Response, shown: Shown) -> tuple[str, ...]:
        """What the learner gave, as HTML, in the words that were shown; one entry a line."""

    @abstractmethod
    def _points(self, response: Response) -> Fraction:
        """Points from 0 to 1, or Unmarkable."""

    def mark(self, response: object) -> Mark:
        """Mark what was given: a blank is 0, what cannot be marked is never 0 but not marked."""
        try:
            given = _checked(response)
            return Mark(self._points(given) if given else Fraction(0))
        except Unmarkable as problem:
            return Mark(None, str(problem))

    def feedback(self, response: Response) -> tuple[str, ...]:
        """The author's words, as HTML, on just what this learner gave."""
        return ()

    def outcomes(self, response: Response, shown: Shown) -> tuple[Outcome, ...]:
        """What became of each option; nothing where the review does not go by options."""
        return ()

    def offered(self) -> tuple[Option, ...]:
        """What statistics tell of even when nobody chose it: the options of a choice."""
        return ()

    def words_of(self, part: str, option: str) -> tuple[str, ...]:
        """For statistics, what was chosen, as HTML: for what, if it is one of several, and what."""
        return (part, option)

    def to_json(self) -> dict[str, Any]:
        """The rendered question with its key, for the revision's store only."""
        return {"type": self.type, **asdict(self)}


def shuffled(seed: int, items: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """The items in an order that follows from the seed and their names alone.

    It does not depend on the order they came in, nor on any version of a random generator.
    """
    return sorted(items, key=lambda item: sha256(f"{seed}:{name(item)}".encode()).digest())


def mixed(seed: int, question_id: str, options: Iterable[Option]) -> tuple[tuple[str, str], ...]:
    """Ids and HTML of the options in the order that belongs to this seed."""
    order = shuffled(seed, options, lambda option: f"{question_id}.{option.id}")
    return tuple((option.id, option.html) for option in order)


def field_name(question_id: str, part: str = "") -> str:
    """The name of a form field: the question's id, or that, a dot, and the id of a part."""
    return f"{question_id}.{part}" if part else question_id


def parts_of(form: Form, question_id: str) -> dict[str, list[str]]:
    """What a form gives for the parts of a question: trimmed, and without what is blank."""
    prefix = field_name(question_id, ".")[:-1]
    found = {
        name.removeprefix(prefix): [value.strip() for value in values if value.strip()]
        for name, values in form.items()
        if name.startswith(prefix)
    }
    return {part: values for part, values in found.items() if values}


def typed(form: Form, name: str) -> list[str]:
    """What was typed into a field: on one line, without characters that cannot be seen."""
    lines = [" ".join(value.split()) for value in form.get(name, ())]
    return [text for line in lines if (text := "".join(filter(str.isprintable, line)).strip())]


def _checked(response: object) -> Response:
    if not isinstance(response, Mapping):
        raise Unmarkable("the response is not a mapping")
    for part, values in response.items():
        if not isinstance(part, str) or not _texts(values):
            raise Unmarkable("the response is not a mapping of lists of texts")
    return response


def _texts(values: object) -> bool:
    return isinstance(values, list | tuple) and all(isinstance(value, str) for value in values)
