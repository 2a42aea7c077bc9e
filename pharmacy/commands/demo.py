"""`pharmacy demo`: a pharmacy of invented people, made at once and served."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, time

import click

from pharmacy import migrations
from pharmacy.commands.door import make_schema, moment, opened, say
from pharmacy.commands.progress import Progress
from pharmacy.commands.serve import run, with_address
from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.services import beheira, demo_staff, seeding
from pharmacy.services.attachment_files import AttachmentFolder
from pharmacy.services.demo import DAYS, Demonstration, opening
from pharmacy.services.demo_papers import keep_papers
from pharmacy.services.passwords import Passwords

SMALL = "small"
BEHEIRA = "beheira"
BUILDING = "building"


@click.command()
@click.option(
    "--scale",
    type=click.Choice((SMALL, BEHEIRA)),
    default=SMALL,
    show_default=True,
    help="small: 400 people and two years; beheira: the governorate's published figures.",
)
@click.option("--no-serve", is_flag=True, help="Make the database and stop.")
@click.option("--fresh", is_flag=True, help="Throw an earlier demonstration away first.")
@click.option("--host", help="Address to listen on; PHARMACY_HOST otherwise.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="PHARMACY_PORT otherwise; 0 takes a free one."
)
def demo(scale: str, *, no_serve: bool, fresh: bool, host: str | None, port: int | None) -> None:
    """Make a demonstration and serve it; an earlier one is served as it stands."""
    now = moment()
    with opened(current=False) as (settings, database):
        state = _state(database)
        if fresh and state is not None:
            migrations.downgrade(database)
            migrations.upgrade(database)
            state = None
        if state == BUILDING:
            raise click.ClickException(
                "An earlier demonstration was not finished. Run the same command with --fresh."
            )
        if state not in {None, scale}:
            raise click.ClickException(
                f"The database holds the demonstration `{state}`. Add --fresh to replace it."
            )
        if state is None:
            _make(settings, database, scale, now)
        else:
            say("The demonstration is there already; --fresh makes a new one.")
        _print_sign_ins(scale)
        if not no_serve:
            run(with_address(settings, host, port), database)


def _state(database: Database) -> str | None:
    """Return the mark of an earlier demonstration; refuse the database of a real pharmacy."""
    make_schema(database)
    with database.reading() as session:
        state = seeding.demo_state(session)
        if state is None and seeding.has_staff(session):
            raise click.ClickException(
                "This database belongs to a real pharmacy; a demonstration never goes into one."
                " Name another folder in PHARMACY_INSTANCE."
            )
    return state


def _make(settings: Settings, database: Database, scale: str, now: datetime) -> None:
    cost = settings.hash_cost
    hasher = Passwords(passes=cost.passes, memory=cost.memory, lanes=cost.lanes)
    secrets = {
        "password_hash": hasher.hash(demo_staff.PASSWORD),
        "pin_hash": hasher.hash(demo_staff.PIN),
    }
    with database.transaction() as session:
        seeding.mark_demo(session, BUILDING, now=now)
    play = _play_small if scale == SMALL else _play_beheira
    play(database, secrets, now)
    with database.transaction() as session:
        keep_papers(session, AttachmentFolder(settings.instance), now=now)
        seeding.mark_demo(session, scale, now=now)


def _play_beheira(database: Database, secrets: Mapping[str, str], now: datetime) -> None:
    began = datetime.combine(beheira.PUBLISHED.first_day, time(7), tzinfo=UTC)
    assert began < now, "the published years are over"
    with database.transaction() as session:
        seeding.seed(session, now=began)
        demo_staff.hire(session, **secrets, now=began)
    say("Rebuilding the published figures, January 2018 to 9 May 2022, with invented people:")
    with Progress() as progress:
        beheira.rebuild(database, progress=progress)


def _play_small(database: Database, secrets: Mapping[str, str], now: datetime) -> None:
    with database.transaction() as session:
        opened_at = opening(now)
        seeding.seed(session, now=opened_at)
        staff = demo_staff.hire(session, **secrets, now=opened_at)
        play = Demonstration(session, staff=staff, now=now)
    months = list(play.months())
    say(f"Making two years ({DAYS} days) of a pharmacy with invented people:")
    with click.progressbar(months, label="  months", file=sys.stderr) as bar:
        for month in bar:
            with database.transaction() as session:
                play.play(session, month)
    with database.transaction() as session:
        play.finish(session)


def _print_sign_ins(scale: str) -> None:
    say("Invented people only. Everybody has the same password, and the same PIN for the badge:")
    click.echo(f"password: {demo_staff.PASSWORD}   PIN: {demo_staff.PIN}")
    for account in demo_staff.ACCOUNTS:
        badge = demo_staff.badge_code(account)
        click.echo(f"{account.username:15} {account.role.value:14} {badge}  {account.name_ar}")
    if scale == SMALL:
        say("At the counter: look for أمينة عبد السلام, who has three medicines due today.")
