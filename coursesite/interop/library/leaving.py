"""What every way out does: cases are taken apart, and what counts otherwise elsewhere is told."""

from collections.abc import Iterable, Iterator

from coursesite.quizzes.questions import TYPES, case
from coursesite.quizzes.questions.scoring import Scoring
from coursesite.quizzes.questions.written import Written

_BY_PARTS = frozenset({"match", "cloze"})


def flat(questions: Iterable[Written]) -> Iterator[tuple[int, Written, str]]:
    """Each question with the number of its entry; one of a case has the story in its text."""
    for number, question in enumerate(questions, start=1):
        if question.type != case.TYPE:
            yield number, question, ""
            continue
        for part in question.questions:
            text = f"{question.text.strip()}\n\n{part.text.strip()}"
            remark = f"stands by itself, with the story of the case '{question.id}' in its text"
            yield number, part.model_copy(update={"text": text, "hold": question.hold}), remark


def tags_of(question: Written) -> Iterator[str]:
    """What no other place holds, so that it is there again when the file comes back."""
    yield f"objective {question.objective}"
    for source in question.sources:
        yield f"source {source}"
    if "scoring" in TYPES[question.type].keys:
        yield f"scoring {question.scoring}"


def remarks_on(question: Written) -> Iterator[str]:
    """What will count in another way elsewhere."""
    if question.type == "multiple" and question.scoring != Scoring.NET_CORRECT:
        yield f"counts {question.scoring} here; there a wrong answer takes what a right one gives"
    if question.type in _BY_PARTS and question.scoring != Scoring.EACH_ANSWER:
        yield f"counts {question.scoring} here; there each part counts by itself"
    if question.type == "order":
        yield f"counts {question.scoring} here; there as its question type is set"
    if question.ignore_accents:
        yield "accents count there"
    if "](media/" in question.model_dump_json():
        yield "its pictures, sound or film stay here: put them into the question there"
