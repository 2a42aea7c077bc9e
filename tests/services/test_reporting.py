"""The cost of dispensing, figure by figure, on a ledger that is known to the piastre."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from pharmacy.errors import InvalidPeriod
from pharmacy.rules.vocabulary import Channel, IdentityKind, Sex
from pharmacy.services import cost_lines, reporting
from pharmacy.services.cost_dimensions import Dimension
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.dispensing_order import Care
from pharmacy.services.reporting import Cost, Figures
from tests.builders import (
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
    order,
)
from tests.cost_ledger import APRIL, FROM, MARCH, TO, Ledger, cost_ledger, undo
from tests.web.people import statements_of

PERIOD = CostQuery(date_from=FROM, date_to=TO)
TOTAL = Figures(4, 150, 1500, 1440, 0, 60, 2, 1, 1000)
IN_MARCH = Figures(4, 150, 2200, 2140, 0, 60, 2)
IN_APRIL = Figures(0, 0, -700, -700, 0, 0, 0, 1, 1000)


@pytest.fixture
def ledger(pharmacy: Pharmacy) -> Ledger:
    return cost_ledger(pharmacy)


def cost(pharmacy: Pharmacy, *by: Dimension, **narrowed: int | date) -> Cost:
    with pharmacy.database.reading() as session:
        return reporting.cost(session, replace(PERIOD, by=by or (Dimension.MONTH,), **narrowed))


def by_key(report: Cost) -> Mapping[tuple[object, ...], Figures]:
    return {group.keys: group.figures for group in report.rows}


def test_it_adds_a_period_up_and_dates_a_reversal_in_its_own_month(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    report = cost(pharmacy)
    assert by_key(report) == {(MARCH,): IN_MARCH, (APRIL,): IN_APRIL}
    assert report.total == TOTAL
    assert report.groups == ()


def test_it_counts_a_person_with_two_records_once_and_nobody_who_gave_all_back(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    report = cost(pharmacy, Dimension.DRUG)
    assert by_key(report) == {
        (ledger.drug_a,): Figures(4, 150, 1500, 1440, 0, 60, 2),
        (ledger.drug_b,): Figures(0, 0, 0, 0, 0, 0, 0, 1, 1000),
    }
    assert report.total.beneficiaries == 2


def test_it_breaks_two_dimensions_down_with_a_subtotal_of_the_first(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    report = cost(pharmacy, Dimension.MONTH, Dimension.DRUG)
    assert [(group.keys, group.figures) for group in report.rows] == [
        ((MARCH, ledger.drug_a), Figures(3, 120, 1200, 1140, 0, 60, 2)),
        ((MARCH, ledger.drug_b), Figures(1, 30, 1000, 1000, 0, 0, 1)),
        ((APRIL, ledger.drug_a), Figures(1, 30, 300, 300, 0, 0, 1)),
        ((APRIL, ledger.drug_b), Figures(-1, -30, -1000, -1000, 0, 0, 0, 1, 1000)),
    ]
    assert [(group.keys, group.figures) for group in report.groups] == [
        ((MARCH,), IN_MARCH),
        ((APRIL,), IN_APRIL),
    ]
    assert report.total == TOTAL


def test_it_breaks_down_by_centre_channel_condition_and_fund(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    his = Figures(1, 60, 600, 540, 0, 60, 1)
    hers = Figures(3, 90, 900, 900, 0, 0, 1, 1, 1000)
    assert by_key(cost(pharmacy, Dimension.CENTRE)) == {(ledger.centre_id,): his, (None,): hers}
    assert by_key(cost(pharmacy, Dimension.CHANNEL)) == {
        (Channel.CITY_CENTRE,): his,
        (Channel.HOTLINE,): hers,
    }
    assert by_key(cost(pharmacy, Dimension.CONDITION)) == {
        (ledger.condition_id,): Figures(2, 60, 600, 600, 0, 0, 1, 1, 1000),
        (None,): Figures(2, 90, 900, 840, 0, 60, 2),
    }
    assert by_key(cost(pharmacy, Dimension.FUND)) == {(pharmacy.fund_id,): TOTAL}


def test_it_breaks_down_and_narrows_by_site_and_says_what_no_code_or_prescriber_has(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    assert by_key(cost(pharmacy, Dimension.SITE)) == {(pharmacy.site_id,): TOTAL}
    for level in (Dimension.ATC_1, Dimension.ATC_2, Dimension.ATC_3, Dimension.PRESCRIBER):
        assert by_key(cost(pharmacy, level)) == {(None,): TOTAL}
    assert cost(pharmacy, site_id=pharmacy.site_id).total == TOTAL
    assert cost(pharmacy, site_id=pharmacy.site_id + 1).total == Figures()


def test_it_breaks_down_by_sex_atc_group_and_age_in_completed_years_on_the_day(
    pharmacy: Pharmacy,
) -> None:
    drug = add_drug(pharmacy, atc="A10BA02")
    add_batch(pharmacy, drug, 300, 3000)
    for born in (date(2011, 3, 10), date(2011, 3, 11), date(2020, 2, 29)):
        child = add_beneficiary(
            pharmacy,
            identity_kind=IdentityKind.PASSPORT,
            identity_number=f"{born:%Y%m%d}",
            birth_date=born,
            sex=Sex.MALE if born.day == 29 else Sex.FEMALE,
        )
        approved = approve_request(pharmacy, item(drug), beneficiary_id=child)
        hand_out(pharmacy, order(approved, 30))
    # On 10 March 2026: fifteen today, fourteen until tomorrow, and six.
    found = cost(pharmacy, Dimension.AGE)
    assert {keys[0]: figures.lines for keys, figures in by_key(found).items()} == {
        "05-14": 2,
        "15-24": 1,
    }
    sexes = cost(pharmacy, Dimension.SEX, Dimension.AGE)
    assert {keys: figures.beneficiaries for keys, figures in by_key(sexes).items()} == {
        (Sex.FEMALE, "05-14"): 1,
        (Sex.FEMALE, "15-24"): 1,
        (Sex.MALE, "05-14"): 1,
    }
    groups = {Dimension.ATC_1: "A", Dimension.ATC_2: "A10", Dimension.ATC_3: "A10B"}
    for level, key in groups.items():
        assert list(by_key(cost(pharmacy, level))) == [(key,)]


def test_it_narrows_to_a_drug_a_centre_a_fund_and_a_day(pharmacy: Pharmacy, ledger: Ledger) -> None:
    assert cost(pharmacy, drug_id=ledger.drug_b).total == Figures(0, 0, 0, 0, 0, 0, 0, 1, 1000)
    assert cost(pharmacy, centre_id=ledger.centre_id).total.cost == 600
    assert cost(pharmacy, fund_id=pharmacy.fund_id + 1).total == Figures()
    first_day = cost(pharmacy, date_from=date(2026, 3, 10), date_to=date(2026, 3, 10))
    assert first_day.total == IN_MARCH
    assert cost(pharmacy, date_from=date(2026, 3, 11), date_to=date(2026, 3, 31)).rows == []


def test_it_lists_every_reversal_so_that_they_add_up_to_what_was_taken_off(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    undo(pharmacy, ledger.first, line=1, now=after(32))
    report = cost(pharmacy)
    assert [(undone.on, undone.cost) for undone in report.reversals] == [
        (date(2026, 4, 10), -1000),
        (date(2026, 4, 11), -300),
    ]
    assert {undone.reason for undone in report.reversals} == {"wrong_quantity"}
    assert report.total.reversed_cost == 1300
    assert report.total.reversed_lines == 2


NARROWED = {
    Dimension.CONDITION: "condition_id",
    Dimension.CHANNEL: "channel",
    Dimension.ATC_1: "atc",
    Dimension.ATC_2: "atc",
    Dimension.ATC_3: "atc",
    Dimension.SEX: "sex",
    Dimension.AGE: "age",
    Dimension.PRESCRIBER: "prescriber",
}


@pytest.mark.parametrize("dimension", NARROWED)
def test_narrowed_to_a_group_it_tells_that_group_and_its_lines(
    pharmacy: Pharmacy, ledger: Ledger, dimension: Dimension
) -> None:
    give_all_that_is_asked(pharmacy)
    named = [group for group in cost(pharmacy, dimension).rows if group.keys != (None,)]
    assert named
    for group in named:
        asked = {NARROWED[dimension]: group.keys[0]}
        narrowed = cost(pharmacy, Dimension.FUND, **asked)
        assert narrowed.total == group.figures
        with pharmacy.database.reading() as session:
            query = replace(PERIOD, **asked)
            assert cost_lines.sums(session, query, {}) == replace(group.figures, beneficiaries=0)
            lines = session.execute(cost_lines.lines(query, {})).all()
            assert sum(row[0].cost for row in lines) == group.figures.cost
            persons = cost_lines.person_sums(session, query, {})
            assert persons.persons == group.figures.beneficiaries
            assert -sum(one.cost for one in narrowed.reversals) == group.figures.reversed_cost


def give_all_that_is_asked(pharmacy: Pharmacy) -> None:
    """Hand out an item with an ATC code, on a doctor's prescription."""
    drug = add_drug(pharmacy, atc="C09AA05")
    add_batch(pharmacy, drug, 100, 5000)
    approved = approve_request(pharmacy, item(drug, 30))
    hand_out(pharmacy, order(approved, 30, care=Care(prescriber="د. منى")))


def test_it_names_the_seal_of_the_last_voucher_of_the_period(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    in_march = cost(pharmacy, date_to=date(2026, 3, 31)).last_seal
    to_april = cost(pharmacy).last_seal
    assert len(in_march) == len(to_april) == 64
    assert in_march != to_april


def test_it_refuses_a_period_that_ends_before_it_begins(pharmacy: Pharmacy) -> None:
    with pytest.raises(InvalidPeriod):
        cost(pharmacy, date_from=TO, date_to=FROM)
    with pytest.raises(InvalidPeriod):
        cost(pharmacy, date_from=date(1900, 1, 1))


def test_it_refuses_three_dimensions(pharmacy: Pharmacy) -> None:
    with pytest.raises(InvalidPeriod):
        cost(pharmacy, Dimension.MONTH, Dimension.DRUG, Dimension.FUND)


def test_it_asks_the_same_few_statements_however_much_there_is(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    with statements_of(pharmacy.database) as few:
        cost(pharmacy, Dimension.FUND, date_from=date(2026, 4, 1))
    with statements_of(pharmacy.database) as many:
        cost(pharmacy, Dimension.DRUG)
    assert len(few) == len(many) == 7


def test_the_lines_behind_each_figure_add_up_to_it(pharmacy: Pharmacy, ledger: Ledger) -> None:
    by = (Dimension.MONTH, Dimension.CENTRE)
    query = replace(PERIOD, by=by)
    with pharmacy.database.reading() as session:
        for group in reporting.cost(session, query).rows:
            keys = dict(zip(by, group.keys, strict=True))
            summed = cost_lines.sums(session, query, keys)
            assert summed == replace(group.figures, beneficiaries=0)
            lines = session.execute(cost_lines.lines(query, keys)).all()
            assert sum(row[0].cost for row in lines) == group.figures.cost


def test_the_lines_of_the_reversals_alone_are_those_undone(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    with pharmacy.database.reading() as session:
        lines = session.execute(cost_lines.lines(PERIOD, {}, cost_lines.Only(reversals=True))).all()
        assert [(row[0].cost, row[1].id, row[2].id) for row in lines] == [
            (-1000, ledger.reversal, ledger.first)
        ]
        undone = cost_lines.sums(session, PERIOD, {}, cost_lines.Only(reversals=True))
        assert (undone.reversed_lines, undone.reversed_cost) == (1, 1000)
