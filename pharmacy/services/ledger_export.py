"""The books as a stream, for other people's programs: a voucher at a time, in one snapshot.

The balances of the month ends are asked of the ledger's own sums, not added up from the stream, so
that whoever reads the stream checks one against the other. Memory does not grow with the books.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.errors import InvalidPeriod
from pharmacy.models import (
    CitizenRequest,
    Fund,
    LedgerAccount,
    MoneyVoucher,
    Posting,
    Site,
    Supplier,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.rules.voucher_number import label
from pharmacy.services.ledger import FundAccount, accounts, monthly_movements, opening_balances

_ROWS_AT_ONCE = 2000
_OF_PERSONS = frozenset({VoucherKind.DISPENSING, VoucherKind.RETURN_FROM_CITIZEN})
"""Kinds whose notes may speak of a patient: they stay in the house."""


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """A posting as it is exported: piastres, debit positive."""

    account: Account
    fund_id: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedVoucher:
    """A voucher with its postings: `first_number` is that of the voucher it undoes, or ""."""

    on: date
    fact_on: date | None
    number: str
    kind: VoucherKind
    site_code: str
    seal: str
    request_number: str
    first_number: str
    party: str
    reference: str
    narration: str
    entries: Sequence[PostedEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What is exported: a period, where it began, what moved each month, and the vouchers.

    Attributes:
        opening: What stood on each account of each fund before the first day, without zeros.
        moved: Net movement by month (`2026-03`), within the period.
        vouchers: To be read once, in the order of their days.
    """

    first: date
    last: date
    accounts: Mapping[Account, LedgerAccount]
    funds: Mapping[int, Fund]
    opening: Mapping[FundAccount, int]
    moved: Mapping[str, Mapping[FundAccount, int]]
    vouchers: Iterator[PostedVoucher]

    @property
    def used(self) -> list[FundAccount]:
        """Every account of every fund on which something stood or moved, by code."""
        found = set(self.opening).union(*self.moved.values())
        return sorted(found, key=lambda key: (self.accounts[key[0]].code, self.funds[key[1]].code))


def books(
    session: Session, first: date | None = None, last: date | None = None, *, actor: Actor
) -> Books | None:
    """Return the books of a period, by default all of them; None when nothing was ever posted.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    days = select(func.min(Voucher.business_date), func.max(Voucher.business_date))
    earliest, latest = session.execute(days).one()
    if earliest is None:
        return None
    first = first or min(earliest, last or earliest)
    last = last or max(latest, first)
    if last < first:
        raise InvalidPeriod(date_from=first, date_to=last)
    return Books(
        first=first,
        last=last,
        accounts=accounts(session),
        funds={row.id: row for row in session.scalars(select(Fund))},
        opening=opening_balances(session, first),
        moved=monthly_movements(session, first, last),
        vouchers=_stream(session, first, last),
    )


_first = aliased(Voucher)


def _stream(session: Session, first: date, last: date) -> Iterator[PostedVoucher]:
    statement = (
        select(
            Voucher.id,
            Voucher.business_date,
            Voucher.fact_date,
            Site.code,
            Voucher.kind,
            Voucher.fiscal_year,
            Voucher.number,
            Voucher.seal,
            CitizenRequest.number.label("request_number"),
            _first.kind.label("first_kind"),
            _first.fiscal_year.label("first_year"),
            _first.number.label("first_number"),
            Supplier.name,
            MoneyVoucher.party_name,
            MoneyVoucher.purpose,
            Voucher.document_reference,
            Voucher.reason,
            Voucher.note,
            Posting.account,
            Posting.fund_id,
            Posting.amount,
        )
        .join(Site, Site.id == Voucher.site_id)
        .outerjoin(Posting, Posting.voucher_id == Voucher.id)
        .outerjoin(CitizenRequest, CitizenRequest.id == Voucher.request_id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .outerjoin(Supplier, Supplier.id == Voucher.supplier_id)
        .outerjoin(MoneyVoucher, MoneyVoucher.voucher_id == Voucher.id)
        .where(Voucher.business_date.between(first, last))
        .order_by(Voucher.business_date, Voucher.id, Posting.id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for _id, found in groupby(session.execute(statement), key=lambda row: row[0]):
        lines = list(found)
        yield _voucher(lines[0], lines)


def _voucher(row: Any, lines: Sequence[Any]) -> PostedVoucher:  # noqa: ANN401 - a row of the above
    undone = row.first_kind is not None
    kind = row.first_kind if undone else row.kind
    said = [row.purpose, row.reason, "" if kind in _OF_PERSONS else row.note]
    return PostedVoucher(
        on=row.business_date,
        fact_on=row.fact_date,
        number=label(row.code, row.kind, row.fiscal_year, row.number),
        kind=row.kind,
        site_code=row.code,
        seal=row.seal,
        request_number=row.request_number or "",
        # Both stand at one site: a reversal is posted where the first was.
        first_number=label(row.code, kind, row.first_year, row.first_number) if undone else "",
        party=row.party_name or row.name or "",
        reference=row.document_reference,
        narration=" · ".join(part for part in said if part),
        entries=[
            PostedEntry(line.account, line.fund_id, line.amount)
            for line in lines
            if line.amount is not None
        ],
    )
