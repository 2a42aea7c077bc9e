"""The seal binds every fact of a voucher to the one before it."""

import hashlib
import hmac
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pharmacy.rules.seal import FIRST_SEAL, SealedContent, canonical, seal

KEY = b"a key of thirty-two bytes, or so"
CONTENT = SealedContent(
    site_id=1,
    kind="dispensing",
    fiscal_year=2025,
    number=417,
    sequence=900,
    business_date=date(2026, 3, 7),
    posted_at=datetime(2026, 3, 7, 9, 30, 15, 250, tzinfo=UTC),
    posted_by=5,
    submission_id="abc",
    reverses_id=None,
    request_id=12,
    supplier_id=None,
    document_reference="",
    reason="",
    note="ملاحظة",
    movements=[(1, 3, 8, 2, "A2317", "2027-04-30", -30, -37755, None)],
    postings=[(1, "stock", 2, -37755, None), (1, "cost_state", 2, 37755, None)],
    particulars=[("dispensing", 12)],
)
# One other value for each field: whatever is touched, the seal breaks.
CHANGED = {
    "site_id": 2,
    "kind": "write_off",
    "fiscal_year": 2026,
    "number": 418,
    "sequence": 901,
    "business_date": date(2026, 3, 8),
    "posted_at": CONTENT.posted_at + timedelta(microseconds=1),
    "posted_by": 6,
    "submission_id": "abd",
    "reverses_id": 1,
    "request_id": None,
    "supplier_id": 1,
    "document_reference": "x",
    "reason": "x",
    "note": "",
    "movements": [(1, 3, 8, 2, "A2317", "2027-04-30", -31, -37755, None)],
    "postings": [(1, "stock", 2, -37755, None), (1, "cost_donor", 2, 37755, None)],
    "particulars": [],
}


def test_it_is_the_keyed_hash_of_the_seal_before_and_the_content() -> None:
    by_hand = hmac.new(KEY, FIRST_SEAL.encode() + b"|" + canonical(CONTENT), hashlib.sha256)
    assert seal(KEY, FIRST_SEAL, CONTENT) == by_hand.hexdigest()


def test_the_content_is_written_in_one_form() -> None:
    assert canonical(CONTENT) == (
        b'[1,[1,"dispensing",2025,417,900,"2026-03-07","2026-03-07T09:30:15.000250Z",5,"abc",'
        b'null,12,null,"","","\\u0645\\u0644\\u0627\\u062d\\u0638\\u0629"],'
        b'[[1,3,8,2,"A2317","2027-04-30",-30,-37755,null]],'
        b'[[1,"stock",2,-37755,null],[1,"cost_state",2,37755,null]],[["dispensing",12]]]'
    )


def test_the_zone_in_which_a_moment_is_told_does_not_matter() -> None:
    elsewhere = replace(
        CONTENT, posted_at=CONTENT.posted_at.astimezone(timezone(timedelta(hours=3)))
    )
    assert seal(KEY, FIRST_SEAL, elsewhere) == seal(KEY, FIRST_SEAL, CONTENT)


@pytest.mark.parametrize("name", [field.name for field in fields(SealedContent)])
def test_it_breaks_when_a_fact_is_changed(name: str) -> None:
    changed = replace(CONTENT, **{name: CHANGED[name]})  # type: ignore[arg-type]
    assert seal(KEY, FIRST_SEAL, changed) != seal(KEY, FIRST_SEAL, CONTENT)


def test_it_breaks_with_another_key_or_another_seal_before() -> None:
    sealed = seal(KEY, FIRST_SEAL, CONTENT)
    assert seal(KEY[:-1], FIRST_SEAL, CONTENT) != sealed
    assert seal(KEY, sealed, CONTENT) != sealed
