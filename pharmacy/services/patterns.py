"""Unusual patterns in what was handed out: found in posted facts, told as questions.

Each finder returns what it is about (a person or a member of staff), how often it was seen among
how many, and the vouchers meant, so that every figure opens its lines. What was undone does not
count against a person; undoing itself has a pattern of its own. Of a person, what contract
pharmacies gave counts too, each being a site, as far as the claim was accepted: days are told from
the day it was given, and it is asked about in the period in which its claim was decided.

A period is not looked at by itself: what a person was given before it is read as far back as it can
matter, so that nothing is lost over a month's edge, and only what belongs to the period is asked
about. Nor is a site: everything is compared, and of a site those questions are told that touch it.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from pharmacy.models import Beneficiary, NoticeOverride, Staff, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.patterns import (
    FEWEST,
    NEAR_DAYS,
    PAIR_PERCENT,
    ROUND_UNITS,
    PatternKind,
    Rate,
    WorkingTime,
    is_odd_hour,
    is_quick,
    stands_out,
)
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.number_ranges import numbers_before
from pharmacy.services.pattern_lines import GivenElsewhere, GivenHere, Visit, given_to_persons
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.request_clock import holidays
from pharmacy.services.settings import whole_setting


@dataclass(frozen=True, slots=True)
class Pattern:
    """A question: of what kind, about whom, how often among how many, beside all, which vouchers.

    `whom` is the id of a beneficiary or of a member of staff, as the kind says; 0 for the books.
    `usual` is the rate of everybody, for kinds that are rates of staff; `claim_line_ids` are the
    visits to contract pharmacies that are meant, each by the first of its lines; `sites` are our
    sites that the question touches.
    """

    kind: PatternKind
    whom: int
    own: Rate
    usual: Rate | None
    voucher_ids: Sequence[int]
    claim_line_ids: Sequence[int] = ()
    sites: frozenset[int] = frozenset()


def patterns(session: Session, query: ReportQuery, *, actor: Actor) -> list[Pattern]:
    """Return the questions of a period, kind by kind, the most frequent first.

    Raises:
        NotPermitted: The role does not look for patterns.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.PATTERN_VIEW)
    query.check()
    of_persons = given_to_persons(session, query)
    lines = [line for line in of_persons if isinstance(line, GivenHere) and line.asked]
    undone = _undone(session, query)
    site_of = {line.voucher_id: line.site_id for line in lines}
    site_of.update((voucher_id, site_id) for _staff, voucher_id, site_id in undone)
    finders: Sequence[Callable[[], Iterator[Pattern]]] = (
        lambda: _two_sites(of_persons),
        lambda: _quick_repeats(of_persons),
        lambda: _of_staff(PatternKind.ODD_HOURS, _vouchers(lines), _odd(session, lines)),
        lambda: _of_staff(PatternKind.OVERRIDES, _vouchers(lines), _overridden(session, lines)),
        lambda: _undoings(undone, lines),
        lambda: _of_staff(PatternKind.ROUND_QUANTITIES, _vouchers(lines), _round(lines)),
        lambda: _same_hands(lines),
        lambda: _gaps(session, query),
    )
    return [
        pattern
        for find in finders
        for pattern in sorted(find(), key=lambda one: (-one.own.seen, one.whom))
        if query.site_id is None or query.site_id in _touched(pattern, site_of)
    ]


def _touched(pattern: Pattern, site_of: Mapping[int, int]) -> frozenset[int]:
    """Return our sites that a question touches: those it names, those of the vouchers meant."""
    meant = (site_of[one] for one in pattern.voucher_ids if one in site_of)
    return pattern.sites.union(meant)


_Given = TypeVar("_Given", GivenHere, GivenHere | GivenElsewhere)


def _by_person(lines: Sequence[_Given]) -> Mapping[int, list[_Given]]:
    grouped: dict[int, list[_Given]] = defaultdict(list)
    for line in lines:
        grouped[line.person].append(line)
    return grouped


Pair = tuple[GivenHere | GivenElsewhere, GivenHere | GivenElsewhere]
"""An issue and the one after it."""


def _of_person(
    kind: PatternKind,
    person: int,
    meant: set[Visit],
    pairs: Sequence[Pair],
    own: Sequence[GivenHere | GivenElsewhere],
) -> Pattern:
    return Pattern(
        kind,
        person,
        Rate(len(meant), len({line.visit for line in own if line.asked})),
        None,
        sorted(visit for elsewhere, visit in meant if not elsewhere),
        sorted(visit for elsewhere, visit in meant if elsewhere),
        frozenset(one.site_id for pair in pairs for one in pair if isinstance(one, GivenHere)),
    )


def _two_sites(lines: Sequence[GivenHere | GivenElsewhere]) -> Iterator[Pattern]:
    for person, own in _by_person(lines).items():
        pairs = [
            (before, after)
            for before, after in itertools.pairwise(own)
            if before.place != after.place
            and (after.on - before.on).days <= NEAR_DAYS
            and (before.asked or after.asked)
        ]
        if pairs:
            meant = {one.visit for pair in pairs for one in pair if one.asked}
            yield _of_person(PatternKind.TWO_SITES, person, meant, pairs, own)


def _quick_repeats(lines: Sequence[GivenHere | GivenElsewhere]) -> Iterator[Pattern]:
    for person, own in _by_person(lines).items():
        last: dict[int, GivenHere | GivenElsewhere] = {}
        pairs: list[Pair] = []
        for line in own:
            before = last.get(line.drug_id)
            if (
                before is not None
                and before.visit != line.visit
                and is_quick((line.on - before.on).days, before.days)
                and (before.asked or line.asked)
            ):
                pairs.append((before, line))
            last[line.drug_id] = line
        if pairs:
            # A claim may be decided after the month in which the counter gave the next issue:
            # then it is the claim of which the period asks.
            meant = {(after if after.asked else before).visit for before, after in pairs}
            yield _of_person(PatternKind.QUICK_REPEAT, person, meant, pairs, own)


def _same_hands(lines: Sequence[GivenHere]) -> Iterator[Pattern]:
    """One hand for nearly all of a person's issues, where others served the site as well."""
    crews: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        crews[line.site_id].add(line.staff_id)
    for person, own in _by_person(lines).items():
        served: dict[int, set[int]] = defaultdict(set)
        for line in own:
            if len(crews[line.site_id]) > 1:
                served[line.staff_id].add(line.voucher_id)
        visits = {voucher for vouchers in served.values() for voucher in vouchers}
        if len(visits) < 2 * FEWEST:
            continue
        most = max(served.values(), key=len)
        if 100 * len(most) >= PAIR_PERCENT * len(visits):
            yield Pattern(
                PatternKind.SAME_HANDS, person, Rate(len(most), len(visits)), None, sorted(most)
            )


def _vouchers(lines: Sequence[GivenHere]) -> dict[int, set[int]]:
    """Return the dispensings of each member of staff."""
    by_staff: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        by_staff[line.staff_id].add(line.voucher_id)
    return by_staff


def _odd(session: Session, lines: Sequence[GivenHere]) -> dict[int, set[int]]:
    working = working_time(session)
    return _vouchers([line for line in lines if is_odd_hour(line.at, working)])


def working_time(session: Session) -> WorkingTime:
    """Return the counter's working hours of the settings, and the holidays of the calendar."""
    opens, closes = (whole_setting(session, name) for name in ("working_from", "working_until"))
    return WorkingTime(opens, closes, holidays(session))


def _round(lines: Sequence[GivenHere]) -> dict[int, set[int]]:
    return _vouchers([line for line in lines if line.quantity % ROUND_UNITS == 0])


def _overridden(session: Session, lines: Sequence[GivenHere]) -> dict[int, set[int]]:
    if not lines:
        return {}
    ids = {line.voucher_id for line in lines}
    statement = select(NoticeOverride.voucher_id).where(
        NoticeOverride.reason != "", NoticeOverride.voucher_id.between(min(ids), max(ids))
    )
    found = set(session.scalars(statement)) & ids
    return _vouchers([line for line in lines if line.voucher_id in found])


def _undone(session: Session, query: ReportQuery) -> list[tuple[int, int, int]]:
    """Return the dispensings undone in a period: whose they were, each, and its site."""
    undoing = aliased(Voucher)
    statement = (
        select(Voucher.posted_by, Voucher.id, Voucher.site_id)
        .join(undoing, undoing.reverses_id == Voucher.id)
        .where(
            Voucher.kind == VoucherKind.DISPENSING,
            undoing.business_date.between(query.date_from, query.date_to),
        )
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def _undoings(
    found: Sequence[tuple[int, int, int]], lines: Sequence[GivenHere]
) -> Iterator[Pattern]:
    """Whose dispensings are undone oftener than those of others, whoever undid them."""
    undone: dict[int, set[int]] = defaultdict(set)
    for staff_id, voucher_id, _site in found:
        undone[staff_id].add(voucher_id)
    given = _vouchers(lines)
    worked = {
        staff_id: given.get(staff_id, set()) | undone.get(staff_id, set())
        for staff_id in given.keys() | undone.keys()
    }
    yield from _of_staff(PatternKind.UNDOINGS, worked, undone)


def _of_staff(
    kind: PatternKind, worked: Mapping[int, set[int]], meant: Mapping[int, set[int]]
) -> Iterator[Pattern]:
    """Return those whose rate stands out among all."""
    everybody = Rate(
        sum(len(vouchers) for vouchers in meant.values()),
        sum(len(vouchers) for vouchers in worked.values()),
    )
    for staff_id, vouchers in meant.items():
        own = Rate(len(vouchers), len(worked[staff_id]))
        if stands_out(own, everybody):
            yield Pattern(kind, staff_id, own, everybody, sorted(vouchers))


def _gaps(session: Session, query: ReportQuery) -> Iterator[Pattern]:
    """Numbers of dispensings that follow each other with one missing; by the books' promise none.

    Looked for here as well, so that whoever reads the questions need not take a promise for it.
    The first of a period follows the last before it.
    """
    of_dispensings = Voucher.kind == VoucherKind.DISPENSING
    before = {
        (row[0], row[2]): row[3]
        for row in session.execute(numbers_before(query.date_from).where(of_dispensings))
    }
    statement = (
        select(Voucher.site_id, Voucher.fiscal_year, Voucher.number, Voucher.id)
        .where(of_dispensings, Voucher.business_date.between(query.date_from, query.date_to))
        .order_by(Voucher.site_id, Voucher.fiscal_year, Voucher.number)
    )
    if query.site_id is not None:
        statement = statement.where(Voucher.site_id == query.site_id)
    rows = session.execute(statement).all()
    meant, sites = [], set()
    for site_id, year, number, voucher_id in rows:
        if number > before.get((site_id, year), 0) + 1:
            meant.append(voucher_id)
            sites.add(site_id)
        before[site_id, year] = number
    if meant:
        missing = Rate(len(meant), len(rows))
        yield Pattern(PatternKind.NUMBER_GAPS, 0, missing, None, meant, sites=frozenset(sites))


def cards_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the card numbers of persons."""
    return {
        row[0]: row[1]
        for row in session.execute(
            select(Beneficiary.id, Beneficiary.card_number).where(Beneficiary.id.in_(ids))
        )
    }


def names_of_staff(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the Arabic and English names of staff."""
    rows = session.execute(select(Staff.id, Staff.name_ar, Staff.name_en).where(Staff.id.in_(ids)))
    return {row[0]: (row[1], row[2]) for row in rows}
