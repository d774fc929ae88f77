"""Settings from COURSESITE_* variables, typed, with defaults that run."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from coursesite.errors import Invalid

PROJECT = Path(__file__).resolve().parent.parent
TRANSLATIONS = PROJECT / "coursesite" / "translations"
SENDER = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}")
ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class MailSecurity(StrEnum):
    """How the way to the mail server is closed to others."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


SMTP_PORTS = {MailSecurity.STARTTLS: 587, MailSecurity.IMPLICIT: 465, MailSecurity.NONE: 25}
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class MailSettings:
    """The server that takes our mail; `ca` is a file with the authority of its certificate."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None


MEDIA = {"picture": 10, "sound": 20, "film": 40, "document": 10}
"""How many megabytes a file of authors' media may have, unless a setting says otherwise."""


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
    mail: MailSettings | None = None
    evidence_key: str | None = field(default=None, repr=False)
    media: Mapping[str, int] = field(default_factory=MEDIA.copy)
    longest_question: int = 30

    @property
    def production(self) -> bool:
        return self.environment is Environment.PRODUCTION


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings, or Invalid with a sentence about the first variable that cannot be used."""
    environment = _environment(env.get("COURSESITE_ENV") or "development")
    var = Path(env.get("COURSESITE_VAR") or PROJECT / "var").resolve()
    address = _address(env.get("COURSESITE_ADDRESS") or "")
    return Settings(
        environment=environment,
        host=env.get("COURSESITE_HOST") or "127.0.0.1",
        port=_number(env, "COURSESITE_PORT", 8000, 1, 65535),
        database_url=_database_url(env, var),
        secret_key=_secret_key(env, environment, var),
        name=env.get("COURSESITE_NAME") or "Children in View",
        address=address,
        var=var,
        workers=_number(env, "COURSESITE_WORKERS", 2, 1, 64),
        proxies=_number(env, "COURSESITE_PROXIES", 0, 0, 8),
        demo_password=env.get("COURSESITE_DEMO_PASSWORD") or None,
        evidence_key=env.get("COURSESITE_EVIDENCE_KEY") or None,
        mail=_mail(env, address),
        longest_question=_number(env, "COURSESITE_LONGEST_QUESTION", 30, 1, 3600),
        media={
            kind: _number(env, f"COURSESITE_LARGEST_{kind.upper()}", most, 1, 500)
            for kind, most in MEDIA.items()
        },
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


def _mail(env: Mapping[str, str], address: str | None) -> MailSettings | None:
    """How mail is sent, or None when no server is named; half a setting is refused."""
    host = env.get("COURSESITE_SMTP_HOST")
    if not host:
        return None
    if address is None:
        raise Invalid(
            "COURSESITE_SMTP_HOST is set, but COURSESITE_ADDRESS is not: mails hold links, so say "
            "where people find the site."
        )
    security = _mail_security(env)
    user, password = env.get("COURSESITE_SMTP_USER"), env.get("COURSESITE_SMTP_PASSWORD")
    if bool(user) != bool(password):
        raise Invalid("Set both COURSESITE_SMTP_USER and COURSESITE_SMTP_PASSWORD, or neither.")
    if user and security is MailSecurity.NONE and host not in LOCAL_HOSTS:
        raise Invalid(
            "COURSESITE_SMTP_TLS is “none”, so the password of COURSESITE_SMTP_USER would be sent "
            "for all to read; use starttls or implicit."
        )
    return MailSettings(
        host=host,
        port=_number(env, "COURSESITE_SMTP_PORT", SMTP_PORTS[security], 1, 65535),
        security=security,
        sender=_sender(env.get("COURSESITE_SMTP_FROM") or ""),
        user=user or None,
        password=password or None,
        ca=_ca(env.get("COURSESITE_SMTP_CA") or ""),
    )


def _mail_security(env: Mapping[str, str]) -> MailSecurity:
    text = env.get("COURSESITE_SMTP_TLS") or MailSecurity.STARTTLS
    try:
        return MailSecurity(text)
    except ValueError:
        known = ", ".join(MailSecurity)
        raise Invalid(f"COURSESITE_SMTP_TLS is “{text}”; it must be one of {known}.") from None


def _sender(text: str) -> str:
    if SENDER.fullmatch(text):
        return text
    raise Invalid(
        f"COURSESITE_SMTP_FROM is “{text}”; it must be the address that mails come from, such as "
        "learn@example.org."
    )


def _ca(text: str) -> Path | None:
    if not text:
        return None
    if not Path(text).is_file():
        raise Invalid(f"COURSESITE_SMTP_CA is “{text}”, and there is no such file.")
    return Path(text).resolve()


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
