"""`pharmacy check --deploy` before opening, `pharmacy nightly` after closing."""

import os
from collections.abc import Iterator

import click
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from pharmacy.commands.door import is_demo, moment, opened, refuse_other_schema, say
from pharmacy.commands.outbox import send_due, senders_of
from pharmacy.config import HashCost, Settings
from pharmacy.db import Database
from pharmacy.models import Staff
from pharmacy.rules.vocabulary import Role
from pharmacy.services import backup as backups
from pharmacy.services.attachment import known_files
from pharmacy.services.attachment_files import AttachmentFolder
from pharmacy.services.draft import expire
from pharmacy.services.idempotency import forget
from pharmacy.services.sign_in import WINDOW, forget_attempts
from pharmacy.services.tracking import forget_tracking
from pharmacy.services.verify import verify as checks_of

BACKUPS_KEPT = 35

Result = tuple[bool, str, str]
"""Whether it is right, what was looked at, and the way out."""


@click.command()
@click.option("--deploy", is_flag=True, help="Also what only a pharmacy in production needs.")
def check(*, deploy: bool) -> None:
    """Look at the set-up; name what is not right, and the way out."""
    with opened(current=False) as (settings, database):
        refuse_other_schema(database)
        results = list(_everywhere(database))
        if deploy:
            results += _production(settings, database)
    for right, what, way_out in results:
        click.echo(f"{'✓' if right else '✗'} {what}{'' if right else f': {way_out}'}")
    wrong = sum(not right for right, _, _ in results)
    if wrong:
        say(f"{wrong} of {len(results)} are not right.")
        raise SystemExit(1)
    say("The set-up is right.")


def _everywhere(database: Database) -> Iterator[Result]:
    """What every set-up needs; the settings have refused keys that others may read already."""
    with database.reading() as session:
        administrators = _active(session, Role.ADMINISTRATOR)
        yield administrators > 0, "there is an administrator", "run `pharmacy init`"


def _active(session: Session, role: Role) -> int:
    query = select(func.count()).select_from(Staff)
    return session.scalar(query.where(Staff.role == role, Staff.active.is_(true()))) or 0


def _production(settings: Settings, database: Database) -> Iterator[Result]:
    yield settings.https, "browsers come over HTTPS", "set PHARMACY_HTTPS=yes behind a TLS proxy"
    yield (
        set(settings.trusted_hosts) - {"localhost", "127.0.0.1"} != set(),
        "the server answers to its own name",
        "set PHARMACY_TRUSTED_HOSTS",
    )
    demo = settings.demo or is_demo(database)
    yield not demo, "no invented people", "make a new database; a demonstration is no pharmacy"
    least, cost = HashCost(), settings.hash_cost
    strong = cost.passes >= least.passes and cost.memory >= least.memory
    yield strong, "passwords are costly to guess", "leave PHARMACY_ARGON2_* at their defaults"
    yield (
        hasattr(os, "geteuid") and os.geteuid() != 0,
        "the program runs as an ordinary user",
        "run it under an account of its own",
    )
    with database.reading() as session:
        for role in (Role.COMMITTEE, Role.PHARMACIST, Role.STORE_KEEPER, Role.FINANCE):
            there = _active(session, role) > 0
            yield there, f"there is a {role.value}", "add one with `pharmacy staff add`"


@click.command()
def nightly() -> None:
    """Verify the ledger, keep a proven copy of an embedded database, tidy up, send what is due."""
    with opened() as (settings, database):
        with database.reading() as session:
            wrong = [found.name for found in checks_of(session, settings.seal_key) if not found.ok]
        if wrong:
            raise click.ClickException(
                f"The ledger is not right: {', '.join(wrong)}. Run `pharmacy verify`."
            )
        if database.embedded:
            _keep_copy(settings, database)
        with database.transaction() as session:
            forgotten = forget_attempts(session, before=moment() - WINDOW)
            expired = expire(session, now=moment())
            answers = forget(session, now=moment())
            forget_tracking(session, now=moment())
        swept = _sweep_papers(settings, database)
        done = send_due(database, senders_of(settings))
    say(
        f"Verified; {forgotten} old sign-in attempts and {answers} old answers to programs"
        f" forgotten, {expired} drafts of the counter expired, {swept} files without a paper"
        f" removed, {done.sent} messages sent, {done.failed} failed."
    )


def _sweep_papers(settings: Settings, database: Database) -> int:
    """Remove files that a crash left between a paper's file and its row."""
    folder = AttachmentFolder(settings.instance)
    with database.reading() as session:
        known = known_files(session)
    left = list(folder.orphans(known, now=moment().timestamp()))
    for stored_as in left:
        folder.remove(stored_as)
    return len(left)


def _keep_copy(settings: Settings, database: Database) -> None:
    folder = settings.instance / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{moment():%Y-%m-%d}.db"
    target.unlink(missing_ok=True)
    backups.backup(database, target, key=settings.seal_key)
    for old in sorted(folder.glob("????-??-??.db"))[:-BACKUPS_KEPT]:
        old.unlink()
    say(f"{target}: kept, with those of the last {BACKUPS_KEPT} nights.")
