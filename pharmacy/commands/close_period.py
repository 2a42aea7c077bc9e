"""`pharmacy close-period`: a month verified, sealed and closed for ever."""

import click

from pharmacy.commands.door import actor_for, moment, opened, say
from pharmacy.errors import PeriodNotClosable
from pharmacy.rules.vocabulary import Role
from pharmacy.services.period import close_period as close
from pharmacy.services.verify import verify


@click.command("close-period")
@click.argument("month", metavar="YYYY-MM")
@click.option("--as", "username", help="Who closes it: a sign-in name, for the audit trail.")
def close_period(month: str, username: str | None) -> None:
    """Verify the ledger and close a month; no document enters it any more."""
    with opened() as (settings, database):
        with database.reading() as session:
            green = all(check.ok for check in verify(session, settings.seal_key))
        if not green:
            raise PeriodNotClosable(month=month, reason="not_green")
        with database.transaction() as session:
            actor = actor_for(session, Role.FINANCE, username)
            vouchers = close(session, month, actor=actor, now=moment())
    say(f"{month} is closed with {vouchers:,} documents.")
