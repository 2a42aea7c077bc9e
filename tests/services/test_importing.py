"""Beneficiaries, stock and requests from lists: each row goes where a form would go."""

from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import func, select

from pharmacy.errors import (
    InvalidAmount,
    InvalidDate,
    InvalidNationalId,
    InvalidNumber,
    InvalidPhone,
    InvalidReceipt,
    MissingFact,
    OutsideReferenceTaken,
    PharmacyError,
    PossibleDuplicate,
)
from pharmacy.models import (
    Batch,
    Beneficiary,
    Centre,
    CitizenRequest,
    Condition,
    Fund,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import AllergyKind, Channel, Role, VoucherKind
from pharmacy.services.importing import NoteCode, Outcome
from pharmacy.services.importing_people import PeopleImporter
from pharmacy.services.importing_requests import RequestImporter
from pharmacy.services.importing_stock import StockImporter
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_actor,
    add_beneficiary,
    add_centre,
    add_condition,
    add_drug,
    person,
    snapshot,
)
from tests.services.lists import Brought, bring_in, write

PEOPLE = ("الاسم", "الرقم القومي", "المحمول", "المركز", "المرض", "الحساسية")
STOCK = ("code", "lot", "expiry", "packs", "value", "fund")
REQUESTS = ("channel", "centre", "date", "request", "reference", "name", "phone", "national_id")
ID = "28001011898707"


def people(pharmacy: Pharmacy, path: Path) -> Brought:
    clerk = pharmacy[Role.CLERK]
    return bring_in(
        pharmacy.database,
        path,
        PeopleImporter,
        lambda session, _sheet: PeopleImporter(session, actor=clerk, now=NOW),
        actor=clerk,
    )


def stock(pharmacy: Pharmacy, path: Path, actor: Actor | None = None) -> Brought:
    keeper = actor or pharmacy.keeper
    return bring_in(
        pharmacy.database,
        path,
        StockImporter,
        lambda session, _sheet: StockImporter(
            session, fingerprint=path.read_bytes().hex(), source=path.name, actor=keeper, now=NOW
        ),
        actor=keeper,
    )


def requests(pharmacy: Pharmacy, path: Path) -> Brought:
    clerk = pharmacy[Role.CLERK]
    return bring_in(
        pharmacy.database,
        path,
        RequestImporter,
        lambda session, _sheet: RequestImporter(
            session, fingerprint=path.read_bytes().hex(), actor=clerk, now=NOW
        ),
        actor=clerk,
    )


def refusals(brought: Brought) -> list[type[PharmacyError]]:
    return [type(v.refusal) for v in brought.verdicts if v.refusal is not None]


def test_people_are_registered_with_their_names_taken_apart(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    add_condition(pharmacy.database)
    with pharmacy.database.reading() as session:
        condition = session.get_one(Condition, 1)
        code, name = condition.code, condition.name_ar
    path = write(
        tmp_path / "people.csv",
        PEOPLE,
        ["عبد الله محمد أبو زيد الشاذلي", ID, "010 0000 0001", "دمنهور", code, "J01C؛ ibuprofen"],
        ["هدى علي سالم", "2 8002021898718", "", "رشيد", name, ""],
    )
    assert people(pharmacy, path).counts.imported == 2
    with pharmacy.database.reading() as session:
        first, second = session.scalars(select(Beneficiary).order_by(Beneficiary.id))
        assert (first.given_name, first.father_name, first.grandfather_name, first.family_name) == (
            "عبد الله", "محمد", "أبو زيد", "الشاذلي",
        )  # fmt: skip
        assert (first.phone, first.identity_number) == ("+201000000001", ID)
        assert {(a.kind, a.code) for a in first.allergies} == {
            (AllergyKind.CLASS, "J01C"), (AllergyKind.INGREDIENT, "ibuprofen"),
        }  # fmt: skip
        assert (second.grandfather_name, second.family_name) == ("", "سالم")
        assert [c.id for c in second.conditions] == [1]


def test_a_person_on_file_is_skipped_and_a_likely_double_refused(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "people.csv",
        PEOPLE,
        ["عبد الله محمد أبو زيد الشاذلي", ID, "01000000001", "دمنهور", "", ""],
        ["عبدالله محمد ابو زيد الشاذلى", ID, "", "", "", ""],
        ["كريم علي سالم نصار", "28002021898718", "01000000001", "", "", ""],
    )
    brought = people(pharmacy, path)
    assert [brought.outcome(n) for n in (2, 3, 4)] == [
        Outcome.IMPORTED, Outcome.SKIPPED, Outcome.REFUSED,
    ]  # fmt: skip
    assert brought.notes(3) == [NoteCode.ALREADY_THERE]
    assert refusals(brought) == [PossibleDuplicate]


def test_an_unusual_control_digit_is_remarked_and_the_person_registered(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    usual, unusual = "28801111898021", "28801111898025"
    path = write(
        tmp_path / "people.csv",
        PEOPLE,
        ["علي حسن سالم جاد", usual, "", "", "", ""],
        ["كريم علي سالم نصار", unusual, "", "", "", ""],
    )
    brought = people(pharmacy, path)
    assert [brought.outcome(n) for n in (2, 3)] == [Outcome.IMPORTED, Outcome.IMPORTED]
    assert [brought.notes(n) for n in (2, 3)] == [[], [NoteCode.CONTROL_DIGIT]]
    with pharmacy.database.reading() as session:
        numbers = session.scalars(select(Beneficiary.identity_number).order_by(Beneficiary.id))
        assert numbers.all() == [usual, unusual]


def test_a_row_with_a_fault_is_refused_and_the_others_come_in(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "people.csv",
        PEOPLE,
        ["علي حسن", ID, "", "", "", ""],
        ["علي حسن سالم جاد", "2.88E+13", "", "", "", ""],
        ["علي حسن سالم جاد", ID, "12", "", "", ""],
        ["علي حسن سالم جاد", ID, "", "", "مرض لا نعرفه", ""],
        ["علي حسن سالم جاد", ID, "", "", "", ""],
    )
    brought = people(pharmacy, path)
    assert brought.notes(2) == [NoteCode.MISSING]
    assert refusals(brought) == [InvalidNationalId, InvalidPhone]
    assert brought.notes(5) == [NoteCode.NOT_FOUND]
    assert brought.outcome(6) is Outcome.IMPORTED
    with pharmacy.database.reading() as session:
        assert session.scalar(select(func.count(Beneficiary.id))) == 1


def test_a_workbook_is_read_like_a_text_file(pharmacy: Pharmacy, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, PEOPLE)
        sheet.write_row(1, 0, ["علي حسن سالم جاد", int(ID), "", "دمنهور"])
        sheet.write_row(3, 0, ["هدى حسن سالم جاد", "28002021898718", "", "رشيد"])
    brought = people(pharmacy, path)
    assert (brought.counts.imported, brought.counts.skipped) == (2, 1)
    assert brought.notes(3) == [NoteCode.BLANK]
    with pharmacy.database.reading() as session:
        numbers = session.scalars(select(Beneficiary.identity_number).order_by(Beneficiary.id))
        assert list(numbers) == [ID, "28002021898718"]


def test_the_opening_stock_is_one_voucher_for_each_fund(pharmacy: Pharmacy, tmp_path: Path) -> None:
    add_drug(pharmacy, code="M1", pack_size=30)
    with pharmacy.database.reading() as session:
        fund = session.scalars(select(Fund)).one().code
    path = write(
        tmp_path / "stock.csv",
        STOCK,
        ["M1", "A1", "12/2028", "2", "1,250.50", fund],
        ["M1", "A2", "2029-03-31", "1", "625", fund],
    )
    assert stock(pharmacy, path).counts.imported == 2
    with pharmacy.database.reading() as session:
        voucher = session.scalars(select(Voucher)).one()
        assert (voucher.kind, voucher.document_reference) == (
            VoucherKind.OPENING_BALANCE, "stock.csv",
        )  # fmt: skip
        batches = session.scalars(select(Batch).order_by(Batch.id)).all()
        assert [(b.lot, b.on_hand, b.value_on_hand) for b in batches] == [
            ("A1", 60, 125_050), ("A2", 30, 62_500),
        ]  # fmt: skip


def test_the_same_stock_file_twice_posts_once(pharmacy: Pharmacy, tmp_path: Path) -> None:
    add_drug(pharmacy, code="M1")
    with pharmacy.database.reading() as session:
        fund = session.scalars(select(Fund)).one().code
    path = write(tmp_path / "stock.csv", STOCK, ["M1", "A1", "12/2028", "2", "10", fund])
    stock(pharmacy, path)
    again = stock(pharmacy, path)
    assert (again.counts.imported, again.counts.skipped) == (0, 1)
    with pharmacy.database.reading() as session:
        assert session.scalar(select(func.count(Voucher.id))) == 1


def test_stock_that_does_not_hold_together_is_refused(pharmacy: Pharmacy, tmp_path: Path) -> None:
    add_drug(pharmacy, code="M1")
    before = snapshot(pharmacy.database)
    path = write(
        tmp_path / "stock.csv",
        STOCK,
        ["M1", "A1", "02/2026", "2", "10", ""],
        ["M1", "A1", "02/2028", "0", "10", ""],
        ["M1", "A1", "31/02/2028", "1", "10", ""],
        ["M1", "A1", "02/2028", "1", "-10", ""],
        ["M9", "A1", "02/2028", "1", "10", ""],
        ["M1", "", "02/2028", "1", "10", ""],
        ["M1", "A1", "02/2028", "1", "10", "no such fund"],
    )
    brought = stock(pharmacy, path)
    assert brought.counts.refused == 7
    assert refusals(brought) == [InvalidReceipt, InvalidNumber, InvalidDate, InvalidAmount]
    assert [brought.notes(n) for n in (6, 7, 8)] == [
        [NoteCode.NOT_FOUND], [NoteCode.MISSING], [NoteCode.NOT_FOUND],
    ]  # fmt: skip
    after = snapshot(pharmacy.database)
    assert before.pop("audit_event") != after.pop("audit_event")
    assert before == after


def test_stock_needs_a_site(pharmacy: Pharmacy, tmp_path: Path) -> None:
    homeless = add_actor(pharmacy.database, Role.STORE_KEEPER)
    path = write(tmp_path / "stock.csv", STOCK)
    with pytest.raises(MissingFact):
        stock(pharmacy, path, homeless)


def test_requests_are_recorded_as_received_and_linked_to_who_is_on_file(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    add_centre(pharmacy.database)
    with pharmacy.database.reading() as session:
        centre = session.scalars(select(Centre)).one()
        code, centre_id = centre.code, centre.id
    known = person(identity_number=ID)
    beneficiary_id = add_beneficiary(pharmacy, identity_number=known.identity_number)
    path = write(
        tmp_path / "requests.csv",
        REQUESTS,
        ["", code, "2026-03-01", "علاج سكر", "", "", "", ID],
        ["portal", "", "01/03/2026", "علاج ضغط", "BPM-1", "علي حسن", "01000000002", ""],
        ["صوتك مسموع", "", "٠١/٠٣/٢٠٢٦", "علاج ضغط", "", "علي حسن", "", ""],
    )
    assert requests(pharmacy, path).counts.imported == 3
    with pharmacy.database.reading() as session:
        rows = session.scalars(select(CitizenRequest).order_by(CitizenRequest.id)).all()
        assert [(r.channel, r.centre_id, r.beneficiary_id) for r in rows] == [
            (Channel.CITY_CENTRE, centre_id, beneficiary_id),
            (Channel.PORTAL, None, None),
            (Channel.SAWTAK_MASMOU, None, None),
        ]
        assert [r.citizen_phone for r in rows] == [None, "+201000000002", None]
    again = requests(pharmacy, path)
    assert (again.counts.imported, again.counts.skipped) == (0, 3)


def test_a_request_with_a_fault_is_refused(pharmacy: Pharmacy, tmp_path: Path) -> None:
    path = write(
        tmp_path / "requests.csv",
        REQUESTS,
        ["", "", "2026-03-01", "علاج", "", "علي", "", ""],
        ["pigeon", "", "2026-03-01", "علاج", "", "علي", "", ""],
        ["portal", "", TODAY.replace(year=2027).isoformat(), "علاج", "", "علي", "", ""],
        ["portal", "", "2026-03-01", "", "", "علي", "", ""],
        ["portal", "", "2026-03-01", "علاج", "", "", "", ""],
        ["portal", "nowhere", "2026-03-01", "علاج", "", "علي", "", ""],
        ["portal", "", "2026-03-01", "علاج", "R", "علي", "", ""],
        ["portal", "", "2026-03-01", "علاج", "R", "علي", "", ""],
        ["portal", "", "2026-03-01", "علاج آخر", "R", "علي", "", ""],
    )
    brought = requests(pharmacy, path)
    assert [brought.notes(n) for n in (2, 3, 5, 6, 7)] == [
        [NoteCode.MISSING], [NoteCode.UNKNOWN_WORD], [NoteCode.MISSING], [NoteCode.MISSING],
        [NoteCode.NOT_FOUND],
    ]  # fmt: skip
    assert refusals(brought) == [InvalidDate, OutsideReferenceTaken]
    assert brought.outcome(8) is Outcome.IMPORTED
    assert brought.outcome(9) is Outcome.SKIPPED
    assert brought.outcome(10) is Outcome.REFUSED
