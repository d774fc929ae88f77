"""A folder of files is held to what the forms ask: names, links, tabs, and what nobody reads."""

import unicodedata
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Literal

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coursesite.authored import Severity, errors_in
from coursesite.authoring.cli import content
from coursesite.authoring.library import check_course
from coursesite.authoring.library.folder import texts_in
from coursesite.revisions.models import LiveRevision
from tests.authoring.courses import (
    COURSE,
    EN_MD,
    FACTS,
    MODULE,
    MODULE_YAML,
    PATH,
    QUIZ,
    QUIZ_YAML,
    SETTINGS,
    lay,
    small_course,
)

DAY = date(2026, 11, 22)
AT_THE_DOOR = "content/modules/at-the-door"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
CYRILLIC_O = "\u043e"


def found_in(folder: Path, severity: Severity = Severity.ERROR) -> list[str]:
    return [str(each) for each in check_course(folder, DAY) if each.severity is severity]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (f"p{CYRILLIC_O}lice", f"'{CYRILLIC_O}', U+043E"),
        ("Police", "'P', U+0050"),
        ("po lice", "' ', U+0020"),
        ("police\u202e", "(here is U+202E)"),
        ("police_1", "'_', U+005F"),
        ("-police", "as in police-2-at-the-door: name it so"),
        ("police--1", "as in police-2-at-the-door: name it so"),
        ("p" * 61, "at most 60"),
        (".hidden", "'.', U+002E"),
    ],
    ids=ascii,
)
def test_a_name_that_no_form_takes_is_refused_in_files(tmp_path: Path, name: str, why: str) -> None:
    small_course(tmp_path)
    copytree(tmp_path / AT_THE_DOOR, tmp_path / "content/modules" / name)
    lay(tmp_path, {f"quizzes/{name}.en.yaml": QUIZ, f"content/paths/{name}.yaml": PATH})

    said = [each for each in found_in(tmp_path) if why in each]

    assert [each.partition(":1: the name of a ")[0] for each in said] == [
        f"content/modules/{name}",
        f"content/paths/{name}.yaml",
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (f"{AT_THE_DOOR}/EN.md", MODULE),
        (f"{AT_THE_DOOR}/english.md", MODULE),
        (f"{AT_THE_DOOR}/README.md", "For authors."),
        ("content/glossary.EN.yaml", "terms: []\n"),
    ],
)
def test_a_language_is_named_by_its_code(tmp_path: Path, file: str, text: str) -> None:
    lay(tmp_path, COURSE | {file: text})

    said = [each for each in found_in(tmp_path) if "is no language" in each]

    assert [each.partition(":")[0] for each in said] == [file]


@pytest.mark.parametrize(
    "file",
    [
        "content/Facts.yaml",
        "content/glossary.yaml",
        "content/paths/other.yml",
        "quizzes/at-the-door.en.yml",
        "quizzes/police/at-the-door.en.yaml",
        f"{AT_THE_DOOR}/Module.yaml",
        f"{AT_THE_DOOR}/en.markdown",
        f"{AT_THE_DOOR}/en.MD",
        "content/at-the-door.md",
    ],
)
def test_what_looks_like_a_text_of_the_course_and_is_not_read_is_told(
    tmp_path: Path, file: str
) -> None:
    small_course(tmp_path)
    before = found_in(tmp_path, Severity.WARNING)
    lay(tmp_path, {file: FACTS, "content/README.md": "For authors.", "quizzes/README.md": ""})

    (said,) = set(found_in(tmp_path, Severity.WARNING)) - set(before)

    assert said.startswith(f"{file}:1: nothing reads this file")
    assert not errors_in(check_course(tmp_path, DAY))


def test_a_link_out_of_the_course_is_not_published(tmp_path: Path) -> None:
    folder, elsewhere = small_course(tmp_path / "course"), tmp_path / "secret.svg"
    elsewhere.write_text(DRAWING)
    media = folder / AT_THE_DOOR / "media"
    media.mkdir()
    (media / "plan.svg").symlink_to(elsewhere)
    (media / "gone.svg").symlink_to("nowhere")
    (folder / AT_THE_DOOR / "round").symlink_to(folder / "content")
    (folder / AT_THE_DOOR / "home").symlink_to(tmp_path)

    said = [each.partition(":1: this is a link")[0] for each in found_in(folder)]

    names = ("home", "media/gone.svg", "media/plan.svg", "round")
    assert said == [f"{AT_THE_DOOR}/{name}" for name in names]


def test_a_link_within_the_course_is_as_good_as_its_file(tmp_path: Path) -> None:
    folder = small_course(tmp_path)
    other = folder / "content/modules/other"
    copytree(folder / AT_THE_DOOR, other)
    (other / "module.yaml").unlink()
    (other / "module.yaml").symlink_to("../at-the-door/module.yaml")
    lay(folder, {"quizzes/other.en.yaml": QUIZ})

    assert found_in(folder) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("Door.svg", "door.svg"), ("door.SVG", "door.svg")],
)
def test_names_of_which_some_computers_keep_one_are_told(
    tmp_path: Path, first: str, second: str
) -> None:
    small_course(tmp_path)
    media = {f"{AT_THE_DOOR}/media/{name}": DRAWING for name in (first, second)}
    lay(tmp_path, media)

    (said,) = [each for each in found_in(tmp_path, Severity.WARNING) if "take this name" in each]

    assert said.startswith(f"{AT_THE_DOOR}/media/{second}:1: ")
    assert f"'media/{first}'" in said


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_that_can_be_written_in_two_ways_is_none(
    tmp_path: Path, form: Literal["NFC", "NFD"]
) -> None:
    name = unicodedata.normalize(form, "t\u00fcr.svg")
    lay(tmp_path, COURSE | {f"{AT_THE_DOOR}/media/{name}": DRAWING})

    assert any("has a name that is no address" in each for each in found_in(tmp_path))


def test_a_byte_order_mark_and_line_ends_of_windows_change_no_text(tmp_path: Path) -> None:
    plain, windows = small_course(tmp_path / "plain"), tmp_path / "windows"
    for name, text in COURSE.items():
        (windows / name).parent.mkdir(parents=True, exist_ok=True)
        (windows / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert texts_in(windows) == texts_in(plain)
    assert found_in(windows) == []


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        (MODULE_YAML, SETTINGS.replace("  lessons", "\tlessons"), 4),
        (QUIZ_YAML, QUIZ.replace("    type", "\ttype", 1), 3),
        ("content/facts.yaml", FACTS.replace("    statement", "\tstatement"), 3),
        (EN_MD, MODULE.replace("summary:", "\tsummary:"), 3),
    ],
)
def test_a_tab_is_called_a_tab(tmp_path: Path, file: str, text: str, line: int) -> None:
    lay(tmp_path, COURSE | {file: text})

    said = [each for each in found_in(tmp_path) if each.startswith(file)]

    assert said == [
        f"{file}:{line}: this line begins with a tab, which YAML does not take: put spaces in its "
        "place"
    ]


def test_a_file_in_another_encoding_is_told_once(tmp_path: Path) -> None:
    small_course(tmp_path)
    (tmp_path / EN_MD).write_bytes(MODULE.encode("utf-16"))

    assert found_in(tmp_path) == [f"{EN_MD}:1: this is not UTF-8 text: save the file as UTF-8"]


def test_of_a_course_with_one_wrong_name_nothing_is_pushed(
    session: Session, app: Flask, tmp_path: Path
) -> None:
    folder = small_course(tmp_path)
    lay(folder, {f"content/paths/p{CYRILLIC_O}lice.yaml": PATH})

    pushed = app.test_cli_runner().invoke(content, ["push", str(folder)])

    assert pushed.exit_code == 1
    assert "U+043E" in pushed.output
    assert "Nothing was published." in pushed.output
    assert session.query(LiveRevision).count() == 0
