"""Refusals of money into words: funds, budgets, invoices, claims and drawers."""

from collections.abc import Mapping

from pharmacy import errors as e
from pharmacy.rules.money import format_egp
from pharmacy.web.language import N_, gettext
from pharmacy.web.refusal_facts import Words, by_reason

MONEY_FAULTS: Mapping[str, str] = {
    "on": N_("This day has not come yet. Type the day on the paper."),
    "amount": N_("Type an amount above zero."),
    "party_name": N_("Type who gave the money or whom it is paid to."),
    "purpose": N_("Type what the money is for."),
    "reference": N_("Type the number of the cheque or the transfer."),
}


def _insufficient_funds(refusal: e.InsufficientFunds) -> str:
    return gettext(
        "The fund holds EGP %(held)s, and EGP %(asked)s was asked for. Pay less, or from another"
        " fund.",
        held=format_egp(refusal.held),
        asked=format_egp(refusal.asked),
    )


def _unbalanced(refusal: e.LedgerUnbalanced) -> str:
    return gettext(
        "The books do not balance: EGP %(opening)s before the period, EGP %(closing)s at its end."
        " Nothing is printed of them. Run the check of the ledger and tell the administrator.",
        opening=format_egp(refusal.opening),
        closing=format_egp(refusal.closing),
    )


MONEY_SENTENCES: Mapping[type[e.PharmacyError], Words] = {
    e.InvalidMoney: by_reason(MONEY_FAULTS, N_("This does not hold together (%(reason)s).")),
    e.InsufficientFunds: _insufficient_funds,
    e.LedgerUnbalanced: _unbalanced,
}
