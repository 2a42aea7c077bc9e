"""What the check of a claim's line found, in words: for its page, and for the note that is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pharmacy.rules.claim import Beyond, bound_amount
from pharmacy.rules.vocabulary import ClaimReason, NoticeCode
from pharmacy.services.claim_decision import LineDecision
from pharmacy.services.claim_facts import Checked
from pharmacy.web.language import gettext
from pharmacy.web.notice_words import NAMES
from pharmacy.web.words import units, word
from reports import figures

_BEYOND: Mapping[Beyond, NoticeCode] = {
    Beyond.TOO_EARLY: NoticeCode.NOT_YET_DUE,
    Beyond.MORE_THAN_AN_ISSUE: NoticeCode.MORE_THAN_AN_ISSUE,
    Beyond.CASE_CEILING: NoticeCode.CASE_CEILING,
    Beyond.MONTH_CEILING: NoticeCode.MONTH_CEILING,
}
"""The counter stops the same things, and calls them by the same names."""
CEILINGS = frozenset({Beyond.CASE_CEILING, Beyond.MONTH_CEILING})


def finding(one: Checked) -> str:
    """Return in two or three words why less than all is proposed; empty where all is in order."""
    if one.proposal.beyond:
        return gettext(NAMES[_BEYOND[one.proposal.beyond]])
    return word(one.proposal.reason) if one.proposal.reason else ""


def finding_facts(one: Checked) -> str:
    """Return the days and figures behind a finding; empty where its name says all."""
    if one.proposal.beyond in CEILINGS:
        return gettext(
            "EGP %(amount)s were left of it", amount=figures.amount(bound_amount(one.facts))
        )
    if one.proposal.beyond:
        return " · ".join(_timely(one))
    if one.proposal.reason is ClaimReason.PRICE and one.facts.agreed is not None:
        return gettext(
            "EGP %(amount)s were agreed on that day", amount=figures.amount(one.facts.agreed)
        )
    return ""


def _timely(one: Checked) -> list[str]:
    due = one.due
    assert due is not None, "what was not approved has no day"
    said = []
    if due.units:
        said.append(
            gettext("%(units)s were due on that day", units=units(due.units, one.drug.unit))
        )
    if due.since_on:
        said.append(gettext("given again on %(day)s", day=figures.day(due.since_on)))
    elif not due.units:
        last_on, next_from = figures.day(due.last_on), figures.day(due.next_from)
        said.append(
            gettext(
                "given on %(last_on)s, due next from %(next_from)s",
                last_on=last_on,
                next_from=next_from,
            )
        )
    return said


def with_findings(
    decisions: Mapping[int, LineDecision], checked: Sequence[Checked]
) -> dict[int, LineDecision]:
    """Note on each line that was left as proposed what the check found.

    A decision files what is beyond the approval under what was not approved; its note keeps the
    finding for the letter and for whoever reads the claim later.
    """
    noted = dict(decisions)
    for one in checked:
        decision = noted.get(one.line.line_no)
        proposal = one.proposal
        if decision is None or decision.note.strip() or not proposal.beyond:
            continue
        if decision.reason is proposal.reason and decision.quantity <= proposal.quantity:
            note = f"{finding(one)}: {finding_facts(one)}"
            noted[one.line.line_no] = replace(decision, note=note)
    return noted
