"""Unusual patterns in what was handed out: found in posted facts, told as questions.

Each finder returns what it is about (a person or a member of staff), how often it was seen among
how many, and the vouchers meant, so that every figure opens its lines. What was undone does not
count against a person; undoing itself has a pattern of its own. Of a person, what contract
pharmacies gave counts too, each being a site, as far as the claim was accepted: days are told from
the day it was given, and it is asked about in the period in which its claim was decided.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from pharmacy.models import Beneficiary, DispensingLine, NoticeOverride, Staff, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.patterns import (
    FEWEST,
    NEAR_DAYS,
    PAIR_PERCENT,
    ROUND_UNITS,
    PatternKind,
    Rate,
    is_odd_hour,
    is_quick,
    stands_out,
)
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.claim_given import given_query, standing_lines
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True)
class Pattern:
    """A question: of what kind, about whom, how often among how many, beside all, which vouchers.

    `whom` is the id of a beneficiary or of a member of staff, as the kind says; 0 for the books.
    `usual` is the rate of everybody, for kinds that are rates of staff; `claim_line_ids` are the
    visits to contract pharmacies that are meant, each by the first of its lines.
    """

    kind: PatternKind
    whom: int
    own: Rate
    usual: Rate | None
    voucher_ids: Sequence[int]
    claim_line_ids: Sequence[int] = ()


Visit = tuple[bool, int]
"""A dispensing by its voucher, or a visit to a contract pharmacy (then true) by its first line."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that stands: what was given to whom, when, by whom, where; quantity in units."""

    voucher_id: int
    site_id: int
    staff_id: int
    at: datetime
    person: int
    drug_id: int
    on: date
    days: int
    quantity: int

    @property
    def visit(self) -> Visit:
        """The dispensing it belongs to."""
        return (False, self.voucher_id)

    @property
    def place(self) -> Visit:
        """Where it was given."""
        return (False, self.site_id)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """A line that a contract pharmacy gave and that was accepted."""

    visit: Visit
    place: Visit
    person: int
    drug_id: int
    on: date
    days: int


_undoing = aliased(DispensingLine)


def patterns(session: Session, query: ReportQuery, *, actor: Actor) -> list[Pattern]:
    """Return the questions of a period, kind by kind, the most frequent first.

    Raises:
        NotPermitted: The role does not look for patterns.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.PATTERN_VIEW)
    query.check()
    lines = _standing_lines(session, query)
    of_persons: list[_Line | _Elsewhere] = [*lines, *_given_elsewhere(session, query)]
    of_persons.sort(key=lambda line: line.on)
    finders: Sequence[Callable[[], Iterator[Pattern]]] = (
        lambda: _two_sites(of_persons),
        lambda: _quick_repeats(of_persons),
        lambda: _of_staff(PatternKind.ODD_HOURS, _vouchers(lines), _odd(lines)),
        lambda: _of_staff(PatternKind.OVERRIDES, _vouchers(lines), _overridden(session, lines)),
        lambda: _undoings(session, query, lines),
        lambda: _of_staff(PatternKind.ROUND_QUANTITIES, _vouchers(lines), _round(lines)),
        lambda: _same_hands(lines),
        lambda: _gaps(session, query),
    )
    return [
        pattern
        for find in finders
        for pattern in sorted(find(), key=lambda one: (-one.own.seen, one.whom))
    ]


def _standing_lines(session: Session, query: ReportQuery) -> list[_Line]:
    line = DispensingLine
    statement = (
        select(
            line.voucher_id, Voucher.site_id, Voucher.posted_by, Voucher.posted_at,
            Beneficiary.merged_into_id, line.beneficiary_id, line.drug_id, line.business_date,
            line.days, line.quantity,
        )
        .join(Voucher, Voucher.id == line.voucher_id)
        .join(Beneficiary, Beneficiary.id == line.beneficiary_id)
        .where(
            line.business_date.between(query.date_from, query.date_to),
            line.reverses_line_id.is_(None),
            ~exists().where(
                _undoing.reverses_line_id == line.id, _undoing.business_date <= query.date_to
            ),
        )
        .order_by(line.business_date, line.id)
    )  # fmt: skip
    if query.site_id is not None:
        statement = statement.where(Voucher.site_id == query.site_id)
    return [
        _Line(row[0], row[1], row[2], row[3], row[4] or row[5], row[6], row[7], row[8], row[9])
        for row in session.execute(statement)
    ]


def _given_elsewhere(session: Session, query: ReportQuery) -> list[_Elsewhere]:
    """Return what contract pharmacies gave; of one of our sites nothing."""
    wanted = given_query(query)
    first: dict[tuple[int, date, int], int] = {}
    found = []
    for line in standing_lines(session, wanted):
        key = (line.claim_id, line.on, line.person)
        visit = (True, first.setdefault(key, line.line_id))
        place = (True, line.pharmacy_id)
        found.append(_Elsewhere(visit, place, line.person, line.drug_id, line.on, line.days))
    return found


_Given = TypeVar("_Given", _Line, _Line | _Elsewhere)


def _by_person(lines: Sequence[_Given]) -> Mapping[int, list[_Given]]:
    grouped: dict[int, list[_Given]] = defaultdict(list)
    for line in lines:
        grouped[line.person].append(line)
    return grouped


def _of_person(
    kind: PatternKind, person: int, meant: set[Visit], own: Sequence[_Line | _Elsewhere]
) -> Pattern:
    return Pattern(
        kind,
        person,
        Rate(len(meant), len({line.visit for line in own})),
        None,
        sorted(visit for elsewhere, visit in meant if not elsewhere),
        sorted(visit for elsewhere, visit in meant if elsewhere),
    )


def _two_sites(lines: Sequence[_Line | _Elsewhere]) -> Iterator[Pattern]:
    for person, own in _by_person(lines).items():
        meant = {
            line.visit
            for before, after in itertools.pairwise(own)
            if before.place != after.place and (after.on - before.on).days <= NEAR_DAYS
            for line in (before, after)
        }
        if meant:
            yield _of_person(PatternKind.TWO_SITES, person, meant, own)


def _quick_repeats(lines: Sequence[_Line | _Elsewhere]) -> Iterator[Pattern]:
    for person, own in _by_person(lines).items():
        last: dict[int, _Line | _Elsewhere] = {}
        meant: set[Visit] = set()
        for line in own:
            before = last.get(line.drug_id)
            if (
                before is not None
                and before.visit != line.visit
                and is_quick((line.on - before.on).days, before.days)
            ):
                meant.add(line.visit)
            last[line.drug_id] = line
        if meant:
            yield _of_person(PatternKind.QUICK_REPEAT, person, meant, own)


def _same_hands(lines: Sequence[_Line]) -> Iterator[Pattern]:
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


def _vouchers(lines: Sequence[_Line]) -> dict[int, set[int]]:
    """Return the dispensings of each member of staff."""
    by_staff: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        by_staff[line.staff_id].add(line.voucher_id)
    return by_staff


def _odd(lines: Sequence[_Line]) -> dict[int, set[int]]:
    return _vouchers([line for line in lines if is_odd_hour(line.at)])


def _round(lines: Sequence[_Line]) -> dict[int, set[int]]:
    return _vouchers([line for line in lines if line.quantity % ROUND_UNITS == 0])


def _overridden(session: Session, lines: Sequence[_Line]) -> dict[int, set[int]]:
    if not lines:
        return {}
    ids = {line.voucher_id for line in lines}
    statement = select(NoticeOverride.voucher_id).where(
        NoticeOverride.reason != "", NoticeOverride.voucher_id.between(min(ids), max(ids))
    )
    found = set(session.scalars(statement)) & ids
    return _vouchers([line for line in lines if line.voucher_id in found])


def _undoings(session: Session, query: ReportQuery, lines: Sequence[_Line]) -> Iterator[Pattern]:
    """Whose dispensings are undone oftener than those of others, whoever undid them."""
    undoing = aliased(Voucher)
    statement = (
        select(Voucher.posted_by, Voucher.id)
        .join(undoing, undoing.reverses_id == Voucher.id)
        .where(
            Voucher.kind == VoucherKind.DISPENSING,
            undoing.business_date.between(query.date_from, query.date_to),
        )
    )
    if query.site_id is not None:
        statement = statement.where(Voucher.site_id == query.site_id)
    undone: dict[int, set[int]] = defaultdict(set)
    for staff_id, voucher_id in session.execute(statement):
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
    """
    statement = (
        select(Voucher.site_id, Voucher.fiscal_year, Voucher.number, Voucher.id)
        .where(
            Voucher.kind == VoucherKind.DISPENSING,
            Voucher.business_date.between(query.date_from, query.date_to),
        )
        .order_by(Voucher.site_id, Voucher.fiscal_year, Voucher.number)
    )
    rows = session.execute(statement).all()
    meant = [
        after[3]
        for before, after in itertools.pairwise(rows)
        if before[:2] == after[:2] and after[2] != before[2] + 1
    ]
    if meant:
        yield Pattern(PatternKind.NUMBER_GAPS, 0, Rate(len(meant), len(rows)), None, meant)


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
