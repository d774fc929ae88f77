"""`coursesite doctor`: whether all that must hold does, and mending what can be mended."""

import click
from flask.cli import with_appcontext

from coursesite.db import writing
from coursesite.doctor import services
from coursesite.doctor.rules import Finding
from coursesite.extensions import db


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended without asking anybody.")
@with_appcontext
def doctor(repair: bool) -> None:
    """Check what must hold of everything that is kept; exits with 1 when something does not.

    What is repaired is an event in the record. People go on working meanwhile: nothing is locked
    for longer than a piece of the work takes.
    """
    left = sum(_told(finding) for finding in services.examine(db.session, _pieces(repair)))
    if left:
        raise click.ClickException(f"{left} left that somebody must look at.")
    click.echo("All that must hold does.")


def _pieces(repair: bool) -> services.Pieces:
    """Each piece in a transaction of its own; only one that repairs takes the write lock."""

    def finish() -> None:
        if repair:
            db.session.commit()
        else:
            db.session.rollback()

    return services.Pieces(repair, lambda: writing(repair), finish)


def _told(finding: Finding) -> int:
    sign = "ok    " if not finding.broken else "BROKEN" if finding.left else "mended"
    numbers = f" ({finding.broken} found, {finding.repaired} mended)" if finding.broken else ""
    click.echo(f"{sign} {finding.name}: {finding.promise}{numbers}")
    for sentence in finding.first:
        click.echo(f"         {sentence}")
    return finding.left
