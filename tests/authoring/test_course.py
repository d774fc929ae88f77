"""The course that is shipped can be published as it lies here."""

from datetime import date
from pathlib import Path

from coursesite.authoring.library import check_course, read_course
from coursesite.content.rules import Module
from coursesite.paths.rules import Path as LearningPath

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 22)


def test_the_course_has_no_error_and_keeps_its_own_standard() -> None:
    assert [str(each) for each in check_course(ROOT, DAY)] == []


def test_every_module_and_path_is_stored_and_comes_back_the_same() -> None:
    course = read_course(ROOT, DAY)

    assert course.modules
    assert set(course.quizzes) == set(course.modules)
    assert len(course.paths) == 6
    for module in course.modules.values():
        assert Module.from_json(module.to_json()) == module
        assert module.checklist is not None
        assert module.facilitator is not None
        assert module.local_fields
        assert any(lesson.scenarios for lesson in module.lessons)
    assert len(course.modules) == 16
    for path in course.paths.values():
        assert {slug for step in path.steps for slug in step.slugs} <= {
            slug for slug, _ in course.modules
        }
        assert LearningPath.from_json(path.to_json()) == path


def course_with(folder: Path, name: str, text: str) -> list[str]:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return [str(problem) for problem in check_course(folder, DAY)]


def test_a_step_without_its_module_says_what_is_coming(tmp_path: Path) -> None:
    steps = "steps:\n  - module: not-yet\n"
    text = f"title: {{en: A}}\nsummary: {{en: B}}\naudience: [police]\n{steps}"

    assert course_with(tmp_path, "content/paths/police.yaml", text) == [
        "content/paths/police.yaml:5: the module 'not-yet' does not exist: give the step "
        "a title and minutes while it is in preparation"
    ]


def test_a_quiz_without_its_module_is_told(tmp_path: Path) -> None:
    assert course_with(tmp_path, "quizzes/gone.en.yaml", "questions: []\n") == [
        "quizzes/gone.en.yaml:1: there is no module 'gone' in 'en' for this quiz"
    ]


def test_a_folder_without_its_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "content" / "modules" / "new").mkdir(parents=True)

    assert [(each.path, each.line) for each in check_course(tmp_path, DAY)] == [
        ("content/modules/new/en.md", 1),
        ("content/modules/new/module.yaml", 1),
    ]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "facts.yaml").write_bytes(b"facts: \xff\xfe")

    assert [str(problem) for problem in check_course(tmp_path, DAY)] == [
        "content/facts.yaml:1: this is not UTF-8 text: save the file as UTF-8"
    ]
