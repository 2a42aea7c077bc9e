"""The highest groups by themselves, all others together, another period beside; nothing is lost."""

from dataclasses import replace
from datetime import date

import pytest

from pharmacy.rules.comparison import Compare
from pharmacy.services import cost_lines, reporting
from pharmacy.services.cost_dimensions import Dimension
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.cost_ranked import (
    RankedCost,
    behind_before,
    left_out,
    period_beside,
    ranked_cost,
)
from pharmacy.services.reporting import Figures
from tests.builders import Pharmacy
from tests.cost_ledger import FROM, TO
from tests.posted_month import posted_month

BOTH = CostQuery(date_from=FROM, date_to=TO, by=(Dimension.DRUG,))
APRIL = replace(BOTH, date_from=date(2026, 4, 1))


@pytest.fixture(autouse=True)
def posted(pharmacy: Pharmacy) -> None:
    posted_month(pharmacy)


def ranked(pharmacy: Pharmacy, query: CostQuery) -> RankedCost:
    with pharmacy.database.reading() as session:
        return ranked_cost(session, query)


def adds_up(found: RankedCost) -> None:
    """Every figure but persons comes to the total, whatever stands together."""
    rows = [*found.rows, *((found.others.rows or [found.others.whole]) if found.others else [])]
    added = sum((row.figures for row in rows), Figures())
    assert replace(added, beneficiaries=0) == replace(found.cost.total, beneficiaries=0)
    if found.total.before is not None:
        assert sum(row.before or 0 for row in rows) == found.total.before


@pytest.mark.parametrize("compare", [None, *Compare])
@pytest.mark.parametrize(
    "by",
    [
        (Dimension.DRUG,),
        (Dimension.PRESCRIBER,),
        (Dimension.DRUG, Dimension.MONTH),
        (Dimension.ATC_1, Dimension.SEX),
        (Dimension.MONTH, Dimension.DRUG),
    ],
)
def test_the_rows_and_all_others_come_to_the_total_in_both_periods(
    pharmacy: Pharmacy, by: tuple[Dimension, ...], compare: Compare | None
) -> None:
    for query in (BOTH, APRIL):
        found = ranked(pharmacy, replace(query, by=by, top=1, compare=compare))
        adds_up(found)
        with pharmacy.database.reading() as session:
            assert found.cost.total == reporting.cost(session, replace(query, by=by)).total
            if compare is not None:
                earlier = period_beside(found.cost.query)
                total = reporting.cost_figures(session, earlier).total
                assert found.total.before == total.cost


def test_persons_of_all_others_are_counted_once_and_their_lines_open(pharmacy: Pharmacy) -> None:
    query = replace(BOTH, top=1)
    found = ranked(pharmacy, query)
    assert found.others is not None
    assert found.others.count == 2
    assert len(found.rows) == 1
    with pharmacy.database.reading() as session:
        asked = replace(query, without=left_out(session, query))
        persons = cost_lines.person_sums(session, asked, {})
        figures = found.others.whole.figures
        assert persons.persons == figures.beneficiaries > 0
        assert persons.cost == figures.cost
        assert cost_lines.sums(session, asked, {}) == replace(figures, beneficiaries=0)


def test_of_two_dimensions_all_others_have_rows_by_the_second_and_each_opens_its_lines(
    pharmacy: Pharmacy,
) -> None:
    query = replace(BOTH, by=(Dimension.DRUG, Dimension.MONTH), top=1)
    found = ranked(pharmacy, query)
    assert found.others is not None
    assert [row.keys for row in found.groups] == [(found.order[0],)]
    with pharmacy.database.reading() as session:
        asked = replace(query, without=left_out(session, query))
        for row in found.others.rows:
            keys = {Dimension.MONTH: row.keys[0]}
            summed = cost_lines.sums(session, asked, keys)
            assert summed == replace(row.figures, beneficiaries=0)
            assert cost_lines.person_sums(session, asked, keys).persons == row.figures.beneficiaries


def test_one_row_more_than_are_shown_is_no_crowd(pharmacy: Pharmacy) -> None:
    assert ranked(pharmacy, replace(BOTH, top=2)).others is None
    with pharmacy.database.reading() as session:
        assert left_out(session, replace(BOTH, top=2)).keys == ()


def test_a_month_stands_beside_the_month_it_is_compared_with_and_opens_its_lines(
    pharmacy: Pharmacy,
) -> None:
    query = replace(APRIL, by=(Dimension.MONTH,), compare=Compare.PREVIOUS)
    [april] = ranked(pharmacy, query).rows
    march = replace(APRIL, date_from=FROM, date_to=date(2026, 3, 31))
    with pharmacy.database.reading() as session:
        assert april.before == reporting.cost_figures(session, march).total.cost > 0
        other, keys = behind_before(query, {Dimension.MONTH: "2026-04"})
        assert (other.date_from, other.date_to, keys) == (march.date_from, march.date_to, {})
        assert cost_lines.sums(session, other, keys).cost == april.before
    year = replace(BOTH, by=(Dimension.MONTH,), compare=Compare.LAST_YEAR)
    other, _keys = behind_before(year, {Dimension.MONTH: "2026-03"})
    assert (other.date_from, other.date_to) == (date(2025, 3, 1), date(2025, 3, 31))


def test_the_days_behind_the_months_of_a_period_that_cuts_them_are_its_own(
    pharmacy: Pharmacy,
) -> None:
    query = replace(
        BOTH,
        date_from=date(2026, 3, 20),
        date_to=date(2026, 4, 18),
        by=(Dimension.MONTH,),
        compare=Compare.PREVIOUS,
    )
    found = ranked(pharmacy, query)
    adds_up(found)
    with pharmacy.database.reading() as session:
        for row in found.rows:
            other, keys = behind_before(query, {Dimension.MONTH: row.keys[0]})
            assert cost_lines.sums(session, other, keys).cost == row.before
