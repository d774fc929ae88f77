"""`coursesite evidence verify`: proving a pack without the site that made it."""

from pathlib import Path

import click

from coursesite.evidence.library.signing import BadKey, read_key
from coursesite.evidence.library.verifying import verify as verify_pack


@click.group(help="Packs of evidence.")
def evidence() -> None:
    """Commands about packs; none of them opens the site or its database."""


@evidence.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The site's public key, fetched from its address /.well-known/evidence-key.json",
)
def verify(file: Path, key: Path | None) -> None:
    """Prove that a pack is what the site signed; exits with 1 when it is not."""
    try:
        given = read_key(key.read_text("utf-8")) if key else None
    except (BadKey, ValueError) as refusal:
        raise click.ClickException(str(refusal)) from None
    verdict = verify_pack(file, given)
    for sentence in verdict.told:
        click.echo(sentence)
    for sentence in verdict.problems:
        click.echo(f"WRONG: {sentence}")
    if verdict.problems:
        raise click.ClickException(
            f"This pack cannot be trusted: {len(verdict.problems)} problems."
        )
    if given is None:
        click.echo("Compare the name of the key with the one that the site shows, or give --key.")
    click.echo("This pack is what was signed.")
