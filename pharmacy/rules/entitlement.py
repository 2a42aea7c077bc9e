"""Entitlement: what an approval still allows, and when the next issue is due.

An issue of q units lasts `q * interval_days / quantity_per_issue` days: a part of an issue lasts
its part of the days, and what was undone lasts none (the caller leaves it out). Cover runs on from
the day the last cover ended, or from the day of issue when that was later. A whole issue is due
once no more than the early share of an interval is left of it.

What an issue begun still lacks (an owing) may be collected on any day. Whoever comes for it when a
whole issue is due may have the whole issue instead; the part then no longer stands open, and its
units stay in the approval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import NoticeCode, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTerms:
    """One approved item: units an issue, issues in all, days between, first and last day."""

    approval_item_id: int
    quantity_per_issue: int
    issues: int
    interval_days: int
    valid_from: date
    valid_until: date

    @property
    def approved(self) -> int:
        """Units in all."""
        return self.quantity_per_issue * self.issues


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Units given on a day and not undone."""

    on: date
    quantity: int


def remaining(terms: ItemTerms, issued: Sequence[Issue]) -> int:
    """Return the units the approval still holds."""
    return terms.approved - sum(issue.quantity for issue in issued)


@dataclass(frozen=True, slots=True)
class _Cover:
    """Where a person stands: the day (as an ordinal) the cover ends, the units an issue lacks."""

    end: Fraction
    lacking: int


def _cover(terms: ItemTerms, issued: Sequence[Issue]) -> _Cover | None:
    """Go through what was given, in order of days."""
    cover: _Cover | None = None
    for issue in sorted(issued, key=lambda issue: issue.on):
        cover = _covered(terms, cover, issue)
    return cover


def _covered(terms: ItemTerms, cover: _Cover | None, issue: Issue) -> _Cover:
    """Return where a person stands after one more issue."""
    start = Fraction(issue.on.toordinal())
    days = Fraction(issue.quantity * terms.interval_days, terms.quantity_per_issue)
    if cover is None or issue.quantity > cover.lacking:  # a new issue begins
        lacking = max(terms.quantity_per_issue - issue.quantity, 0)
    else:
        lacking = cover.lacking - issue.quantity
    end = start if cover is None else max(cover.end, start)
    return _Cover(end + days, lacking)


def _due_from(terms: ItemTerms, cover: _Cover, early_percent: int) -> date:
    """Return the first day on which a whole issue may be given."""
    early = Fraction(terms.interval_days * (100 - early_percent), 100)
    return date.fromordinal(ceil(cover.end - early))


def lacking(terms: ItemTerms, issued: Sequence[Issue]) -> int:
    """Return the units by which the issue begun last falls short of a whole one."""
    cover = _cover(terms, issued)
    return 0 if cover is None else cover.lacking


def next_due(terms: ItemTerms, issued: Sequence[Issue], *, early_percent: int = 80) -> date | None:
    """Return the first day on which a whole issue may be given without a notice.

    Args:
        terms: The approved item.
        issued: What was given and not undone.
        early_percent: Share of the interval that must have passed.

    Returns:
        The day; None when nothing was given yet, so that it is due at once, or nothing is left.
    """
    cover = _cover(terms, issued)
    if cover is None or remaining(terms, issued) <= 0:
        return None
    return _due_from(terms, cover, early_percent)


def due_quantity(
    terms: ItemTerms, issued: Sequence[Issue], *, on: date, early_percent: int = 80
) -> int:
    """Return the units that may be given on a day without a notice: what the counter proposes."""
    if not terms.valid_from <= on <= terms.valid_until:
        return 0
    due = _due_units(terms, _cover(terms, issued), on, early_percent)
    return min(due, max(remaining(terms, issued), 0))


def _due_units(terms: ItemTerms, cover: _Cover | None, on: date, early_percent: int) -> int:
    """Return a whole issue when it is due, and what the issue begun still lacks until then."""
    if cover is None or on >= _due_from(terms, cover, early_percent):
        return terms.quantity_per_issue
    return cover.lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDue:
    """What was due on a day that is past, and what speaks against more.

    Attributes:
        units: Units of issue that were due; more than that is too early or more than an issue.
        last_on: The last issue before the day, or on it.
        next_from: From when a whole issue was due after that one.
        since_on: The first issue after the day, where it would have come too early.
    """

    units: int
    last_on: date | None = None
    next_from: date | None = None
    since_on: date | None = None


def past_due(
    terms: ItemTerms,
    *,
    requested: int,
    on: date,
    issued: Sequence[Issue],
    early_percent: int = 80,
) -> PastDue:
    """Say what was due on a day of which is heard only now, whatever is left in all.

    What was given until that day decides as it does at the counter. What was given afterwards
    must have been due even so: the same issue is not had twice, whichever is heard of first.
    """
    before = [issue for issue in issued if issue.on <= on]
    cover = _cover(terms, before)
    due = _due_units(terms, cover, on, early_percent)
    since = min((issue.on for issue in issued if issue.on > on), default=None)
    if since is not None:
        units = min(requested, due)
        fits = _fitting(terms, units, on, issued, early_percent)
        if fits < units:
            return PastDue(units=fits, since_on=since)
    return PastDue(
        units=due,
        last_on=max((issue.on for issue in before), default=None),
        next_from=None if cover is None else _due_from(terms, cover, early_percent),
    )


def _fitting(
    terms: ItemTerms, units: int, on: date, issued: Sequence[Issue], early_percent: int
) -> int:
    """Return how many of so many units leave due what was given after the day."""
    early = _early(terms, issued, early_percent)
    for _ in range(2):
        with_it = [*issued, Issue(on=on, quantity=units)]
        grown = _early(terms, with_it, early_percent) - early
        if grown <= 0:
            return units
        units = max(units - grown, 0)
    return 0


def _early(terms: ItemTerms, issued: Sequence[Issue], early_percent: int) -> int:
    """Return the units that were given before they were due, or beyond an issue."""
    early, cover = 0, None
    for issue in sorted(issued, key=lambda issue: issue.on):
        early += max(issue.quantity - _due_units(terms, cover, issue.on, early_percent), 0)
        cover = _covered(terms, cover, issue)
    return early


def check(
    terms: ItemTerms,
    *,
    requested: int,
    on: date,
    issued: Sequence[Issue],
    early_percent: int = 80,
) -> tuple[Notice, ...]:
    """Say what stands in the way of giving so many units on a day.

    Outside the dates, or more than is left in all, is a stop; before the next issue is due, or
    more than one issue at once, is a block that may be overridden with a reason.
    """
    if on < terms.valid_from:
        return (_stop(NoticeCode.APPROVAL_NOT_STARTED, valid_from=terms.valid_from),)
    if on > terms.valid_until:
        return (_stop(NoticeCode.APPROVAL_LAPSED, valid_until=terms.valid_until),)
    left = remaining(terms, issued)
    if requested > left:
        facts = {"left": max(left, 0), "approved": terms.approved}
        return (_stop(NoticeCode.APPROVAL_USED_UP, requested=requested, **facts),)
    return _frequency(terms, requested, on, issued, early_percent)


def _stop(code: NoticeCode, **facts: int | date) -> Notice:
    return Notice(code=code, severity=Severity.STOP, facts=facts)


def _frequency(
    terms: ItemTerms, requested: int, on: date, issued: Sequence[Issue], early_percent: int
) -> tuple[Notice, ...]:
    """Block what is more than is due on the day."""
    cover = _cover(terms, issued)
    due = _due_units(terms, cover, on, early_percent)
    if requested <= due:
        return ()
    facts: dict[str, int | str | date] = {
        "left": remaining(terms, issued),
        "approved": terms.approved,
    }
    if cover is not None and due == 0:
        code = NoticeCode.NOT_YET_DUE
        facts["last_on"] = max(issue.on for issue in issued)
        facts["next_from"] = _due_from(terms, cover, early_percent)
    else:
        code = NoticeCode.MORE_THAN_AN_ISSUE
        facts |= {"due": due, "requested": requested}
    return (Notice(code=code, severity=Severity.BLOCK, facts=facts),)


def check_ceilings(
    *,
    cost: int,
    case_spent: int,
    case_ceiling: int | None,
    month_spent: int,
    month_ceiling: int | None,
) -> tuple[Notice, ...]:
    """Say whether what the funds would bear (piastres) passes the case's or the month's ceiling."""
    rows = (
        (NoticeCode.CASE_CEILING, case_spent, case_ceiling),
        (NoticeCode.MONTH_CEILING, month_spent, month_ceiling),
    )
    return tuple(
        _stop(code, ceiling=ceiling, left=max(ceiling - spent, 0), needed=cost)
        for code, spent, ceiling in rows
        if ceiling is not None and spent + cost > ceiling
    )
