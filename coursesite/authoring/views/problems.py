"""What is wrong with a text, each with the box and the line that it is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from coursesite.authored import Problem, Severity
from coursesite.authoring.library import Files, Reading
from coursesite.authoring.rules import SETTINGS, TextId
from coursesite.authoring.services import Work
from coursesite.content.library import title_in
from coursesite.revisions.rules import Kind


@dataclass(frozen=True)
class Located:
    """A problem on the page; `box` is the id of its textarea, None when it is elsewhere."""

    line: int
    message: str
    severity: Severity
    box: str | None


def located(text: TextId, problems: Iterable[Problem]) -> list[Located]:
    boxes = {str(text.path_of(text.main_file)): "source", str(text.path_of(SETTINGS)): "settings"}
    return [_located(problem, boxes.get(problem.path)) for problem in problems]


def _located(problem: Problem, box: str | None) -> Located:
    file = problem.path.rpartition("/")[2]
    message = problem.message if box == "source" else f"{file}: {problem.message}"
    return Located(problem.line, message, problem.severity, box)


def title_of(work: Work, reading: Reading | None = None) -> str:
    """The title as it is written now, or was published last, or else the slug."""
    if reading and reading.title:
        return reading.title
    return (work.live.title if work.live else written_title(work.text, work.files)) or (
        work.text.slug
    )


def written_title(text: TextId, files: Files) -> str:
    """The title in these files of a module."""
    return title_in(files.get(text.main_file, "")) if text.kind is Kind.MODULE else ""
