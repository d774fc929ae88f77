"""The command line: names every command. The server's processes do without it, and are smaller."""

import structlog
from flask.cli import FlaskGroup
from sqlalchemy.exc import DBAPIError

import coursesite.audit.cli
import coursesite.authoring.cli
import coursesite.demo.cli
import coursesite.doctor.cli
import coursesite.erasing.cli
import coursesite.evidence.cli
import coursesite.interop.cli
import coursesite.localising.cli
from coursesite import schedule, serving
from coursesite.app import create_app
from coursesite.config import Settings, read_settings
from coursesite.db import writing
from coursesite.errors import Refusal
from coursesite.logs import log_as_data

COMMANDS = (
    serving.serve,
    serving.migrate,
    schedule.work,
    coursesite.interop.cli.content,
    coursesite.audit.cli.audit,
    coursesite.doctor.cli.doctor,
    coursesite.erasing.cli.people,
    coursesite.evidence.cli.evidence,
    coursesite.localising.cli.organisations,
    coursesite.demo.cli.demo,
)

log = structlog.get_logger()


def commands(settings: Settings) -> FlaskGroup:
    """`coursesite` with all that can follow it."""
    group = FlaskGroup(
        name="coursesite",
        create_app=lambda: create_app(settings),
        add_default_commands=False,
        help="Run and look after a site that teaches the course.",
    )
    for command in COMMANDS:
        group.add_command(command)
    return group


def main() -> None:
    """What `coursesite` runs; what goes wrong is told in a sentence."""
    log_as_data()
    try:
        with writing():
            commands(read_settings()).main()
    except Refusal as refusal:
        raise SystemExit(f"Error: {refusal.message}") from None
    except DBAPIError as error:
        log.error("database failed", error=str(error.orig))
        raise SystemExit(
            "Error: The database could not do that. Is it there, and is it of this version? "
            "“coursesite migrate” says so, and brings it there."
        ) from None
