"""What a new module and a new quiz begin with."""

import json


def first_text(title: str) -> str:
    """A module's text that lacks only what its author must write."""
    return _FIRST_TEXT.format(title=json.dumps(title, ensure_ascii=False))


FIRST_SETTINGS = """\
minutes: 20
audience: [all]
completion:
  lessons: all
  attestation: false
"""

_FIRST_TEXT = """\
---
title: {title}
summary: ""
objectives: []
---

# First lesson {{#first-lesson}}

Begin here.

/// key
One thing to remember.
///

/// checklist | To take along
    {{id: to-take-along}}
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
