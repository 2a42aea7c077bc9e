"""The double entry behind every voucher, and which way each kind moves stock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.rules.posting import Entry, PostingLine, postings_for, reverse_entries
from pharmacy.rules.stock_effects import STOCK_EFFECTS
from pharmacy.rules.subsidy import Shares
from pharmacy.rules.vocabulary import Account, VoucherKind

FUND = 4
MOVES_STOCK = sorted(
    kind
    for kind, effect in STOCK_EFFECTS.items()
    if effect.direction != 0 and kind is not VoucherKind.REVERSAL
)


def line(value: int, line_no: int = 1, *, gift: bool = False) -> PostingLine:
    return PostingLine(line_no=line_no, fund_id=FUND, value=value, gift=gift)


@pytest.mark.parametrize(
    ("kind", "gift", "value", "accounts"),
    [
        ("opening_balance", False, 500, {"stock": 500, "fund_balance": -500}),
        ("goods_receipt", False, 500, {"stock": 500, "payables": -500}),
        ("goods_receipt", True, 500, {"stock": 500, "gifts_in_kind": -500}),
        ("return_to_supplier", False, -500, {"stock": -500, "payables": 500}),
        ("institution_issue", False, -500, {"stock": -500, "cost_institutions": 500}),
        ("transfer_out", False, -500, {"stock": -500, "in_transit": 500}),
        ("transfer_in", False, 500, {"stock": 500, "in_transit": -500}),
        ("count_adjustment", False, 500, {"stock": 500, "count_differences": -500}),
        ("count_adjustment", False, -500, {"stock": -500, "count_differences": 500}),
        ("write_off", False, -500, {"stock": -500, "losses": 500}),
        ("recall_withdrawal", False, -500, {"stock": -500, "losses": 500}),
        ("return_from_citizen", False, 500, {"stock": 500, "losses": -500}),
    ],
)
def test_a_kind_touches_these_accounts(
    *, kind: str, gift: bool, value: int, accounts: dict[str, int]
) -> None:
    entries = postings_for(VoucherKind(kind), [line(value, gift=gift)])
    assert {entry.account.value: entry.amount for entry in entries} == accounts
    assert {entry.fund_id for entry in entries} == {FUND}


def test_a_dispensing_puts_the_cost_where_the_shares_say() -> None:
    shared = PostingLine(
        line_no=3, fund_id=FUND, value=-100, shares=Shares(state=60, donor=0, citizen=40)
    )
    assert postings_for(VoucherKind.DISPENSING, [shared]) == (
        Entry(line_no=3, account=Account.STOCK, fund_id=FUND, amount=-100),
        Entry(line_no=3, account=Account.COST_STATE, fund_id=FUND, amount=60),
        Entry(line_no=3, account=Account.CITIZEN_CASH, fund_id=FUND, amount=40),
    )


def test_a_line_without_value_leaves_no_entry() -> None:
    assert postings_for(VoucherKind.GOODS_RECEIPT, [line(0)]) == ()


def test_a_dispensing_whose_shares_miss_the_cost_is_a_fault_of_the_program() -> None:
    short = PostingLine(
        line_no=1, fund_id=FUND, value=-100, shares=Shares(state=99, donor=0, citizen=0)
    )
    with pytest.raises(AssertionError, match="shares sum to the cost"):
        postings_for(VoucherKind.DISPENSING, [short])


amounts = st.integers(0, 10**10)
issued_lines = st.builds(
    lambda state, donor, citizen, line_no: PostingLine(
        line_no=line_no,
        fund_id=FUND,
        value=-(state + donor + citizen),
        shares=Shares(state=state, donor=donor, citizen=citizen),
    ),
    amounts,
    amounts,
    amounts,
    st.integers(1, 50),
)


@pytest.mark.parametrize("kind", MOVES_STOCK)
@given(data=st.data())
def test_entries_sum_to_zero_and_stock_follows_the_movement(
    kind: VoucherKind, data: st.DataObject
) -> None:
    moved = st.builds(line, st.integers(-(10**10), 10**10), st.integers(1, 50), gift=st.booleans())
    of_kind = issued_lines if kind is VoucherKind.DISPENSING else moved
    lines = data.draw(st.lists(of_kind, max_size=5))
    entries = postings_for(kind, lines)
    assert sum(entry.amount for entry in entries) == 0
    stock = sum(entry.amount for entry in entries if entry.account is Account.STOCK)
    assert stock == sum(each.value for each in lines)
    assert sum(entry.amount for entry in (*entries, *reverse_entries(entries))) == 0
    assert reverse_entries(reverse_entries(entries)) == entries


def test_the_table_of_effects_names_every_kind() -> None:
    assert set(STOCK_EFFECTS) == set(VoucherKind)


@pytest.mark.parametrize(
    ("direction", "kinds"),
    [
        (+1, "goods_receipt opening_balance return_from_citizen transfer_in"),
        (
            -1,
            (
                "dispensing institution_issue recall_withdrawal return_to_supplier transfer_out"
                " write_off"
            ),
        ),
        (0, "cash_count claim fund_receipt payment supplier_invoice"),
        (None, "count_adjustment reversal"),
    ],
)
def test_each_kind_moves_stock_this_way(direction: int | None, kinds: str) -> None:
    found = {kind for kind, effect in STOCK_EFFECTS.items() if effect.direction == direction}
    assert " ".join(sorted(found)) == kinds
    opens = {kind for kind in found if STOCK_EFFECTS[kind].opens_batch}
    assert opens == (found if direction == 1 else set())
