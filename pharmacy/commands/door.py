"""What every command needs: the settings, the open database, refusals in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import click
from sqlalchemy import inspect, select, true
from sqlalchemy.orm import Session

from pharmacy import migrations
from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.errors import PharmacyError
from pharmacy.models import Site, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Role
from pharmacy.services.seeding import demo_state
from pharmacy.web.language import speaking
from pharmacy.web.refusals import sentence

LANGUAGE = "en"


def moment() -> datetime:
    """Return the moment; the clock is read here, once a command."""
    return datetime.now(UTC)


def say(text: str) -> None:
    """Tell the person at the terminal; data alone goes to standard output."""
    click.echo(text, err=True)


@contextmanager
def words() -> Iterator[None]:
    """Turn a refusal inside the block into a sentence and exit code 1."""
    try:
        yield
    except PharmacyError as refusal:
        with speaking(LANGUAGE):
            raise click.ClickException(sentence(refusal)) from refusal


@contextmanager
def opened(*, current: bool = True) -> Iterator[tuple[Settings, Database]]:
    """Give the settings and the database, and close it behind the block.

    The settings say `demo` when the database holds invented people, so that every paper is marked.

    Args:
        current: Refuse a database whose schema is not the one this program was written for.
    """
    with words():
        settings = Settings.from_environment()
        database = Database(settings.database_url, seal_key=settings.seal_key)
        try:
            if current:
                refuse_other_schema(database)
                settings = replace(settings, demo=settings.demo or is_demo(database))
            yield settings, database
        finally:
            database.dispose()


def is_demo(database: Database) -> bool:
    """Tell whether the database holds invented people."""
    with database.reading() as session:
        return demo_state(session) is not None


def make_schema(database: Database) -> None:
    """Make the schema in an empty database; never touch that of one in use.

    Raises:
        click.ClickException: The database is in use with another schema.
    """
    if not inspect(database.engine).get_table_names():
        migrations.upgrade(database)
    refuse_other_schema(database)


def refuse_other_schema(database: Database) -> None:
    """Refuse a database that is empty, older or newer than this program."""
    if not migrations.is_current(database):
        raise click.ClickException(
            "The database does not have the schema of this program. A new database: run"
            " `pharmacy init`. An older one: make a backup, then run `pharmacy upgrade`."
        )


def actor_for(session: Session, role: Role, username: str | None, *, site: str = "") -> Actor:
    """Return who acts at the terminal, with the rights of a role.

    Whoever has the terminal has the database, so the role is the command's own; the account is
    the one the audit trail names, by default the first administrator's.

    Raises:
        click.ClickException: There is no such account, or no such site.
    """
    query = select(Staff).where(Staff.active.is_(true())).order_by(Staff.id).limit(1)
    named = query.where(
        Staff.username == username if username else Staff.role == Role.ADMINISTRATOR
    )
    row = session.scalar(named)
    if row is None:
        raise click.ClickException(
            f"Nobody active signs in as {username}."
            if username
            else "There is no administrator yet. Run `pharmacy init` first."
        )
    site_id = session.scalar(select(Site.id).where(Site.code == site)) if site else row.site_id
    if site and site_id is None:
        raise click.ClickException(f"There is no site {site}.")
    return Actor(row.id, row.name_ar, role, site_id, None)
