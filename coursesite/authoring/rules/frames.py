"""What a new text begins with: a frame that lacks only what its author must write."""

import json
from collections.abc import Iterator, Sequence

from coursesite.content.rules import Term


def first_text(title: str) -> str:
    """A module's text that lacks only what its author must write."""
    return first_head(title) + _FIRST_LESSON


def first_head(title: str) -> str:
    """The front matter of such a text, with the line below it."""
    return _HEAD.format(title=json.dumps(title, ensure_ascii=False))


FIRST_SETTINGS = """\
minutes: 20
audience: [all]
completion:
  lessons: all
  attestation: false
  # quiz: {pass_mark: 80, draw: 6}
# local_fields: [safeguarding_lead]
# sensitive: [violence, distress]
# review_by: 2027-11-01
"""

_HEAD = """\
---
title: {title}
summary: ""
objectives:
  - ""
  - ""
  - ""
---

"""

_FIRST_LESSON = """\
# First lesson {#first-lesson}

Begin here.

/// key
One thing to remember.
///

/// checklist | To take along
    {id: to-take-along}
- [ ] One thing to do
///
"""

FIRST_QUESTION = """\
questions:
  - id: first-question
    type: single
    objective: 1
    text: ""
    options:
      - text: ""
        correct: true
      - text: ""
        feedback: ""
    explanation: ""
"""

_FIRST_PATH = """\
title:
  en: {title}
summary:
  en: ""
audience: [all]
steps:
  - module: ""
    required: true
"""

_FIRST_GLOSSARY = """\
# The words of the course in this language. `of` names the term of the original that is translated.
# Take the signs # away before an entry, write its term and its definition, and go on with the next.
terms:
"""


def first_path(title: str) -> str:
    return _FIRST_PATH.format(title=json.dumps(title, ensure_ascii=False))


def first_glossary(original: Sequence[Term]) -> str:
    """One entry to be filled in, and the others of the original as comments."""
    entries = [line for number, term in enumerate(original) for line in _entry(term, number)]
    return _FIRST_GLOSSARY + "\n".join(entries or _EMPTY_ENTRY) + "\n"


_EMPTY_ENTRY = ['  - term: ""', '    definition: ""']


def _entry(term: Term, number: int) -> Iterator[str]:
    sign = "  # " if number else "  "
    yield f'{sign}- term: ""'
    yield f'{sign}  definition: ""  # {" ".join(term.definition.split())}'
    yield f"{sign}  of: {json.dumps(term.term, ensure_ascii=False)}"
