"""The sentences of refusals of stock documents."""

from collections.abc import Mapping

from pharmacy import errors as e
from pharmacy.web.language import N_
from pharmacy.web.refusal_facts import Words, by_reason

STOCK_LINE_FAULTS: Mapping[str, str] = {
    "lines": N_("Enter at least one line, and no more than 200."),
    "batch": N_("Choose a batch that lies at this site."),
    "twice": N_("Lot %(lot)s stands twice. Leave one line and raise its quantity."),
    "quantity": N_("Type how many units of lot %(lot)s, more than none."),
    "short": N_("Only %(available)s of lot %(lot)s are on hand. Type no more than that."),
    "brought_back": N_("A citizen brought lot %(lot)s back. Write it off for that reason only."),
    "not_brought_back": N_("No citizen brought lot %(lot)s back. Choose another reason."),
    "not_expired": N_("Lot %(lot)s has not expired. Choose the true reason."),
    "not_recalled": N_("Lot %(lot)s is not recalled. Recall it first, with the reason."),
    "other_supplier": N_("Lot %(lot)s did not come from this supplier. Choose who sold it."),
    "expired": N_("Lot %(lot)s has expired and goes to nobody. Write it off."),
    "held": N_("Lot %(lot)s is held back. Take another lot."),
    "restricted": N_("Lot %(lot)s was given or bought for a purpose. Take one of a free fund."),
    "counted": N_("Type how many units of lot %(lot)s were counted."),
    "moved": N_("Lot %(lot)s moved since it was compared. Count it again."),
    "not_given": N_("This is no line of the dispensing, or it was undone."),
    "more_than_given": N_("More of lot %(lot)s than was given cannot come back."),
}

STOCK_SENTENCES: Mapping[type[e.PharmacyError], Words] = {
    e.InvalidStockLine: by_reason(
        STOCK_LINE_FAULTS, N_("Look at line %(line)s again: batch, quantity, reason.")
    ),
    e.TransferArrived: N_("This transfer was taken in before. Look at its document."),
    e.BatchNeverIssued: N_(
        "A citizen brought this batch back, so it is never issued again. Write it off."
    ),
}
