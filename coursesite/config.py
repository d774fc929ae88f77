"""Settings from COURSESITE_* variables, typed, with defaults that run."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from coursesite.errors import Invalid

PROJECT = Path(__file__).resolve().parent.parent


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
    var: Path
    workers: int
    proxies: int
    demo_password: str | None

    @property
    def production(self) -> bool:
        return self.environment is Environment.PRODUCTION


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings, or Invalid with a sentence about the first variable that cannot be used."""
    environment = _environment(env.get("COURSESITE_ENV", "development"))
    var = Path(env.get("COURSESITE_VAR", PROJECT / "var")).resolve()
    return Settings(
        environment=environment,
        host=env.get("COURSESITE_HOST", "127.0.0.1"),
        port=_number(env, "COURSESITE_PORT", 8000),
        database_url=_database_url(env, var),
        secret_key=_secret_key(env, environment, var),
        name=env.get("COURSESITE_NAME", "Children in View"),
        var=var,
        workers=_number(env, "COURSESITE_WORKERS", 2),
        proxies=_number(env, "COURSESITE_PROXIES", 0),
        demo_password=env.get("COURSESITE_DEMO_PASSWORD"),
    )


def _environment(text: str) -> Environment:
    try:
        return Environment(text)
    except ValueError:
        known = ", ".join(Environment)
        raise Invalid(f"COURSESITE_ENV is “{text}”; it must be one of {known}.") from None


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit():
        raise Invalid(f"{name} is “{text}”; it must be a whole number, such as {default}.")
    return int(text)


def _database_url(env: Mapping[str, str], var: Path) -> str:
    url = env.get("COURSESITE_DATABASE_URL") or f"sqlite:///{var / 'coursesite.sqlite3'}"
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Invalid(
            "COURSESITE_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://."
        )
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
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()
    except OSError as error:
        raise Invalid(
            f"{path.parent} cannot be written ({error.strerror}); make it writable, "
            "or name another folder in COURSESITE_VAR."
        ) from None
