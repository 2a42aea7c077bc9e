"""Keys, scans and times of the counter's two tasks on a served demonstration, as a table.

Start `make demo` first; then `python -m tests.browser.keys [ADDRESS [INSTANCE]]` presses real keys
in a real browser and dispenses. INSTANCE is the demonstration's folder: its packs are read there,
as a pharmacist has them in the hand.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import click
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.db import Database, embedded_url
from pharmacy.models import Batch, Beneficiary, CitizenRequest, CounterDraft, Drug, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import BatchStatus, DraftState
from pharmacy.services import beneficiary, counter
from pharmacy.services.demo_staff import PASSWORD, PIN, actor_of
from pharmacy.services.dispensing_facts import read_case
from pharmacy.services.formulary import search_drugs
from tests.browser.conftest import COUNTER, find_chromium
from tests.browser.till import PRINTER, Hands, Medicine

KEY_S, SCAN_S, MENTAL_S = 0.28, 1.2, 1.35
"""Seconds of the keystroke-level model: a key at 40 words a minute, a scan with its reach, a
decision (Card, Moran, Newell 1980; the scan is our own estimate)."""
DOSE = "1*2*30"
LINES = 3
NAME_LETTERS, DRUG_LETTERS = 3, 2
# A weak line and an old computer.
LATENCY_MS, BYTES_PER_S, CPU_SLOWER = 400, 400_000 // 8, 6
WATCH = """window.seen = {lcp: 0, cls: 0, inp: 0};
const watch = (type, note, more = {}) => new PerformanceObserver(list => {
  for (const one of list.getEntries()) note(one);
}).observe({type, buffered: true, ...more});
watch('largest-contentful-paint', one => { seen.lcp = one.startTime; });
watch('layout-shift', one => { if (!one.hadRecentInput) seen.cls += one.value; });
watch('event', one => { if (one.interactionId) seen.inp = Math.max(seen.inp, one.duration); },
  {durationThreshold: 16});"""
# An entry comes after the paint that it measures.
SETTLED = "() => new Promise(told => setTimeout(() => told(seen), 500))"
RIVALS = {
    "repeat": (
        "about 65 keys + 2 clicks, 34 s",
        "about 6 clicks, 3 screens",
        "4 scans + pay, method, validate",
        "3 scans or searches, Ctrl+Enter twice",
    ),
    "new": ("about 65 keys + 2 clicks, 34 s", "—", "—", "—"),
    "switch": ("—", "—", "—", "—"),
}
"""As `ux.md` 1a and 1c of the design counted them in the sources of open-mSupply (which has no
repeat), care_fe, Odoo POS and ERPNext POS."""


@dataclass(frozen=True, slots=True)
class Done:
    """One task: what it took of the hands, and of the machine in seconds."""

    name: str
    keys: int
    scans: int
    decisions: int
    machine: float

    def row(self) -> str:
        """Return the row of the table."""
        person = self.keys * KEY_S + self.scans * SCAN_S + self.decisions * MENTAL_S
        effort = [f"{self.scans} scan{'s' * (self.scans != 1)}"] * bool(self.scans) + [
            f"{self.keys} key{'s' * (self.keys != 1)}"
        ]
        rivals = " | ".join(RIVALS[self.name.split()[0].strip(",").lower()])
        ours = f"{' + '.join(effort)}, {person + self.machine:.1f} s ({self.machine:.1f} s machine)"
        return f"| {self.name} | {ours} | {rivals} |"


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody to dispense to: card, three letters of the name, the packs that are due."""

    card: str
    letters: str
    packs: tuple[str, ...] = ()


def medicine_of(session: Session, drug: Drug, site_id: int) -> Medicine | None:
    """Return the pack of a drug that expires first at a site."""
    batch = session.scalars(
        select(Batch)
        .where(
            Batch.drug_id == drug.id,
            Batch.site_id == site_id,
            Batch.status == BatchStatus.AVAILABLE,
            Batch.on_hand > 0,
            Batch.expiry > cairo_day(datetime.now(UTC)),
        )
        .order_by(Batch.expiry, Batch.id)
    ).first()
    if batch is None or not drug.gtins:
        return None
    return Medicine(drug.id, drug.name_ar, drug.gtins[0].gtin, batch.lot, batch.expiry)


def due_people(session: Session, who: Actor) -> Iterator[Patient]:
    """Give those with three lines due today, all of them on the shelf."""
    assert who.site_id is not None
    on = cairo_day(datetime.now(UTC))
    rows = session.execute(
        select(CitizenRequest.id, Beneficiary)
        .join(Beneficiary, Beneficiary.id == CitizenRequest.beneficiary_id)
        .where(CitizenRequest.state == RequestState.APPROVED, _nobodys_draft())
        .order_by(CitizenRequest.id.desc())
    ).all()
    for request_id, person in rows:
        case = read_case(session, request_id, on=on)
        lines = counter.proposals(session, case, site_id=who.site_id, on=on) if case else []
        due = [line for line in lines if line.due]
        if len(due) != LINES or any(line.there < line.due for line in due):
            continue
        drugs = [session.get_one(Drug, line.item.drug_id) for line in due]
        packs = [medicine_of(session, drug, who.site_id) for drug in drugs]
        if all(packs):
            serial = f"K{request_id}"
            codes = tuple(
                pack.pack(f"{serial}{at}") for at, pack in enumerate(packs) if pack is not None
            )
            yield Patient(person.card_number, "", codes)


def _nobodys_draft() -> object:
    held = select(CounterDraft.beneficiary_id).where(
        CounterDraft.state.in_((DraftState.OPEN, DraftState.HELD))
    )
    return Beneficiary.id.not_in(held)


def new_people(session: Session, who: Actor) -> Iterator[Patient]:
    """Give those without an approval whom three letters find first."""
    approved = select(CitizenRequest.beneficiary_id).where(
        CitizenRequest.state == RequestState.APPROVED, CitizenRequest.beneficiary_id.is_not(None)
    )
    people = session.scalars(select(Beneficiary).where(Beneficiary.id.not_in(approved)))
    for person in people:
        letters = person.given_name[:NAME_LETTERS]
        found = beneficiary.search(session, letters, actor=who)
        if found and found[0].id == person.id:
            yield Patient(person.card_number, letters)


def prescriptions(session: Session, who: Actor) -> Iterator[tuple[str, ...]]:
    """Give two letters each of three medicines with usual doses, of three groups of treatment."""
    assert who.site_id is not None
    found = []
    drugs = session.scalars(
        select(Drug).where(Drug.usual_dose != "").order_by(Drug.reference_price)
    )
    for drug in drugs:
        letters = drug.name_ar[:DRUG_LETTERS]
        first = search_drugs(session, letters)[:1]
        whole = drug.controlled_law is None and medicine_of(session, drug, who.site_id)
        if whole and [one.id for one in first] == [drug.id]:
            found.append((letters, (drug.atc or "")[:3]))
    for three in combinations(found, LINES):
        if len({atc for _, atc in three}) == LINES:
            yield tuple(letters for letters, _ in three)


class Laps:
    """A pharmacist's hands at the idle counter, and the seconds that each step of a task took."""

    def __init__(self, page: Page) -> None:
        """Begin at the idle counter."""
        page.goto("/counter")
        self.hands = Hands(page)
        self.hands.shows("idle")
        self.seconds: list[float] = []
        self._began = time.perf_counter()

    def lap(self) -> None:
        """End a step."""
        now = time.perf_counter()
        self.seconds.append(now - self._began)
        self._began = now


def committed(hands: Hands) -> bool:
    """Press F9; tell whether it was dispensed or the lane says why not."""
    hands.press("F9")
    hands.page.wait_for_function(
        """() => document.getElementById('desk').dataset.state === 'dispensed'
                 || document.getElementById('lane').classList.contains('stop')"""
    )
    return hands.page.locator("#desk").get_attribute("data-state") == "dispensed"


def repeat(laps: Laps, patient: Patient) -> bool:
    """Card, each pack, F9."""
    hands = laps.hands
    hands.scan(patient.card)
    hands.shows("open")
    hands.rows(LINES)
    laps.lap()
    for pack in patient.packs:
        before = hands.version()
        hands.scan(pack)
        hands.newer(before)
        laps.lap()
    good = committed(hands)
    laps.lap()
    return good


def new(laps: Laps, patient: Patient, letters: tuple[str, ...], dose: str) -> bool:
    """Letters of the name, then of each medicine, each with its dose, F9."""
    hands = laps.hands
    hands.choose(patient.letters)
    hands.shows("open")
    box = hands.page.locator("#edit-dose")
    for number, two in enumerate(letters, start=1):
        hands.choose(two)
        hands.rows(number)
        expect(box).to_be_focused()
        hands.write(dose)
        hands.press("Enter")
        expect(box).to_have_count(0)
    good = committed(hands)
    laps.lap()
    return good


def tasks(page: Page, session: Session, who: Actor) -> Iterator[Done]:
    """Do the two tasks, each in its two ways."""
    for patient in due_people(session, who):
        laps = Laps(page)
        if repeat(laps, patient):
            card, first, *_, commit = laps.seconds
            # The same work with the other packs left unscanned, which the setting allows.
            yield Done("Repeat, one pack scanned", 1, 2, 2, card + first + commit)
            hands = laps.hands
            decisions = 1 + LINES
            took = sum(laps.seconds)
            yield Done("Repeat, each pack scanned", hands.keys, hands.scans, decisions, took)
            break
    strangers = new_people(session, who)
    for name, dose in (("New, 3 lines, usual doses", ""), ("New, 3 lines, doses typed", DOSE)):
        for patient, letters in zip(strangers, prescriptions(session, who), strict=False):
            laps = Laps(page)
            if new(laps, patient, letters, dose):
                took = sum(laps.seconds)
                yield Done(name, laps.hands.keys, 0, 1 + 2 * LINES, took)
                break


def switch(page: Page, session: Session) -> Done:
    """Scan a colleague's badge at work and type the PIN."""
    badge = session.scalars(select(Staff.badge_code).filter_by(username="pharmacist2")).one()
    laps = Laps(page)
    laps.hands.scan(str(badge))
    expect(page.locator("[name=pin]")).to_be_focused()
    laps.hands.press(*PIN, "Enter")
    page.wait_for_url("**/counter")
    laps.hands.shows("idle")
    laps.lap()
    return Done("Switch user: badge and PIN", laps.hands.keys, laps.hands.scans, 0, *laps.seconds)


def sign_in(context: BrowserContext) -> Page:
    """Sign the pharmacist in; the page is at the counter."""
    page = context.new_page()
    page.goto("/login")
    page.fill("[name=username]", "pharmacist")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/counter")
    return page


def felt(browser: Browser, address: str, context: BrowserContext, card: str) -> Iterator[str]:
    """Measure the counter on a weak line and an old computer; give the rows of the table."""
    slow = browser.new_context(
        base_url=address, viewport=COUNTER, storage_state=context.storage_state()
    )
    slow.add_init_script(WATCH)
    slow.add_init_script(PRINTER)
    page = slow.new_page()
    line = slow.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_S,
            "uploadThroughput": BYTES_PER_S,
        },
    )
    line.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
    for view in ("first view, nothing kept", "next view"):
        page.goto("/counter", wait_until="networkidle")
        painted = page.evaluate(SETTLED)["lcp"]
        hands = Hands(page)
        hands.press("F2")
        hands.write("فا")
        expect(page.locator("#pop [role=option]").first).to_be_visible()
        hands.press("ArrowDown", "ArrowUp", "Escape", "Escape")
        keys = page.evaluate(SETTLED)["inp"]
        # By the browser's own clock: a scanner's stamps lie behind when the machine is slow.
        page.keyboard.type(card)
        page.keyboard.press("Enter")
        hands.shows("open")
        hands.press("F4")
        hands.shows("idle")
        seen = page.evaluate(SETTLED)
        yield (
            f"| {view} | {painted / 1000:.1f} s (2.5 s) | {seen['cls']:.3f} (0.02)"
            f" | {keys:.0f} ms (200 ms) | {seen['inp']:.0f} ms (200 ms) |"
        )
    slow.close()


@click.command()
@click.argument("address", default="http://127.0.0.1:8000")
@click.argument("instance", default=Path("instance"), type=click.Path(path_type=Path))
def main(address: str, instance: Path) -> None:
    """Measure the demonstration served at an address, and print the tables."""
    database = Database(embedded_url(instance / "pharmacy.db"), seal_key=b"only for reading, 32 b.")
    expect.set_options(timeout=30_000)
    flags = ["--no-sandbox", "--disable-gpu"]
    with sync_playwright() as playwright, database.reading() as session:
        who = actor_of(session.scalars(select(Staff).filter_by(username="pharmacist")).one())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        context = browser.new_context(base_url=address, locale="ar-EG", viewport=COUNTER)
        context.add_init_script(PRINTER)
        page = sign_in(context)
        click.echo("| Task | ours | open-mSupply | care_fe | Odoo POS | ERPNext POS |")
        click.echo("|---|---|---|---|---|---|")
        for done in tasks(page, session, who):
            click.echo(done.row())
        click.echo(switch(page, session).row())
        card = session.scalars(select(Beneficiary.card_number).where(_nobodys_draft())).first()
        click.echo(
            "\n| 400 kbit/s, 400 ms, processor 6 times slower | LCP | CLS | INP, keys |"
            " INP, a scan |"
        )
        click.echo("|---|---|---|---|---|")
        for row in felt(browser, address, context, str(card)):
            click.echo(row)
        browser.close()
    database.dispose()


if __name__ == "__main__":
    main()
