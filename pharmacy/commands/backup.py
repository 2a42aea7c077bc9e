"""`pharmacy backup` and `pharmacy restore`: only a backup that verifies is kept or put back."""

from pathlib import Path

import click

from pharmacy.commands.door import opened, say
from pharmacy.services import backup as backups

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Copy the database to FILE while the pharmacy works, proven whole and green.

    The seal key is not in it: keep seal.key of the instance folder apart.
    """
    with opened() as (settings, database):
        size = backups.backup(database, file, key=settings.seal_key)
    say(f"{file}: {size:,} bytes, checked and verified.")


@click.command()
@click.argument("file", type=_FILE)
@click.confirmation_option(prompt="The present database is put aside and replaced. Go on?")
def restore(file: Path) -> None:
    """Put the backup FILE in the place of the database; stop the server first."""
    with opened(current=False) as (settings, database):
        kept = backups.restore(database, file, key=settings.seal_key)
    say("Restored, checked and verified.")
    if kept is not None:
        say(f"The database as it was stands in {kept}.")
