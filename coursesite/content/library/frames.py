"""What an inserted block begins with, and where its words stand still as they were inserted."""

import re
from collections.abc import Iterator, Mapping

from coursesite.content.library.outline import Block, Document

FRAMES: Mapping[str, str] = {
    "key": "/// key\nOne thing to remember.\n///",
    "case": "/// case | A late van\nWhat happened.\n///",
    "voice": "/// voice | A report of 2018\n> The words as they were printed.\n///",
    "check": (
        "/// check\n    {id: name-of-check}\nThe question?\n\n- [ ] A wrong answer.\n\n"
        "    Why it is wrong.\n\n- [x] The right answer.\n\n    Why it is right.\n///"
    ),
    "reflect": ("/// reflect\n    {id: name-of-note}\nWhat would you do on your next shift?\n///"),
    "scenario": (
        "//// scenario | Title\n    {id: name-of-scenario, start: first}\n\n/// scene | first\n"
        "The situation.\n\n- [A good choice.](#second){: .good }\n"
        "- [A poor choice.](#second){: .poor }\n///\n\n/// scene | second\nWhat follows.\n\n"
        "- [See the debrief.](#debrief)\n///\n\n/// debrief\nWhat the routes have in common."
        "\n///\n////"
    ),
    "if": "/// if | told-the-truth\nWhat is told only to those who chose so.\n///",
    "checklist": (
        "/// checklist | At the door\n    {id: name-of-list}\n- [ ] One thing to do\n///"
    ),
    "notice": (
        "//// notice | What this passage describes\nThe sensitive passage.\n\n/// instead\n"
        "A calm text of the same worth.\n///\n////"
    ),
    "local": (
        "/// local | How it is done here\n    {id: name-of-passage}\n"
        "Text that holds everywhere.\n///"
    ),
    "facilitator": (
        "/// facilitator | Running this together\n    {id: joint-session}\n"
        "What for, and whom to invite.\n///"
    ),
}
"""By the kind of block: what is put at the cursor."""

FIRST_LINE = "Begin here."
"""The text of a lesson that nobody has written yet."""

# What may well be meant, as it stands: an instruction, a prompt and an example.
_MAY_STAY = {"See the debrief.", "What would you do on your next shift?"}
_TITLES = {"A late van", "A report of 2018", "Title", "What this passage describes"}
_UNNAMED = re.compile(r"name-of-(?:check|note|scenario|list|passage)(?:-[0-9]+)?")
_LINE = re.compile(
    r"\s*(?:> |- (?:\[[ x]\] )?)?(?:\[(?P<choice>[^\]]+)\]\(#.*|(?P<words>[^\s/{].*))"
)
LONGEST = 60


def _words(line: str) -> str:
    """What a line says, without the signs of a quotation, a list or a choice."""
    found = _LINE.fullmatch(line) if len(line) <= LONGEST else None
    return (found["choice"] or found["words"]).strip() if found else ""


_WORDS = {FIRST_LINE, *(_words(line) for each in FRAMES.values() for line in each.split("\n"))}
_WORDS -= _MAY_STAY | {""}


def warn_of_frames(document: Document) -> None:
    """Warn of words that nobody wrote: those that a block or a lesson began with."""
    for number, line in document.prose(1, len(document.lines)):
        if (words := _words(line)) in _WORDS:
            document.warn(number, f"'{words}' {_INSERTED}")


def warn_of_unnamed(document: Document, blocks: Iterator[Block]) -> None:
    """Warn of titles and ids that a block began with; an id is for good once it is published."""
    for block in blocks:
        if block.title in _TITLES:
            document.warn(block.line, f"'{block.title}' {_INSERTED}")
        if _UNNAMED.fullmatch(block.id):
            document.warn(block.line, f"'{block.id}' {_UNNAMED_ID}")


_INSERTED = "stood in the frame that was inserted: write your own words in its place"
_UNNAMED_ID = (
    "is the id that the frame came with: give it one that says what it is about, since an id "
    "never changes once it is published"
)
