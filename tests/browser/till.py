"""The counter in a browser: its day, the hands of its pharmacist, and what the server stored.

Nothing here waits for a clock: a scan or a key is followed by waiting for what the page says, and
what it says is checked against what the database holds.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from pharmacy.db import Database
from pharmacy.models import (
    Batch,
    CounterDraft,
    DispensingLine,
    DraftLine,
    Drug,
    DrugGtin,
    Staff,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.gs1 import InHousePrefix, ean13_check_digit, in_house
from pharmacy.rules.scan import Command
from pharmacy.rules.vocabulary import IdentityKind, Role, VoucherKind
from pharmacy.services import authority, beneficiary, pin
from pharmacy.services.passwords import Passwords
from tests.browser.scanner import BOARD, GS, Wedge, wedge
from tests.web.counter_day import CounterDay, counter_day
from tests.web.people import PASSWORD

STRANGER = "سعاد إبراهيم علي منصور"
"""Who has no approval yet: to whom the pharmacist gives by a new prescription."""

PIN = "271828"
PIN_HASH = Passwords(passes=1, memory=8, lanes=1).hash(PIN)
PRINTER = """window.papers = [];
window.print = () => { top.papers.push(location.pathname); };"""
"""A printer that keeps the addresses of its papers. Chromium without a screen has none: there the
page crashes when a PDF is printed from a frame."""
_ON_ARABIC = {key.types["ar"]: letter for letter, key in BOARD.items()}
_TYPING_MS = 60
"""Between the keys of one who types: more than a scanner takes."""
_REACH = "() => new Promise(there => setTimeout(there, 60))"
"""A hand that typed takes the scanner: the page tells keys from a scan by the time between."""


@dataclass(frozen=True, slots=True)
class Medicine:
    """A drug on the shelf as its pack says it."""

    drug_id: int
    name: str
    gtin: str
    lot: str
    expiry: date

    def pack(self, serial: str = "SN90x77", *, lot: str = "", gtin: str = "") -> str:
        """The DataMatrix of a pack: GTIN, expiry, lot, serial; the lot is ended by a separator."""
        return f"]d201{gtin or self.gtin}17{self.expiry:%y%m%d}10{lot or self.lot}{GS}21{serial}"

    @property
    def ean(self) -> str:
        """The bare EAN-13 of its pack."""
        return self.gtin[1:]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the server keeps of the newest draft."""

    state: str
    version: int
    lines: list[tuple[int, int]]
    packs: int


@dataclass(slots=True)
class Hands:
    """A pharmacist at one window, whose keys and scans are counted; and what the window says."""

    page: Page
    keys: int = field(default=0, kw_only=True)
    scans: int = field(default=0, kw_only=True)

    def scan(self, code: str, **how: object) -> None:
        """Scan a code into whatever has the focus."""
        self.scans += 1
        self.page.wait_for_load_state()  # nobody listens to keys before that
        self.page.evaluate(_REACH)
        wedge(self.page, code, **how)  # type: ignore[arg-type]  # the scanner's own settings

    def press(self, *keys: str) -> None:
        """Press keys by their names, one behind the other, and count them."""
        self.page.wait_for_load_state()
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type with the computer set to Arabic: real keys, each counted; a digit is a digit."""
        self.page.wait_for_load_state()
        hands = Wedge(self.page, layout="ar", gap_ms=_TYPING_MS)
        for letter in text:
            self.keys += 1
            hands.letter(_ON_ARABIC.get(letter, letter))
        hands.done()

    def choose(self, letters: str) -> None:
        """Type the first letters of a name, see the suggestions and take the first by Enter."""
        self.write(letters)
        expect(self.page.locator("#pop [role=option]").first).to_be_visible()
        self.press("Enter")

    def shows(self, state: str) -> None:
        """Wait until the counter is in a state: idle, open, dispensed."""
        expect(self.page.locator("#desk")).to_have_attribute("data-state", state)

    def says(self, text: str | re.Pattern[str], kind: str = "") -> None:
        """Wait until the lane says something, in a colour."""
        expect(self.page.locator("#lane")).to_contain_text(text)
        if kind:
            expect(self.page.locator("#lane")).to_have_class(re.compile(rf"\b{kind}\b"))

    def rows(self, count: int) -> None:
        """Wait until the list has so many lines."""
        expect(self.page.locator("#lines tr[data-uid]")).to_have_count(count)

    def version(self) -> int:
        """The version of the draft that the page shows."""
        return int(self.page.locator("#desk").get_attribute("data-version") or 0)

    def newer(self, than: int) -> None:
        """Wait until the page shows a newer version of the draft."""
        self.page.wait_for_function(
            "than => Number(document.getElementById('desk').dataset.version) > than", arg=than
        )

    def dispensed(self) -> int:
        """Wait for the done state and return the voucher that the page names."""
        self.shows("dispensed")
        return int(self.page.locator("#done").get_attribute("data-voucher") or 0)

    def prints(self, *papers: str) -> None:
        """Wait until these papers came out of the printer, in this order and no others."""
        self.page.wait_for_function("most => window.papers.length >= most", arg=len(papers))
        assert [address.rpartition("/")[2] for address in self.printed()] == list(papers)

    def printed(self) -> list[str]:
        """The addresses of what came out of the printer since the page was loaded."""
        papers: list[str] = self.page.evaluate("window.papers")
        return papers

    def intercept(self, address: str, way: Callable[[Route], object]) -> None:
        """Let requests to an address go another way.

        The page is loaded anew: one that is there already may send its next request past it.
        """
        self.page.route(address, way)
        self.page.reload()


@dataclass(slots=True)
class Till(Hands):
    """One window at the counter, and the day and the database behind it."""

    database: Database
    day: CounterDay
    medicines: tuple[Medicine, ...]

    def arrives(self, card: str = "") -> None:
        """Scan a card in the idle state and see the person's list."""
        self.scan(card or self.day.card_number)
        self.shows("open")

    def stored(self) -> Stored:
        """Read the newest draft."""
        with self.database.reading() as session:
            draft = session.scalars(select(CounterDraft).order_by(CounterDraft.id.desc())).first()
            assert draft is not None, "the server has no draft"
            packs = [line.packs.get("packs") or [] for line in draft.lines]
            return Stored(
                draft.state.value,
                draft.version,
                [(line.drug_id, line.quantity) for line in draft.lines],
                sum(len(some) for some in packs if isinstance(some, Sequence)),
            )

    def packs(self) -> list[dict[str, object]]:
        """Read every pack scanned for a line of a draft."""
        with self.database.reading() as session:
            kept = session.scalars(select(DraftLine.packs).order_by(DraftLine.id)).all()
        found = [pack for packs in kept for pack in packs.get("packs") or []]  # type: ignore[attr-defined]  # JSON
        return [dict(pack) for pack in found]

    def handed_out(self) -> dict[int, int]:
        """Read what was dispensed: units by drug."""
        with self.database.reading() as session:
            rows = session.execute(
                select(DispensingLine.drug_id, func.sum(DispensingLine.quantity)).group_by(
                    DispensingLine.drug_id
                )
            )
            return {drug_id: int(quantity) for drug_id, quantity in rows}

    def dispensings(self) -> int:
        """Count the dispensings there are."""
        with self.database.reading() as session:
            of_kind = select(func.count()).where(Voucher.kind == VoucherKind.DISPENSING)
            return session.scalar(of_kind) or 0


def gtin(number: int) -> str:
    """A GTIN of fourteen digits with the prefix that GS1 keeps for demonstrations."""
    digits = f"9521000{number:05d}"
    return f"0{digits}{ean13_check_digit(digits)}"


def command(name: Command) -> str:
    """The code of a command on the laminated sheet."""
    return in_house(InHousePrefix.COMMAND, name.value)


def stocked_day(database: Database, *, shelf: int = 400) -> tuple[CounterDay, tuple[Medicine, ...]]:
    """A counter day whose three medicines have packs with codes, and usual doses."""
    day = counter_day(database, drugs=3, shelf=shelf)
    now = datetime.now(UTC)
    medicines = []
    with database.transaction() as session:
        for number, drug_id in enumerate(day.drug_ids):
            drug = session.get_one(Drug, drug_id)
            drug.usual_dose = "1*2*30"
            session.add(DrugGtin(gtin=gtin(number), drug_id=drug_id))
            batch = session.scalars(select(Batch).filter_by(drug_id=drug_id)).one()
            medicines.append(Medicine(drug_id, drug.name_ar, gtin(number), batch.lot, batch.expiry))
        authority.give(
            session,
            decision_number="44/2026",
            valid_from=cairo_day(now),
            valid_until=cairo_day(now) + timedelta(days=30),
            ceiling=100_000,
            actor=day.staff[Role.COMMITTEE],
            now=now,
        )
    return day, tuple(medicines)


def stranger(database: Database, day: CounterDay) -> str:
    """Register somebody who has no approval; return the card's number."""
    given, father, grandfather, family = STRANGER.split()
    with database.transaction() as session:
        person_id = beneficiary.register(
            session,
            beneficiary.Person(
                given_name=given,
                father_name=father,
                grandfather_name=grandfather,
                family_name=family,
                identity_kind=IdentityKind.NATIONAL_ID,
                identity_number="27505051800021",
                phone="01112345678",
                markaz="دمنهور",
            ),
            actor=day.staff[Role.CLERK],
            now=datetime.now(UTC) - timedelta(minutes=2),
        )
        return beneficiary.get_active(session, person_id).card_number


def badge(database: Database, staff_id: int, admin: Actor) -> str:
    """Give a badge and a PIN to a member of staff; return the badge's code."""
    with database.transaction() as session:
        session.get_one(Staff, staff_id).pin_hash = PIN_HASH
        return pin.give_badge(session, staff_id, actor=admin, now=datetime.now(UTC))


def sign_in(page: Page, username: str = "pharmacist") -> None:
    """Sign in by password; a pharmacist begins at the counter."""
    page.goto("/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address)
