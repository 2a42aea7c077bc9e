"""Verify: recompute everything from the rows, with code that shares nothing with the writer.

Run it nightly, before a month is closed, after a restore and whenever anybody doubts a figure. It
reads only, in one snapshot, and its memory does not grow with the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from pharmacy.services.verify_check import Check, Finding, run
from pharmacy.services.verify_claims import CLAIM_QUERIES
from pharmacy.services.verify_dispensing import DISPENSING_QUERIES
from pharmacy.services.verify_documents import DOCUMENT_QUERIES
from pharmacy.services.verify_money import MONEY_QUERIES
from pharmacy.services.verify_payables import PAYABLES_QUERIES
from pharmacy.services.verify_records import RECORD_QUERIES, record_seals
from pharmacy.services.verify_seals import closed_periods, seals
from pharmacy.services.verify_stock import STOCK_QUERIES, conservation
from pharmacy.services.verify_stock_documents import STOCK_DOCUMENT_QUERIES
from pharmacy.services.verify_totals import TOTALS_QUERIES, closed_totals
from pharmacy.services.verify_undone import UNDONE_QUERIES

__all__ = ["CHECK_NAMES", "Anchor", "Check", "Finding", "anchors", "verify"]

_QUERIES = (
    *STOCK_QUERIES,
    *STOCK_DOCUMENT_QUERIES,
    *MONEY_QUERIES,
    *PAYABLES_QUERIES,
    *UNDONE_QUERIES,
    *DOCUMENT_QUERIES,
    *DISPENSING_QUERIES,
    *TOTALS_QUERIES,
    *CLAIM_QUERIES,
    *RECORD_QUERIES,
)
CHECK_NAMES = (
    *(query.name for query in _QUERIES),
    "conservation",
    "seals",
    "record_seals",
    "closed_periods",
    "closed_totals",
)


def verify(session: Session, key: bytes) -> Iterator[Check]:
    """Give the outcome of each check in turn, so that a progress bar can follow.

    Args:
        session: A reading session: all checks see one snapshot.
        key: The seal key.
    """
    for query in _QUERIES:
        yield run(session, query)
    yield conservation(session)
    yield seals(session, key)
    yield record_seals(session, key)
    yield closed_periods(session, key)
    yield closed_totals(session, key)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of a chain; kept outside the machine, it shows a ledger that was cut short.

    Attributes:
        chain: The code of the site, or `records`: what is sealed and belongs to no voucher.
        sequence: How many stand in it.
        seal: The last seal.
    """

    chain: str
    sequence: int
    seal: str


_ANCHORS = text("""
    SELECT s.code, c.sequence, c.seal, 0 AS place FROM site_chain c JOIN site s ON s.id = c.site_id
    UNION ALL SELECT 'records', sequence, seal, 1 FROM record_chain
    ORDER BY place, code
""")


def anchors(session: Session) -> list[Anchor]:
    """Return the ends of the sites' chains and of the records', for the paper of a day's close."""
    return [Anchor(*row[:3]) for row in session.execute(_ANCHORS)]
