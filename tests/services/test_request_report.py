"""What became of requests: exact counts and days, the same conditions as the lists behind them."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from pharmacy.errors import InvalidPeriod, NotPermitted
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Channel, RequestCategory, Role
from pharmacy.services import request_list, request_report
from pharmacy.services.request_list import RequestQuery
from pharmacy.services.request_report import (
    RequestDimension,
    RequestFigures,
    RequestReportQuery,
    median,
    ninetieth,
)
from pharmacy.services.request_standing import Standing
from tests.builders import TODAY, Pharmacy
from tests.request_sample import Sample, add_standing, request_sample


@pytest.fixture
def sample(pharmacy: Pharmacy) -> Sample:
    return request_sample(pharmacy, TODAY)


def report(
    pharmacy: Pharmacy,
    by: RequestDimension | None = None,
    *,
    role: Role = Role.MANAGER,
    first: date = TODAY - timedelta(days=400),
    last: date = TODAY,
) -> request_report.RequestReport:
    query = RequestReportQuery(date_from=first, date_to=last, by=by)
    with pharmacy.database.reading() as session:
        return request_report.report(session, query, actor=pharmacy[role], today=TODAY)


def test_every_figure_of_the_whole_is_exact(sample: Sample, pharmacy: Pharmacy) -> None:
    total = report(pharmacy).total
    assert total.received == 8
    assert +total.standing == Counter(
        {
            Standing.CLOSED: 3,
            Standing.OPEN: 5,
            Standing.OVERDUE: 3,
            Standing.REOPENED: 1,
            Standing.AWAITING_PAPERS: 1,
            Standing.REPLIED: 5,
            Standing.SETTLED: 3,
            Standing.WITHIN_LIMIT: 2,
            Standing.HANDED_OVER: 1,
            Standing.NEVER_DISPENSED: 1,
            Standing.OPEN_7: 1,
            Standing.OPEN_30: 1,
            Standing.OPEN_90: 1,
            Standing.OPEN_365: 1,
            Standing.OPEN_OLDER: 1,
        }
    )
    assert total.reply_days == Counter({1: 2, 2: 1, 4: 1, 30: 1})
    assert (median(total.settle_days), ninetieth(total.settle_days)) == (10, 30)
    assert total.hand_over_days == Counter({7: 1})
    assert total.share_within == 3333


@pytest.mark.parametrize("by", list(RequestDimension))
def test_the_rows_of_each_dimension_add_up_to_the_whole(
    sample: Sample, pharmacy: Pharmacy, by: RequestDimension
) -> None:
    found = report(pharmacy, by)
    added = RequestFigures()
    for row in found.rows:
        added.add(row.figures)
    assert added == found.total == report(pharmacy).total


def test_channels_and_centres_have_their_own_figures(sample: Sample, pharmacy: Pharmacy) -> None:
    channels = {
        row.key: row.figures.received for row in report(pharmacy, RequestDimension.CHANNEL).rows
    }
    assert channels == {
        Channel.PORTAL: 2,
        Channel.HOTLINE: 1,
        Channel.CITY_CENTRE: 2,
        Channel.VILLAGE_CENTRE: 2,
        Channel.PUBLIC_MEETING: 1,
    }
    centres = {row.key: row.figures for row in report(pharmacy, RequestDimension.CENTRE).rows}
    assert {key: figures.received for key, figures in centres.items()} == {
        None: 4,
        sample.city: 2,
        sample.village: 2,
    }
    # One settled late, one overdue: nothing in time, and nothing taken as resolved.
    assert centres[sample.village].share_within == 0
    # One within its time, one waiting for papers: no share can be told yet.
    assert centres[sample.city].share_within is None


@pytest.mark.parametrize("standing", [None, *Standing])
def test_each_figure_is_the_length_of_the_list_behind_it(
    sample: Sample, pharmacy: Pharmacy, standing: Standing | None
) -> None:
    total = report(pharmacy).total
    query = RequestQuery(date_from=sample.first, date_to=TODAY, counted=standing)
    manager = pharmacy[Role.MANAGER]
    with pharmacy.database.reading() as session:
        listed = request_list.listed(query, actor=manager, today=TODAY)
        behind = len(session.execute(listed).all())
        assert behind == request_list.count(session, query, actor=manager, today=TODAY)
    assert behind == (total.received if standing is None else total.standing[standing])


def test_who_sees_one_centre_counts_one_centre(sample: Sample, pharmacy: Pharmacy) -> None:
    query = RequestReportQuery(date_from=sample.first, date_to=TODAY, by=None)
    local = replace(pharmacy[Role.MANAGER], centre_id=sample.village)
    with pharmacy.database.reading() as session:
        assert request_report.report(session, query, actor=local, today=TODAY).total.received == 2


def test_a_period_counts_its_first_and_its_last_day(sample: Sample, pharmacy: Pharmacy) -> None:
    day = TODAY - timedelta(days=40)
    assert report(pharmacy, first=day, last=day).total.received == 2
    assert report(pharmacy, first=TODAY, last=TODAY).total == RequestFigures()


def test_what_was_handed_over_before_a_new_approval_counts_no_days(pharmacy: Pharmacy) -> None:
    days = {"due": 15, "approved": 9, "handed_over": 4, "settled": 4}
    add_standing(
        pharmacy, TODAY - timedelta(days=20), RequestState.DISPENSING, days,
        channel=Channel.COUNTER, category=RequestCategory.MEDICINE,
    )  # fmt: skip
    total = report(pharmacy).total
    assert total.hand_over_days == Counter()
    assert total.standing[Standing.HANDED_OVER] == 0
    assert total.standing[Standing.SETTLED] == 1


def test_it_is_for_those_who_may_report_and_for_periods_that_are_some(pharmacy: Pharmacy) -> None:
    with pytest.raises(NotPermitted):
        report(pharmacy, role=Role.CLERK)
    with pytest.raises(InvalidPeriod):
        report(pharmacy, first=TODAY, last=TODAY - timedelta(days=1))
