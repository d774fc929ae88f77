"""Questions in and out on the command line, in the course's files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.authoring.courses import small_course
from tests.conftest import run_command

QUIZ = "quizzes/at-the-door.en.yaml"
FOREIGN = "Is she seven?{T}\n\n::Word::What is she?{=a child =%50%kid}\n\nHow was it?{}\n"
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_course(tmp_path)
    (tmp_path / "new.txt").write_text(FOREIGN, "utf-8")
    return tmp_path


@pytest.fixture
def run(app: Flask, folder: Path) -> Run:
    return lambda command, *words: run_command(app, "content", command, *words, "--folder", folder)


def test_an_import_says_first_what_it_would_do(run: Run, folder: Path) -> None:
    before = (folder / QUIZ).read_text("utf-8")

    said = run("import-questions", folder / "new.txt", "--module", "at-the-door")

    assert said.exit_code == 0
    assert said.output.splitlines() == [
        "ADD is-she-seven (true_false)",
        "ADD word (short_text)",
        "CHANGED line 3: word: “kid” was partly right, and is not accepted",
        "LEFT OUT line 5: How was it?: it is answered with an essay, which nobody here marks",
        f"2 questions would be added to {QUIZ}.",
        "Nothing is written yet: say --write to add them.",
    ]
    assert (folder / QUIZ).read_text("utf-8") == before


def test_an_import_adds_to_the_course(run: Run, folder: Path) -> None:
    before = (folder / QUIZ).read_text("utf-8")
    words = ("--module", "at-the-door", "--objective", "2", "--write")

    said = run("import-questions", folder / "new.txt", *words)

    assert "2 questions were added" in said.output
    text = (folder / QUIZ).read_text("utf-8")
    assert text.startswith(before.rstrip())
    assert "- id: word\n    type: short_text\n    objective: 2\n" in text


@pytest.mark.parametrize(
    ("content", "module", "message"),
    [
        (b"caf\xe9", "at-the-door", "The file is not UTF-8 text: save it as UTF-8."),
        (b"Who?{T}", "nowhere", "There is no module of that name in that language."),
        (b"", "at-the-door", "There is nothing in it."),
    ],
)
def test_what_cannot_be_imported_is_said(
    run: Run, folder: Path, content: bytes, module: str, message: str
) -> None:
    (folder / "new.txt").write_bytes(content)

    said = run("import-questions", folder / "new.txt", "--module", module, "--write")

    assert said.exit_code == 1
    assert message in said.output


def test_an_export_is_a_file_and_says_beside_it_what_does_not_fit(run: Run) -> None:
    said = run("export-questions", "at-the-door", "--format", "aiken")

    assert said.exit_code == 0
    assert said.stdout.startswith("What comes first, 1?\nA) Ask which grown-ups are at home.\n")
    assert said.stdout.count("ANSWER: A") == 3
    assert said.stderr.splitlines()[0] == (
        "question-1: Aiken has no place for its objective, its explanation, its sources, "
        "the feedback"
    )


def test_what_was_exported_is_there_already(run: Run, folder: Path) -> None:
    written = run("export-questions", "at-the-door", "--format", "moodle-xml").stdout
    (folder / "again.xml").write_text(written, "utf-8")

    said = run("import-questions", folder / "again.xml", "--module", "at-the-door")

    assert said.output.count("it is in the file already") == 3
    assert "0 questions would be added" in said.output


def test_there_is_nothing_to_export_of_no_module(run: Run) -> None:
    said = run("export-questions", "nowhere", "--format", "gift")

    assert said.exit_code == 1
    assert "There is no module of that name in that language." in said.output
