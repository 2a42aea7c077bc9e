"""A ledger as Beancount reads it: plain values in, lines of text out.

Written to the grammar of Beancount 3 (Beancount Language Syntax, its own manual):
names of accounts are made of ASCII letters, digits and dashes whatever the codes hold, two codes
never make one name, amounts come from whole piastres, and text is escaped. Balances are asserted
without tolerance: a piastre too many fails.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reports.spreadsheets import pounds

CURRENCY = "EGP"
ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
_PLAIN = re.compile(r"[A-Z0-9][A-Z0-9-]*", re.ASCII)
_LINKED = re.compile(r"[A-Z0-9][A-Z0-9/-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An account of a fund: its name, and what people call both."""

    name: str
    code: str
    title: str
    fund: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A voucher: its entries are names of accounts and piastres, debit positive."""

    on: date
    payee: str
    narration: str
    kind: str
    entries: Sequence[tuple[str, int]]
    number: str = ""
    first_number: str = ""
    seal: str = ""
    request: str = ""
    reference: str = ""
    fact_on: date | None = None


def account_name(kind: str, account: str, fund: str) -> str:
    """Return `Assets:CitizenCash:BUDGET` for an asset `citizen_cash` of the fund `BUDGET`.

    A code that the grammar does not allow is written as its letters, then as bytes: `X-u6f`. Such
    names hold a small letter, which no allowed code does, so that no two codes share a name.
    """
    words = "".join(part.capitalize() for part in account.split("_"))
    return f"{ROOTS[kind]}:{words}:{_spelled(fund, _PLAIN)}"


def head(title: str) -> Iterator[str]:
    """Give the first lines of a file."""
    yield f'option "title" {_text(title)}\n'
    yield f'option "operating_currency" "{CURRENCY}"\n\n'


def opened(on: date, account: Opened) -> str:
    """Return the directive that opens an account on a day."""
    return (
        f"{on.isoformat()} open {account.name} {CURRENCY}\n"
        f"  code: {_text(account.code)}\n"
        f"  title: {_text(account.title)}\n"
        f"  fund: {_text(account.fund)}\n"
    )


def transaction(one: Transaction) -> str:
    """Return a transaction, linked by its number and by that of the voucher it undoes."""
    named = [name for name in (one.number, one.first_number) if name]
    links = "".join(f" ^{_spelled(name, _LINKED)}" for name in named)
    tag = one.kind.replace("_", "-")
    said = f"{_text(one.payee)} {_text(one.narration)}"
    lines = [f"\n{one.on.isoformat()} * {said}{links} #{tag}\n"]
    facts = {
        "number": one.number,
        "undoes": one.first_number,
        "seal": one.seal,
        "request": one.request,
        "reference": one.reference,
    }
    lines += [f"  {name}: {_text(value)}\n" for name, value in facts.items() if value]
    if one.fact_on is not None:
        lines.append(f"  fact-date: {one.fact_on.isoformat()}\n")
    lines += [f"  {name}  {pounds(amount)} {CURRENCY}\n" for name, amount in one.entries]
    return "".join(lines)


def balance(on: date, account: str, amount: int) -> str:
    """Return the assertion of what stands on an account when a day begins; piastres."""
    return f"{on.isoformat()} balance {account}  {pounds(amount)} ~ 0.00 {CURRENCY}\n"


def _text(text: str) -> str:
    """Return a string of the grammar: one line, without what it cannot hold."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _spelled(text: str, allowed: re.Pattern[str]) -> str:
    if allowed.fullmatch(text):
        return text
    letters = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    return f"X{letters}-u{text.encode().hex()}"
