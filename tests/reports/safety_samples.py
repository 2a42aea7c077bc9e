"""Made-up papers of safety; every name and number is invented."""

from datetime import date

from reports.controlled_register import ControlledRegister, RegisterLine
from tests.reports import samples

DELIVERY_EVERY = 10


def controlled_register(language: str = "ar", *, lines: int = 30) -> ControlledRegister:
    """Return a register with a delivery every ten lines."""
    arabic = language == "ar"
    return ControlledRegister(
        drug="كلونازيبام 0.5 mg" if arabic else "Clonazepam 0.5 mg",
        code="D041",
        unit="قرص" if arabic else "tablet",
        law="قرار 172 لسنة 2011" if arabic else "Decision 172 of 2011",
        schedule="3",
        site=samples.SITE[language],
        first=date(2026, 7, 1),
        last=date(2026, 7, 31),
        opening=120,
        lines=tuple(_line(number, arabic=arabic) for number in range(lines)),
        as_of=samples.NOW,
    )


def _line(number: int, *, arabic: bool) -> RegisterLine:
    delivered = number % DELIVERY_EVERY == 0
    seller = "الشركة المتحدة" if arabic else "United Company"
    return RegisterLine(
        on=date(2026, 7, 1 + number % 28),
        document=f"P1-2026-{number:06d}",
        party=seller if delivered else samples.name("ar" if arabic else "en"),
        prescriber="" if delivered else "د. هالة عبد الرازق" if arabic else "Dr Hala Abdelrazek",
        prescription_number="" if delivered else f"A-{1040 + number}",
        prescription_date=None if delivered else date(2026, 7, 1 + number % 28),
        lot="BN2041A",
        received=600 if delivered else 0,
        issued=0 if delivered else 60,
        balance=120 + 600 - 60 * (number % DELIVERY_EVERY),
        witness="" if delivered else "منى سالم" if arabic else "Mona Salem",
    )
