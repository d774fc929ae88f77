"""`coursesite audit`: closing the events into the chain of seals, and proving it."""

import click
from flask.cli import AppGroup

from coursesite.audit import services
from coursesite.extensions import db

audit = AppGroup("audit", help="Seal the record of events, and prove that nobody changed it.")


@audit.command()
def seal() -> None:
    """Close the events since the last seal, as the worker does every day."""
    made = None
    while following := services.seal(db.session):
        made = following
        db.session.commit()
        click.echo(
            f"Events sealed: {made.events} ({made.first_event_id} to {made.last_event_id}). "
            f"Seal {made.id} is {made.digest}"
        )
    if made is None:
        click.echo("Nothing to seal: every event is sealed.")
        return
    click.echo("Keep the last of these lines elsewhere: it proves these events and all before.")


@audit.command()
def verify() -> None:
    """Prove that the sealed events are what was sealed; exits with 1 when they are not."""
    counted = services.count(db.session)
    broken = services.broken_seals(db.session)
    for each in broken:
        click.echo(
            f"BROKEN seal {each.id} of {each.sealed_at:%Y-%m-%d %H:%M} UTC: events up to "
            f"{each.last_event_id} are not the {each.events} that were sealed"
        )
    wrong = list(services.wrongly_removed(db.session))
    for number in wrong:
        click.echo(f"BROKEN event {number}: words of it are missing, and no event says so")
    click.echo(
        f"Seals checked: {counted.seals}. Events in them: {counted.sealed}. "
        f"Events not sealed yet: {counted.open}."
    )
    if counted.erased:
        click.echo(f"Events of which words were erased with a person's data: {counted.erased}.")
    if wrong:
        raise click.ClickException(f"Words removed from {len(wrong)} events by nobody.")
    if broken:
        raise click.ClickException(f"Broken: {len(broken)} of {counted.seals} seals.")
    click.echo("Every seal holds.")
