"""Which fund may pay: the table of the rule, for the counter's batches and for claims alike."""

import pytest

from pharmacy.rules.fund import Need, Purse, may_pay

BUDGET, GIFT, ZAKAT = 1, 2, 3
DIABETES, CANCER = 10, 11
AMINA, SALMA = 70, 71
DAMANHUR, RASHID = 80, 81

OPEN = Purse(fund_id=BUDGET)
BY_NAME = Purse(fund_id=ZAKAT, fund_restricted=True)
FOR_DIABETES = Purse(fund_id=GIFT, fund_restricted=True, condition_id=DIABETES)
FOR_AMINA = Purse(fund_id=GIFT, fund_restricted=True, beneficiary_id=AMINA)
FOR_DAMANHUR = Purse(fund_id=GIFT, fund_restricted=True, centre_id=DAMANHUR)
FOR_AMINAS_DIABETES = Purse(
    fund_id=GIFT, fund_restricted=True, condition_id=DIABETES, beneficiary_id=AMINA
)


@pytest.mark.parametrize(
    ("purse", "facts", "pays"),
    [
        # the fund; the funds the approval names, the request's disease, person and centre; whether
        (OPEN, ((), None, AMINA, None), True),
        (OPEN, ((BUDGET,), None, AMINA, None), True),
        (OPEN, ((BUDGET, ZAKAT), CANCER, AMINA, RASHID), True),
        (OPEN, ((ZAKAT,), None, AMINA, None), False),
        (BY_NAME, ((), None, AMINA, None), False),
        (BY_NAME, ((BUDGET,), None, AMINA, None), False),
        (BY_NAME, ((ZAKAT,), None, AMINA, None), True),
        (FOR_DIABETES, ((), DIABETES, SALMA, None), True),
        (FOR_DIABETES, ((), CANCER, SALMA, None), False),
        (FOR_DIABETES, ((), None, SALMA, None), False),
        (FOR_DIABETES, ((GIFT,), DIABETES, SALMA, None), True),
        (FOR_DIABETES, ((GIFT,), CANCER, SALMA, None), False),
        (FOR_DIABETES, ((BUDGET,), DIABETES, SALMA, None), False),
        (FOR_AMINA, ((), None, AMINA, None), True),
        (FOR_AMINA, ((), None, SALMA, None), False),
        (FOR_AMINA, ((GIFT,), None, SALMA, None), False),
        (FOR_DAMANHUR, ((), None, SALMA, DAMANHUR), True),
        (FOR_DAMANHUR, ((), None, SALMA, RASHID), False),
        (FOR_DAMANHUR, ((), None, SALMA, None), False),
        (FOR_AMINAS_DIABETES, ((), DIABETES, AMINA, None), True),
        (FOR_AMINAS_DIABETES, ((), DIABETES, SALMA, None), False),
        (FOR_AMINAS_DIABETES, ((), CANCER, AMINA, None), False),
    ],
)
def test_a_fund_pays_where_the_approval_and_its_own_purpose_allow(
    purse: Purse,
    facts: tuple[tuple[int, ...], int | None, int, int | None],
    pays: bool,  # noqa: FBT001 - a column of the table
) -> None:
    names, condition, person, centre = facts
    need = Need(
        allowed_fund_ids=frozenset(names),
        condition_ids=frozenset({condition} if condition else ()),
        beneficiary_id=person,
        centre_id=centre,
    )
    assert may_pay(purse, need) is pays
