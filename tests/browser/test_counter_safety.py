"""What the counter refuses and asks, seen and heard at the window itself."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from pharmacy.models import Batch, NoticeOverride
from pharmacy.rules.vocabulary import BatchStatus, Role
from tests.browser.till import Medicine, Till, gtin, sign_in, stranger

pytestmark = pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
EAR = """window.heard = [];
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  const voice = make.call(this), start = voice.start.bind(voice);
  voice.start = at => { heard.push(voice.frequency.value); start(at); };
  return voice;
};"""
"""A loudspeaker that keeps the pitches it was given."""
MATCH, STOP = [1320], [220, 220]


def listen(till: Till) -> None:
    """Load the page anew with an ear in it."""
    till.page.add_init_script(EAR)
    till.page.reload()


def heard(till: Till) -> list[float]:
    """Return what was heard since it was last asked."""
    pitches: list[float] = till.page.evaluate("heard.splice(0)")
    return pitches


def recall(till: Till, medicine: Medicine) -> None:
    """Recall the batch of a medicine."""
    with till.database.transaction() as session:
        batch = session.scalars(select(Batch).filter_by(drug_id=medicine.drug_id)).one()
        batch.status = BatchStatus.RECALLED


def test_a_match_is_heard_high_and_what_must_not_be_given_low_and_twice(till: Till) -> None:
    listen(till)
    first, second, third = till.medicines
    till.arrives()
    assert heard(till) == MATCH
    before = till.version()
    till.scan(first.pack("T1"))
    till.newer(before)
    assert heard(till) == MATCH
    recall(till, second)
    past = (third.expiry - timedelta(days=4000)).strftime("%y%m%d")
    expired = f"]d201{third.gtin}17{past}10{third.lot}"
    stored = till.stored()
    for code, words in (
        (gtin(77)[1:], gtin(77)[1:]),
        (second.pack("T2"), "مسحوبة"),
        (expired, "انتهت صلاحية"),
        (third.pack(lot="NEVER"), "NEVER"),
    ):
        till.scan(code)
        till.says(words, "stop")
        assert heard(till) == STOP, words
    assert till.stored() == stored
    # The switch of this device keeps it silent; the words stay.
    till.press("F4")
    till.shows("idle")
    till.page.uncheck("#switch-sound")
    till.arrives()
    till.scan(gtin(77)[1:])
    till.says(gtin(77)[1:], "stop")
    assert heard(till) == []


def test_a_pack_that_was_handed_out_is_refused_when_it_comes_again(till: Till) -> None:
    listen(till)
    first = till.medicines[0]
    till.arrives()
    before = till.version()
    till.scan(first.pack("U1"))
    till.newer(before)
    till.press("F9")
    till.dispensed()
    till.arrives(stranger(till.database, till.day))
    heard(till)
    till.scan(first.pack("U1"))
    till.says(re.compile("صُرفت"), "stop")
    assert heard(till) == STOP
    till.rows(0)


def test_a_notice_asks_for_its_reason_by_the_keyboard_alone_and_keeps_it(till: Till) -> None:
    page = till.page
    till.arrives()
    till.press("F9")
    till.dispensed()
    till.arrives()
    till.rows(0)
    till.choose("إن")
    till.rows(1)
    till.press("Enter")
    expect(page.locator("#edit-dose")).to_have_count(0)
    till.press("F9")
    reason = page.locator("select[data-reason]").first
    expect(reason).to_be_focused()
    expect(page.locator("#notices")).to_contain_text("لدى المستفيد")
    assert till.dispensings() == 1
    # Enter in it sends nothing; an arrow chooses; F9 goes on.
    till.press("Enter", "ArrowDown", "F9")
    till.dispensed()
    assert till.dispensings() == 2
    with till.database.reading() as session:
        kept = session.scalars(select(NoticeOverride).where(NoticeOverride.reason != "")).all()
    assert kept
    # It stands in the report of what was overridden. A paper still on its way would be refused.
    till.prints("receipt", "labels", "receipt", "labels")
    page.context.clear_cookies()
    sign_in(page, Role.FINANCE.value)
    page.goto("/reports/overrides")
    rows = page.locator("main tbody tr").filter(has_text=till.medicines[0].name)
    expect(rows).to_have_count(len(kept))
