"""Who bears what: whole piastres that always sum to the cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.rules.subsidy import Shares, SubsidyTerms, split

FREE = SubsidyTerms()
TENTH = SubsidyTerms(citizen_basis_points=1000)
CAPPED = SubsidyTerms(citizen_basis_points=1000, citizen_share_max=500)
SHARED = SubsidyTerms(citizen_basis_points=3333, donor_basis_points=3333)
ALL_GIVEN = SubsidyTerms(citizen_basis_points=5000, donor_basis_points=10_000)


@pytest.mark.parametrize(
    ("cost", "terms", "gift", "state", "donor", "citizen"),
    [
        pytest.param(37755, FREE, False, 37755, 0, 0, id="free by default"),
        pytest.param(37755, FREE, True, 0, 37755, 0, id="a gift costs the state nothing"),
        pytest.param(37755, TENTH, False, 33979, 0, 3776, id="3775.5: a half goes up"),
        pytest.param(37755, TENTH, True, 0, 33979, 3776, id="citizen, and the donor the rest"),
        pytest.param(37755, CAPPED, False, 37255, 0, 500, id="never more than the cap"),
        pytest.param(4000, CAPPED, False, 3600, 0, 400, id="below the cap"),
        pytest.param(100, SHARED, False, 34, 33, 33, id="the state bears what is left over"),
        pytest.param(101, ALL_GIVEN, False, 0, 50, 51, id="the donor never above the rest"),
        pytest.param(0, SHARED, False, 0, 0, 0, id="nothing to share"),
        pytest.param(1, SHARED, False, 1, 0, 0, id="one piastre"),
    ],
)
def test_it_splits(
    *, cost: int, terms: SubsidyTerms, gift: bool, state: int, donor: int, citizen: int
) -> None:
    assert split(cost, terms, gift=gift) == Shares(state=state, donor=donor, citizen=citizen)


terms_of_all_kinds = st.builds(
    SubsidyTerms,
    citizen_basis_points=st.integers(0, 10_000),
    donor_basis_points=st.integers(0, 10_000),
    citizen_share_max=st.none() | st.integers(0, 10**6),
)


@given(cost=st.integers(0, 10**12), terms=terms_of_all_kinds, gift=st.booleans())
def test_shares_sum_to_the_cost_and_none_is_negative(
    *, cost: int, terms: SubsidyTerms, gift: bool
) -> None:
    shares = split(cost, terms, gift=gift)
    assert shares.total == cost
    assert min(shares.state, shares.donor, shares.citizen) >= 0
    assert not (gift and shares.state)
    cap = terms.citizen_share_max
    assert cap is None or shares.citizen <= cap
