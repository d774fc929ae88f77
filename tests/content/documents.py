"""A small module that holds every kind of block, for tests to look at and to break."""

from collections.abc import Mapping, Sequence
from datetime import date

from coursesite.content.library import Known, ReadModule, read_module
from coursesite.content.rules import Fact, Module, Source, Verification

DAY = date(2026, 11, 22)

FACTS: Mapping[str, Fact] = {
    "A01": Fact(
        "A01",
        "About 2.1 million children have a parent in prison.",
        (Source("Our messages", "COPE", where="childrenofprisoners.eu"),),
        Verification.VERIFIED,
        definition="On a given day, in the Council of Europe area.",
        review_by=date(2028, 11, 1),
    ),
    "B07": Fact("B07", "Most cope.", (Source("Information"),), Verification.SECONDARY),
    "C16": Fact("C16", "Close to home.", (Source("Rules"),), Verification.UNVERIFIED),
    "D01": Fact("D01", "Old.", (Source("Old"),), Verification.SEED, review_by=date(2026, 1, 1)),
    "E01": Fact("E01", "Wrong.", (Source("X"),), Verification.VERIFIED, withdrawn="it was wrong"),
}

MODULE = """\
minutes: 6
audience: [police]
completion:
  lessons: all
  quiz: {pass_mark: 80, draw: 6}
  attestation: true
sensitive: [distress]
review_by: 2027-11-01
local_fields: [legal_contact, duty_phone]
"""

TEXT = """\
---
title: At the door
summary: What a child sees.
objectives: [Name who is at home, Say what happens, Ask before you go]
attestation: I will ask.
---

# The first two minutes {#first-two-minutes}

Many children are at home [@A01; @B07]. Some sleep.[^1]

[^1]: Not all night.

/// local | Your law
    {id: jurisdiction}
Local law prevails. Ask {{legal_contact}}.
///

## What to say {#what-to-say}

/// key
Ask **who** is at home.
///

/// case | Composite, fictional: Mara
Mara is seven.
///

/// voice | A report of 2018 [@A01]
> Nobody asked me.
///

/// check
    {id: who-first}
A girl opens. Who comes *first*?

- [ ] Her father.

    She is no informant [@B07].

- [x] The grown-ups
  at home.

    Yes. Call {{duty_phone}}.
///

/// reflect
    {id: my-shift}
Think of a shift.
///

# A morning {#a-morning}

## Practise

//// scenario | Six o'clock
    {id: six, start: door}

/// scene | door
It is six.

- [Ask her to fetch him.](#fetch){: .poor }
- [Say who you are.](#talk){: .good }
///

/// scene | fetch
She cries [@A01].

- [Go back.](#door)
///

/// scene | talk
She nods.

- [See the debrief.](#debrief)
///

/// debrief
You had time.
///
////

//// notice | A raid, seen by a child
The door breaks.

/// instead
Police come in.
///
////

/// checklist | At the door
    {id: card}
- [ ] Ask who is at home
- [ ] Ring {{duty_phone}}
///

/// facilitator | Running this together
    {id: joint-session}
Ask the school, too [@B07].

| Minutes | What |
|---|---|
| 10 | Names |
///
"""


def read(
    text: str = TEXT, module: str = MODULE, *, language: str = "en", media: Sequence[str] = ()
) -> ReadModule:
    files = {"module.yaml": module, f"{language}.md": text} | dict.fromkeys(media, "")
    return read_module(files, "at-the-door", language, Known(FACTS, DAY))


def module_of(text: str = TEXT) -> Module:
    answer = read(text)
    assert answer.module is not None, [str(problem) for problem in answer.problems]
    return answer.module
