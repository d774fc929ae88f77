"""Reading the question banks that authors write."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from itertools import chain

from coursesite.authored import Problem, errors_in, read_yaml
from coursesite.quizzes.checking import Demands, faults_in
from coursesite.quizzes.questions import questions_from
from coursesite.quizzes.questions.written import WrittenQuiz
from coursesite.quizzes.rules import Quiz
from coursesite.quizzes.showing import IN_WORDS, Illustrated
from coursesite.quizzes.standard import shortfalls


@dataclass(frozen=True)
class Foreign:
    """Texts of a bank in another language, and the HTML attributes that say in which."""

    texts: Collection[str]
    attributes: str

    def marked(self, text: str, html: str) -> str:
        """What was made of the text, in an element of its own where it is one of these."""
        if text.strip("\n") not in self.texts:
            return html
        inner = html.removeprefix("<p>").removesuffix("</p>")
        if "<p>" in inner or html != f"<p>{inner}</p>":
            return f"<div {self.attributes}>{html}</div>"
        return f"<p><span {self.attributes}>{inner}</span></p>"


@dataclass(frozen=True)
class ReadQuiz:
    """What a file held: `quiz` is None if an error stood in the way; warnings do not."""

    quiz: Quiz | None
    problems: list[Problem]


def read_quiz(  # noqa: PLR0913 - each is named at the call, and each comes from another place
    text: str,
    path: str,
    *,
    slug: str,
    language: str,
    objectives: int,
    citable: Container[str],
    draw: int = 1,
    lessons: Sequence[str] | None = None,
    foreign: Foreign | None = None,
    drawn: Illustrated = IN_WORDS,
) -> ReadQuiz:
    """Read a bank (`quizzes/<slug>.<language>.yaml`), check it whole and render it once.

    The module says how many `objectives` it has and how many questions it will `draw`; `citable`
    holds the ids of the facts that may be cited today, `lessons` those of its lessons. What is
    `foreign` is marked as such; `drawn` says how texts with pictures are drawn.
    """
    read = read_yaml(text, path, WrittenQuiz)
    if read.value is None:
        return ReadQuiz(None, read.problems)
    demands = Demands(objectives, draw, citable, lessons, drawn)
    faults = [*faults_in(read.value, demands), *shortfalls(read.value)]
    found = [read.problem(fault.message, *fault.at, severity=fault.severity) for fault in faults]
    problems = sorted([*read.problems, *read.turning, *found], key=lambda each: each.line)
    if errors_in(problems):
        return ReadQuiz(None, problems)
    words = foreign or Foreign((), "")

    def to_html(text: str) -> str:
        return drawn.placed(words.marked(text, drawn.to_html(text)))

    asked = (questions_from(each, language, to_html) for each in read.value.questions)
    return ReadQuiz(Quiz(slug, language, tuple(chain.from_iterable(asked))), problems)
