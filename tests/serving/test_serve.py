"""The real command, as `make serve` runs it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from coursesite.accounts.services import set_password
from coursesite.db import writing
from coursesite.extensions import db
from tests.conftest import NewDatabase, migrated_site
from tests.makers import make_person

COMMAND = str(Path(sys.executable).parent / "coursesite")
PASSWORD = "correct horse"  # noqa: S105 - of people who do not exist
PATIENCE = 300.0


def test_a_demonstration_is_made_signed_in_to_and_stopped(tmp_path: Path) -> None:
    """With nothing but a folder: SQLite."""
    served = run_and_sign_in(tmp_path, "officer@demo.example", {})

    assert "Maya Lindqvist" in served.home
    assert f"all with the password {PASSWORD}" in served.told


@pytest.mark.only_on("postgresql")
def test_a_database_with_people_is_served_as_it_is(
    engine_name: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    """The course is published; among people who exist there is no demonstration."""
    with new_database(engine_name) as url:
        with migrated_site(url, tmp_path) as app, app.app_context(), writing():
            person = make_person(db.session, given_name="Ines", family_name="Duarte")
            person.email = "ines@example.org"
            set_password(db.session, person.id, PASSWORD, "Children in View")
            db.session.commit()
        own = {"COURSESITE_DATABASE_URL": url, "COURSESITE_WORKERS": "1"}
        served = run_and_sign_in(tmp_path, "ines@example.org", own)

    assert "Ines Duarte" in served.home
    assert "Texts of the course published" in served.told
    assert "password" not in served.told


@dataclass(frozen=True)
class Served:
    """The page after signing in, and what the command had said when it was stopped."""

    home: str
    told: str


def run_and_sign_in(folder: Path, email: str, own: dict[str, str]) -> Served:
    port = free_port()
    env = {
        "COURSESITE_VAR": str(folder),
        "COURSESITE_PORT": str(port),
        "COURSESITE_DEMO_PASSWORD": PASSWORD,
        **own,
    }
    with serving(env) as process:
        told = told_until(f"is at http://127.0.0.1:{port}", process)
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        home = sign_in(browser, f"http://127.0.0.1:{port}/sign-in", email)
        process.send_signal(signal.SIGTERM)
        rest, complaints = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in complaints
    assert process.returncode == 0
    assert not is_listening(port)
    return Served(home, told + rest)


def test_a_wrong_setting_ends_the_command_with_one_sentence(tmp_path: Path) -> None:
    env = {**os.environ, "COURSESITE_VAR": str(tmp_path), "COURSESITE_PORT": "eighty"}

    ended = subprocess.run(  # noqa: S603 - our own command
        [COMMAND, "serve"], env=env, capture_output=True, text=True, check=False, timeout=PATIENCE
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: COURSESITE_PORT is “eighty”")
    assert ended.stderr.count("\n") == 1


@contextmanager
def serving(env: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [COMMAND, "serve"],
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def told_until(words: str, process: "subprocess.Popen[str]") -> str:
    """What the command says until it says this; from then on the site can be reached."""
    assert process.stdout
    told = ""
    for line in process.stdout:
        told += line
        if words in line:
            return told
    raise AssertionError(f"The site did not come up: {told}")


def sign_in(browser: OpenerDirector, url: str, email: str) -> str:
    """The page on which somebody lands after signing in."""
    page = browser.open(url).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    form = {"email": email, "password": PASSWORD, "csrf_token": token[1], "next": "/settings"}
    landed: str = browser.open(url, urlencode(form).encode()).read().decode()
    return landed


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
