"""What an author is told about a path's file."""

import pytest

from coursesite.authored import Severity
from coursesite.paths.library import read_path
from coursesite.paths.rules import CompleteOn

FILE = """\
title: {en: Police}
summary: {en: For officers.}
audience: [police]
complete_on: published
steps:
  - module: core-1
    title: {en: Seeing}
    minutes: 30
  - module: door
    after: [core-1]
    required: false
  - choose: 1
    of:
      - module: school
      - {module: prison, title: {en: Prison}, minutes: 20}
certificate: {title: {en: The path}, valid_months: 12, template: standard}
"""


def test_a_path_is_read_with_its_choice() -> None:
    answer = read_path(FILE, "content/paths/police.yaml", "police")

    assert answer.problems == []
    assert answer.path is not None
    assert answer.path.slug == "police"
    assert answer.path.complete_on is CompleteOn.PUBLISHED
    assert answer.path.module_slugs == ("core-1", "door", "school", "prison")
    assert [step.required for step in answer.path.steps] == [True, False, True]
    assert answer.path.steps[2].choose == 1
    assert answer.step_lines == (6, 9, 12)
    assert answer.path.certificate is not None
    assert answer.path.certificate.valid_months == 12


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("complete_on: published", "complete_on: never", "4: 'complete_on' cannot be 'never'; kn"),
        ("after: [core-1]", "after: [core-2]", "10: no step above has the module 'core-2': did"),
        ("module: door", "module: core-1", "9: the module 'core-1' is here twice (first on line 6"),
        ("choose: 1", "choose: 2", "12: 'choose: 2' needs more modules than that in 'of', not 2"),
        ("choose: 1", "module: other", "12: 'of' belongs to a step with 'choose', not to one"),
        ("  - choose: 1\n    of", "  - of", "12: a step is either 'module: ...', or 'choose: 2'"),
        ("choose: 1", "choose: 1\n    minutes: 5", "12: with 'choose', titles and minutes belong"),
        ("required: false", "requird: false", "11: unknown key 'requird': did you mean 'required"),
        ("{en: Police}", "Police", "1: 'title' should be keys with values"),
        ("{en: Police}", "{}", "1: 'title' should not be empty"),
        ("audience: [police]", "audience: []", "3: 'audience' should not be empty"),
        ("minutes: 30", "minutes: 0", "8: 'minutes' should be at least 1"),
        ("choose: 1", "choose: 0", "12: 'choose' should be at least 1"),
        ("valid_months: 12", "valid_months: 0", "16: 'valid_months' should be at least 1"),
        ("valid_months: 12", "valid_months: 601", "16: 'valid_months' should be at most 600"),
    ],
)
def test_one_change_to_a_path(old: str, new: str, message: str) -> None:
    answer = read_path(FILE.replace(old, new), "p.yaml", "police")

    said = [str(problem) for problem in answer.problems]
    assert any(each.startswith(f"p.yaml:{message}") for each in said), said


def test_a_template_that_does_not_exist_is_a_warning() -> None:
    answer = read_path(FILE.replace("template: standard", "template: golden"), "p.yaml", "police")

    assert answer.path is not None
    assert [(str(each), each.severity) for each in answer.problems] == [
        (
            "p.yaml:16: there is one template, 'standard': certificates will look like that",
            Severity.WARNING,
        )
    ]
