"""What is made ready before the site is served, and the sentence when that cannot be."""

import shutil
import socket
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import serving
from coursesite.audit.services import Actor
from coursesite.config import PROJECT, Environment, Settings, read_settings
from coursesite.demo import services as demo
from coursesite.errors import Invalid
from coursesite.revisions.queries import find_live
from coursesite.revisions.rules import Change, Kind
from coursesite.revisions.services import NewRevision, publish
from tests.conftest import settings_for
from tests.makers import make_person

SLUG = "core"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for("sqlite://", tmp_path)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Two of the course's files, to be changed: a path announces its modules."""
    for name in ("content/facts.yaml", f"content/paths/{SLUG}.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("COURSESITE_ENV", "live", "must be one of development, test, production"),
        ("COURSESITE_ENV", "production", "COURSESITE_SECRET_KEY is not set"),
        ("COURSESITE_PORT", "eighty", "must be a whole number from 1 to 65535"),
        ("COURSESITE_PORT", "70000", "must be a whole number from 1 to 65535"),
        ("COURSESITE_WORKERS", "0", "must be a whole number from 1 to 64"),
        ("COURSESITE_DATABASE_URL", "mysql://db/x", "must begin with sqlite:///"),
        ("COURSESITE_DATABASE_URL", "postgres://db:port/x", "cannot be read"),
        ("COURSESITE_VAR", "/dev/null/var", "cannot be written"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as refusal:
        read_settings({"COURSESITE_VAR": str(tmp_path), name: value})
    assert "COURSESITE_" in refusal.value.message


def test_an_empty_setting_is_not_set(tmp_path: Path) -> None:
    settings = read_settings({"COURSESITE_VAR": str(tmp_path), "COURSESITE_PORT": ""})
    assert settings.port == 8000


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "var"
    in_the_way.touch()

    with pytest.raises(Invalid, match=r"var cannot be written .*COURSESITE_VAR"):
        serving.check_folder(in_the_way)


def test_a_taken_port_is_named_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Invalid, match=f"Port {port} .*COURSESITE_PORT={port + 1} make serve"):
            serving.check_port("127.0.0.1", port)


def test_a_host_that_is_none_is_named() -> None:
    with pytest.raises(Invalid, match="COURSESITE_HOST"):
        serving.check_port("no.such.host.invalid", 8000)


@pytest.mark.parametrize(
    "url",
    ["sqlite:////no/such/folder/x", "postgresql+psycopg://me:secret@127.0.0.1:1/x"],
)
def test_a_database_that_is_away_is_named_without_its_password(url: str) -> None:
    with pytest.raises(Invalid, match="COURSESITE_DATABASE_URL") as refusal:
        serving.upgrade(sa.create_engine(url))
    assert "secret" not in refusal.value.message


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'newer.sqlite3'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('9999')")

    with pytest.raises(Invalid, match=r"newer than this program .*9999"):
        serving.upgrade(engine)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_the_course_is_published_once(session: Session, course: Path) -> None:
    assert serving.publish_shipped_course(session, course) == "Texts of the course published: 2."
    assert serving.publish_shipped_course(session, course).endswith("as its files have it.")


def test_changed_files_are_published_at_the_next_start(session: Session, course: Path) -> None:
    serving.publish_shipped_course(session, course)
    change(course)

    assert serving.publish_shipped_course(session, course) == "Texts of the course published: 1."


def test_what_was_edited_on_the_site_is_left_alone(session: Session, course: Path) -> None:
    serving.publish_shipped_course(session, course)
    edit_on_the_site(session)

    assert serving.publish_shipped_course(session, course).endswith("as its files have it.")
    change(course)
    assert f"path/{SLUG}" in serving.publish_shipped_course(session, course)
    live = find_live(session, Kind.PATH, SLUG, "*")
    assert live is not None
    assert live.title == "Edited here"


def test_a_mistake_in_the_files_stops_nothing(session: Session, course: Path) -> None:
    (course / "content" / "paths" / f"{SLUG}.yaml").write_text("steps: nonsense\n")

    assert "its files have mistakes" in serving.publish_shipped_course(session, course)


def change(course: Path) -> None:
    path = course / "content" / "paths" / f"{SLUG}.yaml"
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")


def edit_on_the_site(session: Session) -> None:
    author = make_person(session)
    new = NewRevision(Kind.PATH, SLUG, "*", "Edited here", {f"{SLUG}.yaml": "steps: []\n"}, {})
    publish(session, new, Actor(author.id, author.organisation_id), change=Change.MINOR)


def test_an_empty_database_gets_the_demonstration(session: Session, settings: Settings) -> None:
    assert serving.open_demonstration(session, settings)
    assert (settings.var / "demo_password").stat().st_mode & 0o777 == 0o600
    assert serving.open_demonstration(session, settings)


def test_a_database_with_people_gets_none(session: Session, settings: Settings) -> None:
    make_person(session)

    assert not serving.open_demonstration(session, settings)
    assert not demo.has_accounts(session)


def test_an_ended_demonstration_stays_ended(session: Session, settings: Settings) -> None:
    serving.open_demonstration(session, settings)
    demo.end_demonstration(session)

    assert not serving.open_demonstration(session, settings)


def test_production_has_no_demonstration(session: Session, settings: Settings) -> None:
    production = in_production(settings)

    assert not serving.open_demonstration(session, production)
    assert demo.is_empty(session)


def test_production_does_not_start_with_open_accounts(session: Session, settings: Settings) -> None:
    serving.open_demonstration(session, settings)

    with pytest.raises(Invalid, match="coursesite demo end"):
        serving.open_demonstration(session, in_production(settings))


def in_production(settings: Settings) -> Settings:
    return Settings(**{**vars(settings), "environment": Environment.PRODUCTION})


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:0"),
        ("0.0.0.0", "http://127.0.0.1:0"),  # noqa: S104 - not listened on
        ("::1", "http://[::1]:0"),
    ],
)
def test_the_address_can_be_clicked(settings: Settings, host: str, address: str) -> None:
    assert serving.address(Settings(**{**vars(settings), "host": host})) == address
