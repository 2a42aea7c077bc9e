"""What an approval commits its fund to, and the budget that must have it left.

The commitment is charged to the fund that the approval names, else to the budget fund. `promise`
tells of which fiscal years it is: each year's part must fit into what its budget has left. It is
counted with the fund's row locked, so that two approvals do not take the same pound.

The year in which an approval begins to be given must have a budget if the governorate's budget had
one in an earlier year: that finance has not written the new year's down is no leave to promise
without measure. A fund that was never granted a budget is not held to one, nor is one of gifts,
zakat or civil society without: they have what they were given, and the counter gives no more than
their stock. Later years are held to their budgets from the day these are granted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from sqlalchemy import ColumnElement, Row, false, func, select, true
from sqlalchemy.orm import Session, aliased

from pharmacy.errors import (
    BudgetExceeded,
    BudgetMissing,
    InvalidMoney,
    MissingFact,
    SignatureRefused,
)
from pharmacy.models import (
    Approval,
    ApprovalFund,
    ApprovalItem,
    Batch,
    BudgetOverride,
    Commitment,
    Drug,
    Fund,
    Staff,
    StockMovement,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.budget import Budget, ExpectedItem, expected_cost
from pharmacy.rules.calendar import cairo_day, fiscal_year
from pharmacy.rules.permissions import Permission
from pharmacy.rules.subsidy import SubsidyTerms
from pharmacy.rules.vocabulary import FundKind
from pharmacy.services.budget import FIRST_YEAR, budgets, granted, granted_years
from pharmacy.services.money import MOST_PIASTRES, lock_fund
from pharmacy.services.promise import share
from pharmacy.services.settings import all_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondBudget:
    """Who lets an approval pass beyond its budget, and why."""

    second: Actor
    reason: str


_newer, _source = aliased(Batch), aliased(Fund)
_came, _undoing = aliased(StockMovement), aliased(StockMovement)


def _bought() -> list[ColumnElement[bool]]:
    """Return what narrows batches to those that tell a price: bought, and the receipt stands.

    What came from another site has its price from there; a gift in kind has none.
    """
    undone = (
        select(_undoing.id)
        .join(_came, _came.id == _undoing.reverses_id)
        .where(_came.batch_id == _newer.id, _came.voucher_id == _newer.voucher_id)
    )
    return [
        _newer.origin_batch_id.is_(None),
        _source.kind != FundKind.GIFT_IN_KIND,
        ~undone.correlate(_newer).exists(),
    ]


# The latest receipt alone counts.
_latest_batch = (
    select(func.max(_newer.id))
    .join(_source, _source.id == _newer.fund_id)
    .where(_newer.drug_id == Drug.id, *_bought())
    .correlate(Drug)
    .scalar_subquery()
)
_ITEMS = (
    select(
        ApprovalItem.quantity_per_issue,
        ApprovalItem.issues,
        Drug.reference_price,
        Drug.pack_size,
        Batch.received_value,
        Batch.received_quantity,
    )
    .join(Drug, Drug.id == ApprovalItem.drug_id)
    .outerjoin(Batch, Batch.id == _latest_batch)
)


def commit(
    session: Session,
    approval_id: int,
    *,
    beyond: BeyondBudget | None = None,
    now: datetime,
) -> None:
    """Write down what an approval just given commits its fund to.

    Raises:
        InvalidMoney: It is expected to cost more than any document of money may be of.
        BudgetExceeded: The budget of a year it is given in has less left, and nobody signed.
        BudgetMissing: The year it begins in has no budget yet, and nobody signed.
        SignatureRefused: Who signed may not let it pass.
        MissingFact: They gave no reason.
    """
    approval = session.get_one(Approval, approval_id)
    fund = _fund_of(session, approval_id)
    if fund is None:
        return
    amount = _expected(session, approval)
    if amount > MOST_PIASTRES:
        raise InvalidMoney(reason="expected")
    today = cairo_day(now)
    begins = fiscal_year(max(today, approval.valid_from))
    held_to = _held_to(session, fund, begins, fiscal_year(approval.valid_until), on=today)
    session.add(
        Commitment(
            approval_id=approval_id,
            fund_id=fund.id,
            fiscal_year=begins,
            amount=amount,
            committed_at=now,
        )
    )
    session.flush()
    over = 0
    for year, budget in held_to.items():
        asked = share(session, approval_id, year, today)
        beyond_it = budget.beyond(asked)
        if beyond_it and beyond is None:
            _refuse(session, fund, year, asked, budget)
        over += beyond_it
    if over and beyond is not None:
        _let_pass(session, approval_id, over, beyond, now=now)


def _held_to(
    session: Session, fund: Fund, begins: int, ends: int, *, on: date
) -> dict[int, Budget]:
    """Return the budgets that an approval may not go beyond, by year, its fund locked."""
    known = granted_years(session, fund.id, FIRST_YEAR, ends)
    if not known or all_settings(session)["budget_control"] != "refuse":
        return {}
    lock_fund(session, fund.id)
    found = {}
    for year in (begins, *(year for year in known if year > begins)):
        budget = budgets(session, year, on=on, fund_id=fund.id).get(fund.id)
        if budget is not None:
            found[year] = budget
    return found


def _refuse(session: Session, fund: Fund, year: int, asked: int, budget: Budget) -> NoReturn:
    names = {"fund_ar": fund.name_ar, "fund_en": fund.name_en}
    if granted(session, fund.id, year) is None:
        raise BudgetMissing(**names, fiscal_year=year, asked=asked)
    raise BudgetExceeded(**names, fiscal_year=year, asked=asked, left=max(budget.left, 0))


def _let_pass(
    session: Session,
    approval_id: int,
    over: int,
    beyond: BeyondBudget,
    *,
    now: datetime,
) -> None:
    if not beyond.second.may(Permission.BUDGET_OVERRIDE):
        raise SignatureRefused
    if not beyond.reason.strip():
        raise MissingFact(name="override_reason")
    session.add(
        BudgetOverride(
            approval_id=approval_id,
            amount=over,
            reason=beyond.reason.strip(),
            staff_id=beyond.second.staff_id,
            at=now,
        )
    )
    session.flush()


def _expected(session: Session, approval: Approval) -> int:
    rows = session.execute(
        _ITEMS.where(ApprovalItem.approval_id == approval.id).order_by(ApprovalItem.id)
    )
    terms = SubsidyTerms(
        citizen_basis_points=approval.citizen_basis_points,
        donor_basis_points=approval.donor_basis_points,
        citizen_share_max=approval.citizen_share_max,
    )
    items = [_priced(row) for row in rows]
    return expected_cost(items, terms, ceiling=approval.case_ceiling)


def _priced(row: Row[int, int, int | None, int, int, int]) -> ExpectedItem:
    quantity, issues, reference_price, pack_size, value, units = row
    known = units is not None
    return ExpectedItem(
        quantity_per_issue=quantity,
        issues=issues,
        price=value if known else (reference_price or 0),
        price_units=units if known else pack_size,
    )


def _fund_of(session: Session, approval_id: int) -> Fund | None:
    """Return the one fund the approval names; of several or none, the budget's."""
    named = session.scalars(
        select(Fund)
        .join(ApprovalFund, ApprovalFund.fund_id == Fund.id)
        .where(ApprovalFund.approval_id == approval_id)
        .order_by(Fund.id)
    ).all()
    if len(named) == 1:
        return named[0]
    return budget_fund(session, among=named)


def budget_fund(session: Session, *, among: Sequence[Fund] = ()) -> Fund | None:
    """Return the fund of the governorate's budget: that of the setting, or the first active one.

    Args:
        session: Any session.
        among: Funds an approval names; the budget's among them, or the first of them.
    """
    code = all_settings(session)["budget_fund"]
    of_budget = [fund for fund in among if fund.kind is FundKind.BUDGET]
    if among:
        return next((fund for fund in of_budget if fund.code == code), (of_budget or among)[0])
    query = (
        select(Fund)
        .where(Fund.kind == FundKind.BUDGET, Fund.active.is_(true()), Fund.restricted.is_(false()))
        .order_by(Fund.id)
    )
    funds = session.scalars(query).all()
    return next((fund for fund in funds if fund.code == code), funds[0] if funds else None)


@dataclass(frozen=True, slots=True)
class Committed:
    """A commitment with its fund, and who let it pass beyond the budget, if somebody did."""

    commitment: Commitment
    fund: Fund
    override: BudgetOverride | None
    signer: Staff | None


def commitments_of(session: Session, request_id: int) -> dict[int, Committed]:
    """Return what each approval of a request committed, by the approval's id."""
    rows = session.execute(
        select(Commitment, Fund, BudgetOverride, Staff)
        .join(Approval, Approval.id == Commitment.approval_id)
        .join(Fund, Fund.id == Commitment.fund_id)
        .outerjoin(BudgetOverride, BudgetOverride.approval_id == Commitment.approval_id)
        .outerjoin(Staff, Staff.id == BudgetOverride.staff_id)
        .where(Approval.request_id == request_id)
    )
    return {row[0].approval_id: Committed(*row) for row in rows}


def tight_budget(session: Session, request_id: int, *, now: datetime) -> Budget | None:
    """Return the budget that a request's newest approval draws on, when it is near its end.

    One that is yet to be granted is near it: nothing is granted.
    """
    newest = max(commitments_of(session, request_id).items(), default=None)
    known = all_settings(session)
    if newest is None or known["budget_control"] == "off":
        return None
    charged = newest[1].commitment
    found = budgets(session, charged.fiscal_year, on=cairo_day(now), fund_id=charged.fund_id).get(
        charged.fund_id
    )
    if found is None or not found.warns(int(known["budget_warning_percent"])):
        return None
    return found


def ungranted_year(session: Session, request_id: int, *, now: datetime) -> int | None:
    """Return the fiscal year that a request's newest approval begins in, when it has no budget yet.

    None as well where budgets bind nobody, and of a fund that is held to none.
    """
    newest = max(commitments_of(session, request_id).items(), default=None)
    if newest is None or tight_budget(session, request_id, now=now) is None:
        return None
    charged = newest[1].commitment
    known = granted(session, charged.fund_id, charged.fiscal_year)
    return charged.fiscal_year if known is None else None
