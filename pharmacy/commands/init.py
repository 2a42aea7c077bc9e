"""`pharmacy init` and `pharmacy upgrade`: a new database, and one brought up to date."""

import sys

import click

from pharmacy import migrations
from pharmacy.commands.door import make_schema, moment, opened, say
from pharmacy.commands.staff import new_password
from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.rules.passwords import check_password
from pharmacy.services import seeding
from pharmacy.services.passwords import Passwords


@click.command()
@click.option("--username", default="admin", show_default=True, help="The first administrator.")
@click.option("--name", default="مدير النظام", show_default=True, help="Arabic name, on papers.")
@click.option(
    "--generate-password",
    is_flag=True,
    help="Make the password and print it, instead of asking for it.",
)
def init(username: str, name: str, *, generate_password: bool) -> None:
    """Make the keys, the schema, the reference data and the first administrator.

    A second call adds only what is missing. The password is asked for at a terminal; otherwise,
    or with --generate-password, it is made, printed once, and changed at the first sign-in.
    """
    with opened(current=False) as (settings, database):
        make_schema(database)
        with database.transaction() as session:
            added = seeding.seed(session, now=moment())
            first = not seeding.has_staff(session)
        listed = ", ".join(f"{count} {name}" for name, count in added.items())
        say(f"{settings.instance}: reference data added: {listed}.")
        if first:
            _first_administrator(
                settings, database, username, name, made=generate_password or not _terminal()
            )
        else:
            say("There are accounts already; no administrator was added.")


def _terminal() -> bool:
    return sys.stdin.isatty()


def _first_administrator(
    settings: Settings, database: Database, username: str, name: str, *, made: bool
) -> None:
    password = new_password() if made else _asked(username)
    cost = settings.hash_cost
    hasher = Passwords(passes=cost.passes, memory=cost.memory, lanes=cost.lanes)
    password_hash = hasher.hash(check_password(password, username=username))
    with database.transaction() as session:
        seeding.first_administrator(
            session,
            username=username,
            name_ar=name,
            name_en=name,
            password_hash=password_hash,
            must_change_password=made,
            now=moment(),
        )
    say(f"Administrator {username} may sign in.")
    if made:
        say("This password is shown once and must be changed at the first sign-in:")
        click.echo(password)


def _asked(username: str) -> str:
    password: str = click.prompt(
        f"Password for {username}", hide_input=True, confirmation_prompt=True, err=True
    )
    return password


@click.command()
def upgrade() -> None:
    """Bring the schema of the database up to this program's."""
    with opened(current=False) as (_settings, database):
        if migrations.is_current(database):
            say("The schema is up to date.")
            return
        migrations.upgrade(database)
        with database.transaction() as session:
            if seeding.has_staff(session):  # what is new among the reference data
                seeding.seed(session, now=moment())
        say("The schema was brought up to date.")
