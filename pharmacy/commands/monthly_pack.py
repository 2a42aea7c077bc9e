"""`pharmacy report pack`: all reports of a month in one PDF."""

from datetime import datetime
from pathlib import Path

import click

from pharmacy.commands.door import actor_for, moment, opened
from pharmacy.commands.report import spoken, write
from pharmacy.rules.vocabulary import Role
from pharmacy.services.settings import paper_digits
from pharmacy.web.papers.monthly_pack import monthly_pack


@click.command()
@click.option(
    "--month",
    type=click.DateTime(["%Y-%m"]),
    required=True,
    metavar="YYYY-MM",
    help="The month.",
)
@spoken
def pack(*, month: datetime, lang: str, digits: str | None, output: Path | None) -> None:
    """Print every report of a month as one paper, with contents and the proof."""
    with opened() as (settings, database), database.reading() as session:
        made = monthly_pack(
            session,
            f"{month:%Y-%m}",
            language=lang,
            digits=paper_digits(session, digits),
            actor=actor_for(session, Role.MANAGER, None),
            as_of=moment(),
            demo=settings.demo,
        )
    write(made, output)
