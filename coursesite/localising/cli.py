"""`coursesite organisations`: which one stands below which, and takes from it what it lacks."""

import click
from flask.cli import AppGroup

from coursesite.audit.services import SITE
from coursesite.extensions import db
from coursesite.people.services import get_organisation, put_below

organisations = AppGroup("organisations", help="Put organisations below one another.")


@organisations.command("put-below")
@click.argument("slug")
@click.argument("above", required=False)
def put(slug: str, above: str | None) -> None:
    """Let the organisation SLUG take from ABOVE what it has not said of itself in the course.

    Without ABOVE it stands by itself again.
    """
    organisation = get_organisation(db.session, slug)
    parent = get_organisation(db.session, above) if above else None
    put_below(db.session, organisation, parent, SITE)
    db.session.commit()
    words = f"stands below {parent.name}" if parent else "stands by itself"
    click.echo(f"{organisation.name} {words}.")
