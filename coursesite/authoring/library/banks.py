"""Reading a question bank as it is asked; of a translation, with the original where it lags."""

from collections.abc import Container
from dataclasses import dataclass, field, replace

from coursesite.authored import Problem, Severity, errors_in
from coursesite.authoring.library.folder import Files, listed
from coursesite.authoring.rules import UNWRITTEN, TextId
from coursesite.content.library import media_used
from coursesite.content.library.asking import Asking
from coursesite.content.library.foreign import attributes_of
from coursesite.content.library.translating import (
    Passage,
    Record,
    State,
    Template,
    odd_frames,
    oddities,
    passages_of,
    read_record,
    record_name,
    settled,
    template_of,
)
from coursesite.content.rules import Module
from coursesite.content.rules.media import MediaShown
from coursesite.errors import Invalid
from coursesite.quizzes.library import Foreign, ReadQuiz, read_quiz
from coursesite.revisions.rules import digest_of


@dataclass(frozen=True)
class Bank:
    """A bank with its files; `original` is the text that it translates, where it does.

    `media` are the files of its module, which it may show.
    """

    text: TextId
    files: Files
    original: str | None = None
    media: MediaShown = field(default_factory=lambda: MediaShown({}))

    @property
    def path(self) -> str:
        return str(self.text.path_of(self.text.main_file))

    @property
    def own(self) -> str:
        return self.files.get(self.text.main_file, "")

    @property
    def shown(self) -> dict[str, str]:
        """The digests of the media that it shows, also in words that are not translated yet."""
        return media_used(f"{self.own}\n{self.original or ''}", self.media.digests)


def bank_among(files: Files) -> str | None:
    """The question bank among the files of its revision; None among none."""
    return next((text for name, text in files.items() if name not in UNWRITTEN), None)


def read_bank(bank: Bank, module: Module, citable: Container[str]) -> ReadQuiz:
    """The bank checked and rendered.

    A question is not asked in a translation of what the original has changed since: those words
    are the original's, and marked as such, until they are translated anew.
    """
    read = _read(bank, bank.own, module, citable)
    name = record_name(bank.text.main_file)
    if name not in bank.files or errors_in(read.problems):
        return read
    record, problems = read_record(bank.files[name], str(bank.text.path_of(name)))
    if record is None or bank.original is None:
        missing = [] if record is None else [Problem(bank.path, 1, _NO_ORIGINAL)]
        return ReadQuiz(None, [*read.problems, *problems, *missing])
    return _beside(bank, record, read, module, citable)


def _beside(
    bank: Bank, record: Record, read: ReadQuiz, module: Module, citable: Container[str]
) -> ReadQuiz:
    try:
        original = template_of(bank.original or "", is_quiz=True)
        own = template_of(bank.own, is_quiz=True)
    except Invalid as refused:
        return ReadQuiz(None, [*read.problems, Problem(bank.path, 1, refused.message)])
    if line := odd_frames(original, own):
        odd = _odd(bank, record, line)
        quiz = None if odd.severity is Severity.ERROR else read.quiz
        return ReadQuiz(quiz, [*read.problems, odd])
    passages = passages_of(original, own, settled(original, own, record))
    found = [problem for each in passages for problem in oddities(each, bank.path)]
    asked = _asked(original, passages)
    foreign = Foreign(
        frozenset(each.original.words for each in passages if each.state is not State.CURRENT),
        attributes_of(record.original),
    )
    asked_quiz = _read(bank, asked, module, citable, foreign).quiz
    quiz = None if errors_in(found) else asked_quiz
    return ReadQuiz(quiz, [*read.problems, *found])


def _asked(original: Template, passages: list[Passage]) -> str:
    """The bank with the words that are up to date, and the original's everywhere else."""
    return original.text(
        {each.original.key: each.here.words for each in passages if each.state is State.CURRENT}
    )


def _read(
    bank: Bank,
    text: str,
    module: Module,
    citable: Container[str],
    foreign: Foreign | None = None,
) -> ReadQuiz:
    return read_quiz(
        text,
        bank.path,
        slug=bank.text.slug,
        language=bank.text.language,
        objectives=len(module.objectives),
        citable=citable,
        draw=module.completion.quiz.draw if module.completion.quiz else 1,
        lessons=[lesson.id for lesson in module.lessons],
        foreign=foreign,
        drawn=Asking(bank.text.slug, bank.text.language, bank.media),
    )


def _odd(bank: Bank, record: Record, line: int) -> Problem:
    original = replace(bank.text, language=record.original).main_file
    words = {original: bank.original or ""}
    shown = listed(media_used(bank.original or "", bank.media.digests))
    if record.revision in {digest_of(words), digest_of({**words, **shown})}:
        return Problem(bank.path, line, _BUILT_OTHERWISE.format(original))
    return Problem(bank.path, line, _MOVED_ON, Severity.WARNING)


def not_translated(path: str) -> Problem:
    message = "the questions are not translated: learners are asked those of the original"
    return Problem(path, 1, message, Severity.WARNING)


_NO_ORIGINAL = "the original of this translation does not exist"
_BUILT_OTHERWISE = (
    "from here on this is not built like {}: keep its questions, ids, keys and what is correct, "
    "and change only words"
)
_MOVED_ON = (
    "the original was changed since this translation was made: publishing the original brings "
    "the translation into step, and 'coursesite content pull' writes it here"
)
