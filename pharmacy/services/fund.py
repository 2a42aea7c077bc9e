"""Funds on file: added, changed, found; what they hold is `fund_figures`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.errors import FundInUse, InvalidFund, NotFound
from pharmacy.models import (
    Beneficiary,
    BeneficiaryStatus,
    Centre,
    Condition,
    Fund,
    Posting,
    Supplier,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import to_western
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, FundKind
from pharmacy.services import audit

_HELD_AS = MappingProxyType(
    {
        Account.CASH: "cash",
        Account.PAYABLES: "owed",
        Account.STOCK: "stock",
        Account.IN_TRANSIT: "stock",
        Account.CITIZEN_CASH: "drawer",
    }
)
"""What each account is called when a fund that holds something is to be switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FundFacts:
    """What is known of a fund; what it names (disease, person, centre) must all be met.

    Attributes:
        restricted: Goes only where an approval names it, unless it names whom it is for.
        donor_id: Who gives it, among the parties on file.
    """

    code: str
    kind: FundKind
    name_ar: str
    name_en: str = ""
    restricted: bool = False
    condition_id: int | None = None
    beneficiary_id: int | None = None
    centre_id: int | None = None
    donor_id: int | None = None
    active: bool = True

    @property
    def names_whom(self) -> bool:
        """Whether it says for whom it is."""
        return any((self.condition_id, self.beneficiary_id, self.centre_id))


def add_fund(session: Session, facts: FundFacts, *, actor: Actor, now: datetime) -> int:
    """Put a fund on file; return its id.

    Raises:
        NotPermitted: The role does not keep the funds.
        InvalidFund: A fact is missing or does not hold; the reason names it.
    """
    actor.require(Permission.FUND_MANAGE)
    values = _values(session, facts, own_id=None)
    row = Fund(**values)
    session.add(row)
    session.flush()
    audit.record(session, "add", "fund", row.id, after=values, actor=actor, now=now)
    return row.id


def change_fund(
    session: Session, fund_id: int, facts: FundFacts, *, actor: Actor, now: datetime
) -> None:
    """Change what is known of a fund; what was posted on it stays as it was.

    Raises:
        NotPermitted: The role does not keep the funds.
        NotFound: There is no such fund.
        InvalidFund: A fact is missing or does not hold; the reason names it.
        FundInUse: It is to be switched off, and still holds or owes something.
    """
    actor.require(Permission.FUND_MANAGE)
    row = session.get(Fund, fund_id, with_for_update={"key_share": True})
    if row is None:
        raise NotFound(noun="fund", key=str(fund_id))
    values = _values(session, facts, own_id=fund_id)
    # Whose cost a gift is was said of every line by the kind of its fund.
    if facts.kind is not row.kind and _has_postings(session, fund_id):
        raise InvalidFund(reason="kind")
    if row.active and not facts.active:
        holds = _holds(session, fund_id)
        if holds:
            raise FundInUse(holds=holds)
    audit.write_changes(session, "fund", fund_id, row, values, actor=actor, now=now)


def _values(session: Session, facts: FundFacts, *, own_id: int | None) -> dict[str, object]:
    code = facts.code.strip().upper()
    if not code.isascii() or not code.replace("-", "").isalnum():
        raise InvalidFund(reason="code")
    taken = session.scalar(select(Fund.id).where(Fund.code == code))
    if taken not in {None, own_id}:
        raise InvalidFund(reason="code_taken")
    if not facts.name_ar.strip():
        raise InvalidFund(reason="name_ar")
    for model, name in (
        (Condition, "condition_id"),
        (Beneficiary, "beneficiary_id"),
        (Centre, "centre_id"),
        (Supplier, "donor_id"),
    ):
        key = getattr(facts, name)
        if key is not None and session.get(model, key) is None:
            raise NotFound(noun=name.removesuffix("_id"), key=str(key))
    return {
        **asdict(facts),
        "code": code,
        "name_ar": facts.name_ar.strip(),
        "name_en": facts.name_en.strip() or facts.name_ar.strip(),
        "restricted": facts.restricted or facts.names_whom,
    }


def _has_postings(session: Session, fund_id: int) -> bool:
    query = select(Posting.id).where(Posting.fund_id == fund_id).limit(1)
    return session.scalar(query) is not None


def _holds(session: Session, fund_id: int) -> tuple[tuple[str, int], ...]:
    """Return what a fund holds and owes, by name: piastres, without what is nothing."""
    rows = session.execute(
        select(Posting.account, Voucher.supplier_id, func.sum(Posting.amount).cast(Whole))
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(Posting.fund_id == fund_id, Posting.account.in_(_HELD_AS))
        .group_by(Posting.account, Voucher.supplier_id)
    )
    found = dict.fromkeys((*_HELD_AS.values(), "credit"), 0)
    for account, _party, amount in rows:
        if account is not Account.PAYABLES:
            found[_HELD_AS[account]] += amount
        elif amount > 0:
            found["credit"] += amount
        else:
            found["owed"] -= amount
    return tuple((name, amount) for name, amount in found.items() if amount)


def person_meant(session: Session, typed: str) -> int:
    """Return the id of the person whose card or identity number was typed.

    Raises:
        InvalidFund: Nobody active has it.
    """
    digits = to_western(typed).strip()
    found = session.scalar(
        select(Beneficiary.id).where(
            or_(Beneficiary.card_number == digits, Beneficiary.identity_number == digits),
            Beneficiary.status == BeneficiaryStatus.ACTIVE,
        )
    )
    if found is None:
        raise InvalidFund(reason="person")
    return found


@dataclass(frozen=True, slots=True)
class FundOnFile:
    """A fund with all that it names."""

    fund: Fund
    condition: Condition | None
    person: Beneficiary | None
    centre: Centre | None
    donor: Supplier | None


def funds_on_file(session: Session, *, actor: Actor) -> Sequence[FundOnFile]:
    """Return every fund, those in use first, with what each names."""
    actor.require(Permission.FUND_VIEW)
    rows = session.execute(
        select(Fund, Condition, Beneficiary, Centre, Supplier)
        .outerjoin(Condition, Condition.id == Fund.condition_id)
        .outerjoin(Beneficiary, Beneficiary.id == Fund.beneficiary_id)
        .outerjoin(Centre, Centre.id == Fund.centre_id)
        .outerjoin(Supplier, Supplier.id == Fund.donor_id)
        .order_by(Fund.active.desc(), Fund.id)
    )
    return [FundOnFile(*row) for row in rows]


def fund_on_file(session: Session, fund_id: int, *, actor: Actor) -> FundOnFile:
    """Return one fund with what it names.

    Raises:
        NotFound: There is no such fund.
    """
    found = [one for one in funds_on_file(session, actor=actor) if one.fund.id == fund_id]
    if not found:
        raise NotFound(noun="fund", key=str(fund_id))
    return found[0]
