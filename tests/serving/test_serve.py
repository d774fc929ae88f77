"""The real command, as `make serve` runs it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.conftest import NewDatabase

COMMAND = str(Path(sys.executable).parent / "coursesite")
PASSWORD = "correct horse"  # noqa: S105 - of people who do not exist
PATIENCE = 300.0


@pytest.fixture
def own_database(engine_name: str, new_database: NewDatabase) -> Iterator[str]:
    with new_database(engine_name) as url:
        yield url


def test_a_site_is_served_signed_in_to_and_stopped(own_database: str, tmp_path: Path) -> None:
    port = free_port()
    env = {
        "COURSESITE_VAR": str(tmp_path),
        "COURSESITE_PORT": str(port),
        "COURSESITE_DATABASE_URL": own_database,
        "COURSESITE_DEMO_PASSWORD": PASSWORD,
    }
    with serving(env) as process:
        browser = wait_for(f"http://127.0.0.1:{port}/sign-in", process)
        home = sign_in(browser, f"http://127.0.0.1:{port}/sign-in", "officer@demo.example")
        process.send_signal(signal.SIGTERM)
        told, complaints = process.communicate(timeout=PATIENCE)

    assert "Maya Lindqvist" in home
    assert f"http://127.0.0.1:{port}" in told
    assert f"all with the password {PASSWORD}" in told
    assert "Traceback" not in complaints
    assert process.returncode == 0
    assert not is_listening(port)


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


def wait_for(url: str, process: "subprocess.Popen[str]") -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            browser.open(url, timeout=PATIENCE).close()
        except URLError:
            time.sleep(0.1)
        else:
            return browser
    raise AssertionError("The site did not come up.")


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
