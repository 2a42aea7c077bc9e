"""What contract pharmacies gave besides, under the figures of every report of dispensing.

Three figures answer what a month cost: what our counters gave, what claims came to, and the two
together. They stand in every form of a report, and are the same in all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from pharmacy.rules.money import format_egp
from pharmacy.services.claim_given import GivenSums, given_query, given_sums
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import gettext
from pharmacy.web.papers.figure_paper import Behind, Links, claims_behind
from reports import cost_words as say
from reports.spreadsheets import Cell, Table


@dataclass(frozen=True, slots=True)
class Aside:
    """Claims accepted, the sentence that says so, and where their lines stand."""

    sums: GivenSums
    told: str
    behind: Behind

    @property
    def notes(self) -> tuple[str, ...]:
        """The sentence, and whom the persons of a report of dispensing are."""
        return (
            self.told,
            gettext("Persons, and averages per person, are of our dispensing alone."),
        )

    @property
    def links(self) -> Sequence[Links]:
        """What the rows under a total open; of the joint one, each part opens its own."""
        return [dict.fromkeys(("lines", "quantity", "cost"), self.behind), {}]


def claims_aside(session: Session, query: ReportQuery, cost: int) -> Aside | None:
    """Return what claims came to beside what dispensing cost; None where there were none.

    Of one of our sites nothing is said: a contract pharmacy is none of them.

    Args:
        session: A reading session.
        query: The period and the filters of the report.
        cost: What dispensing cost, piastres.
    """
    sums = given_sums(session, given_query(query))
    if not sums.amount:
        return None
    told = gettext(
        "Claims of contract pharmacies accepted in the period, EGP %(amount)s, are in no figure of"
        " dispensing; the two together come to EGP %(together)s.",
        amount=format_egp(sums.amount),
        together=format_egp(cost + sums.amount),
    )
    return Aside(sums, told, claims_behind(query))


def with_claims(table: Table, aside: Aside | None, language: str) -> Table:
    """Return a table of dispensing with the claims and the joint sums under its total.

    Only lines, units and cost have such sums; a table that adds up no units has none of them here.
    """
    if aside is None or table.total is None:
        return table
    apart = {
        "lines": aside.sums.lines,
        "quantity": aside.sums.quantity,
        "cost": aside.sums.amount,
    }
    total = {column.key: cell for column, cell in zip(table.columns, table.total, strict=True)}
    sums = {name: value for name, value in total.items() if isinstance(value, int)}
    together = {name: sums[name] + value for name, value in apart.items() if name in sums}
    rows: list[tuple[Cell, ...]] = [
        (title(language), *(figures.get(column.key) for column in table.columns[1:]))
        for title, figures in (
            (say.CLAIMS, {name: apart[name] for name in together}),
            (say.TOGETHER, together),
        )
    ]
    return replace(table, below=tuple(rows))
