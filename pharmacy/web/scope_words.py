"""The words for what another program may be let do."""

from collections.abc import Mapping
from enum import StrEnum

from pharmacy.rules.scopes import Scope
from pharmacy.web.language import N_

SCOPE_WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Scope: {
        Scope.REQUESTS_READ: N_("Read citizen requests"),
        Scope.REQUESTS_WRITE: N_("Record citizen requests and take them forward"),
        Scope.REQUESTS_DECIDE: N_("Decide citizen requests"),
        Scope.BENEFICIARIES_READ: N_("Read beneficiaries, numbers masked"),
        Scope.BENEFICIARIES_WRITE: N_("Register beneficiaries"),
        Scope.BENEFICIARIES_REVEAL: N_("See identity and phone numbers; each look is logged"),
        Scope.CLINICAL_READ: N_("Read what is clinical"),
        Scope.FORMULARY_READ: N_("Read the formulary"),
        Scope.STOCK_READ: N_("Read the stock on hand"),
        Scope.RECEIPTS_READ: N_("Read goods receipts"),
        Scope.RECEIPTS_WRITE: N_("Record goods receipts and undo them"),
        Scope.DISPENSINGS_READ: N_("Read dispensings"),
        Scope.DISPENSINGS_WRITE: N_("Dispense against approved requests"),
        Scope.DISPENSINGS_REVERSE: N_("Undo dispensings, signed by a second person"),
        Scope.REPORTS_READ: N_("Read the cost reports"),
    },
}
