"""The words of stock documents: why goods left, came back or were counted."""

from collections.abc import Mapping
from enum import StrEnum

from pharmacy.rules.stock_vocabulary import CountOccasion, LossReason, ReturnReason
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.web.language import N_

REASONS: Mapping[VoucherKind, type[StrEnum]] = {
    VoucherKind.WRITE_OFF: LossReason,
    VoucherKind.RETURN_FROM_CITIZEN: ReturnReason,
    VoucherKind.COUNT_ADJUSTMENT: CountOccasion,
    VoucherKind.REVERSAL: ReversalReason,
}
"""The list that the reason of a voucher is a word of."""

STOCK_WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    LossReason: {
        LossReason.EXPIRED: N_("Expired"),
        LossReason.BROKEN: N_("Broken or spilt"),
        LossReason.LOST: N_("Lost"),
        LossReason.THEFT: N_("Stolen"),
        LossReason.TEMPERATURE: N_("Spoilt by heat or cold"),
        LossReason.CITIZEN_RETURN: N_("Brought back by a citizen"),
    },
    ReturnReason: {
        ReturnReason.STOPPED: N_("The doctor stopped it"),
        ReturnReason.CHANGED: N_("The treatment was changed"),
        ReturnReason.SIDE_EFFECT: N_("A side effect"),
        ReturnReason.DIED: N_("The patient has died"),
        ReturnReason.DEFECT: N_("A defect of the pack"),
        ReturnReason.NOT_NEEDED: N_("Not needed any more"),
    },
    CountOccasion: {
        CountOccasion.PERIODIC: N_("Periodic count"),
        CountOccasion.YEARLY: N_("Yearly count"),
        CountOccasion.SURPRISE: N_("Surprise count"),
        CountOccasion.HANDOVER: N_("Handover of the store"),
    },
}
