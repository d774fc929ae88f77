"""Where a copy of the site lies, and how it is run."""

import secrets
from pathlib import Path

from coursesite.config import Environment, Settings
from tests.bench.server import free_port


def settings_of(folder: Path) -> Settings:
    return Settings(
        environment=Environment.DEVELOPMENT,
        host="127.0.0.1",
        port=free_port(),
        database_url=f"sqlite:///{folder / 'bench.sqlite3'}",
        secret_key=secrets.token_urlsafe(),
        name="Children in View",
        address=None,
        var=folder,
        workers=1,
        proxies=0,
        demo_password=None,
    )
