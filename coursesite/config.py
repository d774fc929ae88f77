"""Settings from COURSESITE_* variables, typed, with defaults that run."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from coursesite.errors import Invalid

PROJECT = Path(__file__).resolve().parent.parent
TRANSLATIONS = PROJECT / "coursesite" / "translations"
ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Settings:
    """What a running site was told; `database_url` is an SQLAlchemy URL with its driver."""

    environment: Environment
    host: str
    port: int
    database_url: str
    secret_key: str
    name: str
    address: str | None
    var: Path
    workers: int
    proxies: int
    demo_password: str | None

    @property
    def production(self) -> bool:
        return self.environment is Environment.PRODUCTION


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings, or Invalid with a sentence about the first variable that cannot be used."""
    environment = _environment(env.get("COURSESITE_ENV") or "development")
    var = Path(env.get("COURSESITE_VAR") or PROJECT / "var").resolve()
    return Settings(
        environment=environment,
        host=env.get("COURSESITE_HOST") or "127.0.0.1",
        port=_number(env, "COURSESITE_PORT", 8000, 1, 65535),
        database_url=_database_url(env, var),
        secret_key=_secret_key(env, environment, var),
        name=env.get("COURSESITE_NAME") or "Children in View",
        address=_address(env.get("COURSESITE_ADDRESS") or ""),
        var=var,
        workers=_number(env, "COURSESITE_WORKERS", 2, 1, 64),
        proxies=_number(env, "COURSESITE_PROXIES", 0, 0, 8),
        demo_password=env.get("COURSESITE_DEMO_PASSWORD") or None,
    )


def _environment(text: str) -> Environment:
    try:
        return Environment(text)
    except ValueError:
        known = ", ".join(Environment)
        raise Invalid(f"COURSESITE_ENV is “{text}”; it must be one of {known}.") from None


def _address(text: str) -> str | None:
    """Where people find the site, without a slash at its end; None when nothing is given."""
    if not text:
        return None
    if not ADDRESS.fullmatch(text):
        raise Invalid(
            f"COURSESITE_ADDRESS is “{text}”; it must be the address at which people find the "
            "site, such as https://learn.example.org."
        )
    return text.rstrip("/")


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name) or str(default)
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise Invalid(
        f"{name} is “{text}”; it must be a whole number from {least} to {most}, such as {default}."
    )


def _database_url(env: Mapping[str, str], var: Path) -> str:
    url = env.get("COURSESITE_DATABASE_URL") or f"sqlite:///{var / 'coursesite.sqlite3'}"
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Invalid(
            "COURSESITE_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://."
        )
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise Invalid(
            "COURSESITE_DATABASE_URL cannot be read; it looks like "
            "postgresql+psycopg://user:password@host:5432/name."
        ) from None
    return url


def _secret_key(env: Mapping[str, str], environment: Environment, var: Path) -> str:
    given = env.get("COURSESITE_SECRET_KEY")
    if given:
        return given
    if environment is Environment.PRODUCTION:
        raise Invalid(
            "COURSESITE_SECRET_KEY is not set; give it a long random text and keep it secret."
        )
    return _kept_key(var / "secret_key")


def _kept_key(path: Path) -> str:
    """A key made once and kept, so that a restart signs nobody out."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()
    except OSError as error:
        raise Invalid(
            f"{path.parent} cannot be written ({error.strerror}); make it writable, "
            "or name another folder in COURSESITE_VAR."
        ) from None
