"""Refusals of money into words: funds, budgets, invoices, claims and drawers."""

from collections.abc import Mapping

from pharmacy import errors as e
from pharmacy.rules.calendar import fiscal_year_label
from pharmacy.rules.money import format_egp
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.refusal_facts import Words, by_reason

MONEY_FAULTS: Mapping[str, str] = {
    "pieces": N_("A drawer holds no such notes or coins. Count again."),
    "difference": N_("Type why what was counted differs from what the books say."),
    "on": N_("This day has not come yet. Type the day on the paper."),
    "amount": N_("Type an amount above zero."),
    "party_name": N_("Type who gave the money or whom it is paid to."),
    "purpose": N_("Type what the money is for."),
    "fiscal_year": N_("There is no such fiscal year. Type the year in which it begins."),
    "reason": N_("Type the reason, as the decision about the budget names it."),
    "change": N_("This would take back more than was granted. Type a smaller amount."),
    "reference": N_("Type the number of the cheque or the transfer."),
    "number": N_("Type the number on the supplier's invoice."),
    "due_on": N_("An invoice is due on its own day or later."),
    "receipts": N_("Tick the goods receipts that the invoice is for, each once."),
    "invoices": N_("Type an amount beside at least one invoice."),
    "one_fund": N_(
        "These were not bought on credit from one fund. Record or pay what belongs to one fund at"
        " a time; gifts and what was undone are owed to nobody."
    ),
    "credit": N_(
        "What is ticked comes to nothing or less: the supplier owes the fund. Tick it with the"
        " goods of a later invoice, or receive the supplier's refund into the fund."
    ),
    "expected": N_(
        "At the price on file this would cost more than EGP 10,000,000,000. Correct the quantity or"
        " the price of the item."
    ),
    "party": N_("Choose the supplier on file who pays back."),
    "one_supplier": N_("One payment pays the invoices of one supplier."),
}


def _insufficient_funds(refusal: e.InsufficientFunds) -> str:
    return gettext(
        "The fund holds EGP %(held)s, and EGP %(asked)s was asked for. Pay less, or from another"
        " fund.",
        held=format_egp(refusal.held),
        asked=format_egp(refusal.asked),
    )


def _funds_later(refusal: e.FundsLater) -> str:
    return gettext(
        "On %(day)s the fund held EGP %(held)s, and EGP %(asked)s was asked for: no money is paid"
        " before it came. Type a later day, or first record what had come by then.",
        day=f"{refusal.short_on:%d/%m/%Y}",
        held=format_egp(refusal.held),
        asked=format_egp(refusal.asked),
    )


HELD: Mapping[str, str] = {
    "cash": N_("cash EGP %(amount)s"),
    "owed": N_("owed to suppliers EGP %(amount)s"),
    "credit": N_("owed by suppliers EGP %(amount)s"),
    "stock": N_("medicine worth EGP %(amount)s"),
    "drawer": N_("in drawers EGP %(amount)s"),
}


def _fund_in_use(refusal: e.FundInUse) -> str:
    between = gettext(", ")
    told = [gettext(HELD[name], amount=format_egp(amount)) for name, amount in refusal.holds]
    return gettext(
        "The fund is not done with: %(holds)s. Pay, hand over or use up what is there, then switch"
        " it off.",
        holds=between.join(told),
    )


def _no_such_credit(refusal: e.NoSuchCredit) -> str:
    return gettext(
        "They owe the fund EGP %(left)s, and EGP %(asked)s was to be paid back. Choose who pays and"
        " type no more than that; what is returned is also taken off a later invoice.",
        left=format_egp(refusal.left),
        asked=format_egp(refusal.asked),
    )


def _unbalanced(refusal: e.LedgerUnbalanced) -> str:
    return gettext(
        "The books do not balance: EGP %(opening)s before the period, EGP %(closing)s at its end."
        " Nothing is printed of them. Run the check of the ledger and tell the administrator.",
        opening=format_egp(refusal.opening),
        closing=format_egp(refusal.closing),
    )


FUND_FAULTS: Mapping[str, str] = {
    "code": N_("Type a code of letters and digits."),
    "code_taken": N_("Another fund has this code. Choose another one."),
    "name_ar": N_("Type the name in Arabic."),
    "name_taken": N_("Somebody is on file by this name already. Choose them from the list."),
    "kind": N_("Money or goods of this fund were posted, so its kind stays as it is."),
    "person": N_("There is no active person with this card or identity number."),
}


def _budget_exceeded(refusal: e.BudgetExceeded) -> str:
    return gettext(
        "The budget of %(fund)s for %(year)s has EGP %(left)s left, and this is expected to cost"
        " EGP %(asked)s. Approve less or from another fund, ask finance to raise the budget, or"
        " let the manager sign for it.",
        fund=refusal.fund_en if language() == "en" else refusal.fund_ar,
        year=fiscal_year_label(refusal.fiscal_year),
        left=format_egp(refusal.left),
        asked=format_egp(refusal.asked),
    )


def _budget_missing(refusal: e.BudgetMissing) -> str:
    return gettext(
        "%(fund)s has no budget granted yet for %(year)s, and this is expected to cost EGP"
        " %(asked)s. Ask finance to write the budget down, approve from another fund, or let the"
        " manager sign for it.",
        fund=refusal.fund_en if language() == "en" else refusal.fund_ar,
        year=fiscal_year_label(refusal.fiscal_year),
        asked=format_egp(refusal.asked),
    )


def _mismatch(refusal: e.InvoiceMismatch) -> str:
    return gettext(
        "The invoice asks for EGP %(amount)s, the goods came in at EGP %(received)s. Correct it, or"
        " type the reason for the difference; it is then posted.",
        amount=format_egp(refusal.amount),
        received=format_egp(refusal.received),
    )


def _invoice_paid(refusal: e.InvoicePaid) -> str:
    return gettext(
        "EGP %(left)s is open on invoice %(number)s, and EGP %(asked)s was to be paid.",
        number=refusal.number,
        left=format_egp(refusal.left),
        asked=format_egp(refusal.asked),
    )


def _invoice_taken(refusal: e.InvoiceTaken) -> str:
    if refusal.what == "invoice":
        return gettext(
            "Invoice %(number)s of this supplier was recorded before. If that one is wrong, undo it"
            " first.",
            number=refusal.number,
        )
    return gettext(
        "One of these receipts stands on another invoice. Choose again, or undo that invoice if it"
        " is wrong."
    )


MONEY_SENTENCES: Mapping[type[e.PharmacyError], Words] = {
    e.AccountCodeTaken: N_("Two accounts would have the code %(key)s. Give one of them another."),
    e.InvalidMoney: by_reason(MONEY_FAULTS, N_("This does not hold together (%(reason)s).")),
    e.InvalidFund: by_reason(FUND_FAULTS, N_("This does not hold together (%(reason)s).")),
    e.BudgetExceeded: _budget_exceeded,
    e.BudgetMissing: _budget_missing,
    e.InsufficientFunds: _insufficient_funds,
    e.InvoiceMismatch: _mismatch,
    e.InvoicePaid: _invoice_paid,
    e.InvoiceTaken: _invoice_taken,
    e.FundInUse: _fund_in_use,
    e.FundsLater: _funds_later,
    e.NoSuchCredit: _no_such_credit,
    e.PaidTooEarly: N_(
        "The invoice %(number)s counts from %(first)s, so it was not paid before. Type that day or"
        " a later one."
    ),
    e.InvoiceUndone: N_("The invoice %(number)s was undone. Pay the one recorded instead of it."),
    e.LedgerUnbalanced: _unbalanced,
}
