"""The demonstration, made once for each engine; what a test does to it is undone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from flask import Flask

from coursesite import serving
from coursesite.config import PROJECT
from coursesite.db import writing
from coursesite.demo import services
from coursesite.extensions import db
from tests.conftest import NewDatabase, forget_kept, migrated_site

SHIPPED = (
    "content/facts.yaml",
    "content/paths",
    "content/modules/core-1-seeing-the-child",
    "quizzes/core-1-seeing-the-child.en.yaml",
)


@pytest.fixture(scope="package")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the course: every path is its first module."""
    folder = tmp_path_factory.mktemp("course")
    for name in SHIPPED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        is_file = (PROJECT / name).is_file()
        (shutil.copy if is_file else shutil.copytree)(PROJECT / name, folder / name)
    for path in (folder / "content" / "paths").iterdir():
        plain = yaml.safe_load(path.read_text("utf-8"))
        path.write_text(yaml.safe_dump({**plain, "steps": plain["steps"][:1]}), "utf-8")
    return folder


@pytest.fixture(scope="package")
def app(
    engine_name: str,
    course: Path,
    new_database: NewDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    with (
        new_database(engine_name) as url,
        migrated_site(url, tmp_path_factory.mktemp("var")) as made,
    ):
        forget_kept()
        with made.app_context(), writing():
            serving.publish_shipped_course(db.session, course)
            services.make_demonstration(db.session, "Children in View")
            db.session.commit()
        yield made
