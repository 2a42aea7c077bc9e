"""The closed lists of words of stock documents: why goods left, came back or were counted."""

from enum import StrEnum


class LossReason(StrEnum):
    """Why goods were written off."""

    EXPIRED = "expired"
    BROKEN = "broken"
    LOST = "lost"
    THEFT = "theft"
    TEMPERATURE = "temperature"
    # What a citizen brought back is destroyed, and counted apart from our own losses.
    CITIZEN_RETURN = "citizen_return"


RECALLED = "recall"
"""The reason of a loss by a recall withdrawal, beside those of a write-off."""
ANY_LOSS = "any"
"""Every reason of a loss, where one may be asked for."""


class ReturnReason(StrEnum):
    """Why a citizen brought medicine back."""

    STOPPED = "stopped"
    CHANGED = "changed"
    SIDE_EFFECT = "side_effect"
    DIED = "died"
    DEFECT = "defect"
    NOT_NEEDED = "not_needed"


class CountOccasion(StrEnum):
    """Why stock was counted."""

    PERIODIC = "periodic"
    YEARLY = "yearly"
    SURPRISE = "surprise"
    HANDOVER = "handover"
