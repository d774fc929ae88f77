"""`coursesite demo`: making the demonstration by hand, and ending it."""

import click
from flask import current_app
from flask.cli import AppGroup

from coursesite.config import Settings
from coursesite.demo import services
from coursesite.demo.password import forget_password, get_password
from coursesite.demo.rules import ACCOUNTS
from coursesite.errors import Refusal
from coursesite.extensions import db

demo = AppGroup("demo", help="The demonstration's organisations, people and accounts.")


@demo.command()
def make() -> None:
    """Make the demonstration in an empty database, as `serve` does."""
    settings: Settings = current_app.extensions["settings"]
    if settings.production:
        raise click.ClickException("There is no demonstration when COURSESITE_ENV is production.")
    if not services.is_empty(db.session):
        raise click.ClickException("The demonstration is made in an empty database only.")
    services.make_demonstration(db.session, settings.name)
    services.open_accounts(db.session, get_password(settings))
    db.session.commit()
    click.echo(describe(settings))


@demo.command()
@click.confirmation_option(
    prompt="The demonstration's accounts lose their password for good. End it?",
    help="Do not ask.",
)
def end() -> None:
    """Close the demonstration's accounts; what was done with them stays."""
    settings: Settings = current_app.extensions["settings"]
    try:
        ended = services.end_demonstration(db.session)
    except Refusal as error:
        raise click.ClickException(error.message) from None
    db.session.commit()
    forget_password(settings)
    click.echo(
        f"The demonstration has ended: {ended.accounts} accounts lost their password and were "
        "signed out everywhere. Its people and their records stay in the database."
    )


def describe(settings: Settings) -> str:
    """The accounts, each with what it shows, and the password of all."""
    width = max(len(account.email) for account in ACCOUNTS)
    return "\n".join(
        (
            f"Demonstration accounts, all with the password {get_password(settings)}",
            *(f"  {account.email:<{width}}  {account.shows}" for account in ACCOUNTS),
            "All people are made up. Close these accounts with: .venv/bin/coursesite demo end",
        )
    )
