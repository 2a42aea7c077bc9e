"""What the rebuilt years are written with: wishes, names, and rows that many share."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from types import MappingProxyType

from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import RequestCategory
from pharmacy.services.demo_people import FAMILIES, MEN, WOMEN

WISHES: Mapping[RequestCategory, tuple[int, tuple[str, ...]]] = MappingProxyType(
    {
        RequestCategory.UTILITIES: (
            30,
            ("شكوى من انقطاع المياه المتكرر", "طلب توصيل صرف صحي", "شكوى من ضعف التيار الكهربائي"),
        ),
        RequestCategory.LICENCE: (
            22,
            ("استعجال رخصة محل", "طلب رخصة بناء", "طلب بيان صلاحية موقع"),
        ),
        RequestCategory.SOCIAL_AID: (
            14,
            ("طلب مساعدة اجتماعية شهرية", "تظلم من وقف معاش تكافل وكرامة"),
        ),
        RequestCategory.OTHER: (14, ("شكوى من تراكم القمامة", "طلب رصف طريق", "شكوى من إشغالات")),
        RequestCategory.HOUSING: (12, ("طلب وحدة سكنية", "طلب إحلال منزل آيل للسقوط")),
        RequestCategory.TREATMENT: (5, ("طلب إجراء عملية على نفقة الدولة",)),
        RequestCategory.MEDICINE: (2, ("طلب صرف دواء",)),
        RequestCategory.SUPPLIES: (1, ("طلب كرسي متحرك", "طلب سماعة طبية")),
    }
)
"""What is asked for, how often by hundredths, in the citizen's words."""


NO_DAYS = MappingProxyType(
    dict.fromkeys(
        (
            "due_on",
            "paused_on",
            "settled_on",
            "first_reply_on",
            "approved_on",
            "handed_over_on",
            "closed_on",
            "reopened_on",
        )
    )
)


def event_row(  # noqa: PLR0917
    event_id: int,
    request_id: int,
    now: datetime,
    staff_id: int | None,
    before: RequestState | None,
    after: RequestState,
    reason: str = "",
    note: str = "",
) -> dict[str, object]:
    """Return the row of a step in the life of a request."""
    return {
        "id": event_id,
        "request_id": request_id,
        "at": now,
        "staff_id": staff_id,
        "from_state": before,
        "to_state": after,
        "reason": reason,
        "note": note,
    }


def invented_name(chance: Random) -> str:
    """Return an invented name in three parts."""
    draw = chance.random
    given = MEN if draw() < 0.6 else WOMEN  # noqa: PLR2004 - men come a little oftener
    parts = (
        given[int(draw() * len(given))],
        MEN[int(draw() * len(MEN))],
        FAMILIES[int(draw() * len(FAMILIES))],
    )
    return " ".join(parts)
