"""The books in the forms of other programs: Beancount's text, and a journal as plain CSV."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from pharmacy.rules.calendar import add_months, month_key, month_start
from pharmacy.services.ledger import FundAccount
from pharmacy.services.ledger_export import Books, PostedVoucher
from reports import beancount, journal

SEAL_SHOWN = 16


def beancount_file(books: Books | None, title: str) -> Iterator[str]:
    """Give the books as Beancount's text; balances are asserted at each month's end and at last.

    A period that begins in the middle of the books opens with one transaction of what stood.
    """
    yield from beancount.head(title)
    if books is None:
        return
    names = _names(books)
    for account, fund_id in books.used:
        row, fund = books.accounts[account], books.funds[fund_id]
        yield beancount.opened(
            books.first,
            beancount.Opened(
                name=names[account, fund_id], code=row.code, title=row.name_ar, fund=fund.name_ar
            ),
        )
    if books.opening:
        entries = [(names[key], amount) for key, amount in books.opening.items()]
        yield beancount.transaction(
            beancount.Transaction(
                on=books.first,
                payee="",
                narration="Opening balances",
                kind="opening",
                entries=entries,
            )
        )
    ends = _balances(books, names)
    on, asserted = next(ends)
    for voucher in books.vouchers:
        while on <= voucher.on:
            yield asserted
            on, asserted = next(ends)
        yield beancount.transaction(_transaction(voucher, names))
    yield asserted
    for _on, later in ends:
        yield later


def journal_file(books: Books | None) -> Iterator[str]:
    """Give the postings of the period as CSV, a line each."""
    yield from journal.lines(() if books is None else _lines(books))


def _names(books: Books) -> Mapping[FundAccount, str]:
    return {
        (account, fund_id): beancount.account_name(
            books.accounts[account].type.value, account.value, books.funds[fund_id].code
        )
        for account, fund_id in books.used
    }


def _balances(books: Books, names: Mapping[FundAccount, str]) -> Iterator[tuple[date, str]]:
    """Give the day after each month's end, and after the last, with the assertions of that day."""
    held = {key: books.opening.get(key, 0) for key in names}
    month = month_start(books.first)
    while month <= books.last:
        for key, amount in books.moved.get(month_key(month), {}).items():
            held[key] += amount
        month = add_months(month, 1)
        on = min(month, books.last + timedelta(days=1))
        told = "".join(beancount.balance(on, name, held[key]) for key, name in names.items())
        yield on, "\n" + told


def _transaction(voucher: PostedVoucher, names: Mapping[FundAccount, str]) -> beancount.Transaction:
    return beancount.Transaction(
        on=voucher.on,
        payee=voucher.party,
        narration=voucher.narration or voucher.kind.value,
        kind=voucher.kind.value,
        entries=[(names[one.account, one.fund_id], one.amount) for one in voucher.entries],
        number=voucher.number,
        first_number=voucher.first_number,
        seal=voucher.seal[:SEAL_SHOWN],
        request=voucher.request_number,
        reference=voucher.reference,
        fact_on=voucher.fact_on,
    )


def _lines(books: Books) -> Iterator[journal.Line]:
    for voucher in books.vouchers:
        for one in voucher.entries:
            row = books.accounts[one.account]
            yield journal.Line(
                on=voucher.on,
                fact_on=voucher.fact_on,
                voucher=voucher.number,
                site=voucher.site_code,
                kind=voucher.kind.value,
                account_code=row.code,
                account=one.account.value,
                account_name=row.name_ar,
                fund=books.funds[one.fund_id].code,
                amount=one.amount,
                party=voucher.party,
                reference=voucher.reference,
                narration=voucher.narration,
            )
