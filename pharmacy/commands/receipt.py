"""`pharmacy receipt`: a receipt from the command line, the very one the counter prints."""

import sys
from pathlib import Path

import click

from pharmacy.commands.door import opened
from pharmacy.commands.report import spoken
from pharmacy.services.counter import find_dispensing
from pharmacy.services.settings import paper_digits
from pharmacy.web.language import speaking
from pharmacy.web.papers import dispensing as papers
from reports import receipt as receipt_paper
from reports.words import UNCOUNTED_COPY


@click.command()
@click.argument("number")
@click.option("--size", type=click.Choice(("a5", "80")), default="a5", show_default=True)
@spoken
def receipt(number: str, size: str, lang: str, digits: str | None, output: Path | None) -> None:
    """Print the receipt of a dispensing, named by its number (`P1-D-2026-000417`)."""
    with opened() as (settings, database), database.reading() as session, speaking(lang):
        voucher_id = find_dispensing(session, number)
        if voucher_id is None:
            raise click.ClickException(f"There is no dispensing {number}.")
        of = papers.dispensed(session, voucher_id)
        values = papers.receipt(of, language=lang, copy=UNCOUNTED_COPY, demo=settings.demo)
        render = receipt_paper.render_80mm if size == "80" else receipt_paper.render_a5
        pdf = render(values, language=lang, digits=paper_digits(session, digits))
    if output is None:
        sys.stdout.buffer.write(pdf)
    else:
        output.write_bytes(pdf)
