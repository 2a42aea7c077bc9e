"""Refusals of the cash drawer and of claims into words."""

from collections.abc import Mapping

from pharmacy import errors as e
from pharmacy.rules.money import format_egp
from pharmacy.web.language import N_, gettext
from pharmacy.web.refusal_facts import Words, by_reason

CLAIM_FAULTS: Mapping[str, str] = {
    "name_taken": N_("Somebody else has this name already. Type the name as on the contract."),
    "number": N_("Type the claim's number as the pharmacy wrote it."),
    "number_taken": N_("This pharmacy's claim with this number is on file already."),
    "dated_on": N_("This day has not come yet. Type the day on the claim."),
    "lines": N_("Type at least one line."),
    "request": N_("There is no citizen request with this number."),
    "drug": N_("No item of the formulary is called this. Type its code or its name."),
    "given_on": N_("Type the day on which it was given; it cannot be still to come."),
    "quantity": N_("Type how many units were given."),
    "amount": N_("Type the amount asked for the line."),
    "decided_fund": N_(
        "The claim's fund may not pay for it. Refuse it; the pharmacy may claim it"
        " again from a fund that may."
    ),
    "decided_quantity": N_("No more can be accepted than was asked and the approval still holds."),
    "decided_ceiling": N_(
        "A ceiling of the approval leaves less for the funds to bear. Accept at most that; only the"
        " committee can raise it."
    ),
    "decided_amount": N_("Accept at most what was asked; units and amount go together."),
    "decided_reason": N_("What is not accepted in full has a reason, and only that."),
    "decided_note": N_("Write why this differs from what the check proposes."),
}


def _drawer_moved(refusal: e.DrawerMoved) -> str:
    return gettext(
        "While the drawer was counted, what it should hold went from EGP %(shown)s to EGP"
        " %(expected)s. Look at the difference again, then sign.",
        shown=format_egp(refusal.shown),
        expected=format_egp(refusal.expected),
    )


CLAIM_SENTENCES: Mapping[type[e.PharmacyError], Words] = {
    e.DrawerMoved: _drawer_moved,
    e.InvalidClaim: by_reason(CLAIM_FAULTS, N_("This does not hold together (%(reason)s).")),
    e.ClaimDecided: N_(
        "Claim %(number)s was decided already. To decide it anew, undo the decision first."
    ),
}
