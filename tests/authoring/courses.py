"""A small course that can be published, for stories about authors."""

from pathlib import Path

SETTINGS = """\
minutes: 20
audience: [police]
completion:
  lessons: all
  quiz: {pass_mark: 80, draw: 3}
"""

MODULE = """\
---
title: At the door
summary: What a child sees.
objectives: [Name who is at home, Say what happens, Ask before you go]
---

# The first two minutes {#first-two-minutes}

Many children are at home [@A01].

/// key
Ask **who** is at home.
///

/// checklist | At the door
    {id: card}
- [ ] Ask who is at home
///
"""

SHEET = """
/// facilitator | Together
    {id: together}
Ask the school, too.
///
"""

QUESTION = """\
  - id: question-{number}
    type: single
    objective: {number}
    text: What comes first, {number}?
    options:
      - {{text: Ask which grown-ups are at home., correct: true}}
      - {{text: Ask her where her father is at home., feedback: She is no informant.}}
    explanation: It slows the first seconds down.
    sources: [A01]
"""

QUIZ = "questions:\n" + "".join(QUESTION.format(number=number) for number in (1, 2, 3))

FACTS = """\
facts:
  - id: A01
    statement: Many children have a parent in prison.
    sources: [{title: Our messages}]
    verification: verified
"""

PATH = """\
title: {en: Police}
summary: {en: For the police.}
audience: [police]
steps: [{module: at-the-door}]
certificate: {title: {en: Police}, valid_months: 12, template: standard}
"""

EN_MD = "content/modules/at-the-door/en.md"
MODULE_YAML = "content/modules/at-the-door/module.yaml"
QUIZ_YAML = "quizzes/at-the-door.en.yaml"

COURSE = {
    "content/facts.yaml": FACTS,
    MODULE_YAML: SETTINGS,
    EN_MD: MODULE,
    QUIZ_YAML: QUIZ,
    "content/paths/police.yaml": PATH,
}


def lay(folder: Path, files: dict[str, str]) -> Path:
    """Write these files into a folder, by their paths."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8", newline="\n")
    return folder


def small_course(folder: Path) -> Path:
    return lay(folder, COURSE)
