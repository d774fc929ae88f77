"""The demonstration's password: given in the settings, or made once, kept and printed again."""

import secrets
from pathlib import Path

from coursesite.config import Settings

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
GROUPS, GROUP = 3, 5


def get_password(settings: Settings) -> str:
    """The password that all accounts of the demonstration have."""
    return settings.demo_password or _kept(_file(settings))


def forget_password(settings: Settings) -> None:
    """It is needed no more."""
    _file(settings).unlink(missing_ok=True)


def _file(settings: Settings) -> Path:
    return settings.var / "demo_password"


def _kept(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(_new_password(), "utf-8")
    return path.read_text("utf-8").strip()


def _new_password() -> str:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)
