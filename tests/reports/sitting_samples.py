"""Samples of the committee's papers: minutes with every kind of decision, and an agenda."""

from dataclasses import replace
from datetime import UTC, date, datetime

from reports.committee_minutes import Attendant, MinuteLine, Minutes, Stage, Votes
from tests.reports import samples


def minutes(language: str = "ar", *, lines: int = 4) -> Minutes:
    """Return the minutes of a closed sitting with three members present of four."""
    arabic = language == "ar"
    names = (
        ("د. نبيل الخولي", "أ. سهير البنا", "د. مجدي الشناوي", "د. عزة بركات")
        if arabic
        else ("Dr Nabil El Kholy", "Soheir El Banna", "Dr Magdy El Shennawy", "Dr Azza Barakat")
    )
    return Minutes(
        number="2026/7",
        on=date(2026, 3, 10),
        place="قاعة الاجتماعات بديوان عام المحافظة",
        stage=Stage.FINAL,
        quorum=3,
        members=tuple(
            Attendant(name=name, is_chair=index == 0, is_present=index < len(names) - 1)
            for index, name in enumerate(names)
        ),
        lines=tuple(_line(index, language, names) for index in range(1, lines + 1)),
        opened_at=datetime(2026, 3, 10, 11, 0, tzinfo=UTC),
        closed_at=datetime(2026, 3, 10, 13, 30, tzinfo=UTC),
        note="عُرضت الأسعار على إدارة المشتريات" if arabic else "Prices were asked for",
        governorate="محافظة البحيرة" if arabic else "Beheira Governorate",
        fund="صندوق دعم الدواء" if arabic else "Medicine Support Fund",
        as_of=datetime(2026, 3, 10, 13, 31, tzinfo=UTC),
    )


def _line(index: int, language: str, names: tuple[str, ...]) -> MinuteLine:
    arabic = language == "ar"
    kinds = ("approved", "rejected", "deferred", "")
    decisions = (
        ("وافقت اللجنة", "رفضت اللجنة", "أجلت اللجنة", "مغلق")
        if arabic
        else ("Approved", "Rejected", "Deferred", "Closed")
    )
    details = (
        (f"قرار رقم 2026/7/{index} سارٍ حتى 10/09/2026", "جلوكوفاج 1000 مجم: 60 قرصًا × 6 مرات")
        if arabic
        else (f"Decision 2026/7/{index}, valid until 10/09/2026", "Glucophage: 60 tablets, 6 times")
    )
    kind = (index - 1) % len(kinds)
    return MinuteLine(
        position=index,
        request=f"2026-{index:06d}",
        citizen=samples.name(language),
        asked="صرف علاج شهري: ميتفورمين 850 mg، إمباجليفلوزين 25 mg",
        due_on=date(2026, 3, 31),
        votes=Votes(in_favour=2, against=1) if kind < len(("approved", "rejected")) else None,
        kind=kinds[kind],
        decision=decisions[kind],
        details=details if kind == 0 else (),
        dissent=names[1] if kind == 0 else "",
    )


def agenda(language: str = "ar") -> Minutes:
    """Return the agenda of a sitting that has not begun."""
    planned = minutes(language)
    return replace(
        planned,
        stage=Stage.AGENDA,
        members=tuple(replace(one, is_present=False) for one in planned.members),
        opened_at=None,
        closed_at=None,
    )
