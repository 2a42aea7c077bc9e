"""Importing citizen requests that another system took: each row is recorded as received."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidDate, PharmacyError
from pharmacy.models import Beneficiary, BeneficiaryStatus, Centre, Condition
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import fold
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.identity import parse_national_id
from pharmacy.rules.intake import CHANNEL_FIELDS
from pharmacy.rules.permissions import Permission
from pharmacy.rules.phone import parse_phone
from pharmacy.rules.vocabulary import CentreKind, Channel, IdentityKind, RequestCategory, Urgency
from pharmacy.services.importing import (
    Note,
    NoteCode,
    Outcome,
    RowRefused,
    Verdict,
    member,
    needed,
)
from pharmacy.services.importing_people import parse_day
from pharmacy.services.importing_rows import Row
from pharmacy.services.request import NewRequest
from pharmacy.services.request_bulk import RequestBatch

_OF_CENTRES = {
    CentreKind.CITY: Channel.CITY_CENTRE,
    CentreKind.VILLAGE: Channel.VILLAGE_CENTRE,
}
_WORDS = {
    "بوابه": Channel.PORTAL,
    "بوابه الشكاوي": Channel.PORTAL,
    "خط ساخن": Channel.HOTLINE,
    "تواصل اجتماعي": Channel.SOCIAL_MEDIA,
    "صوتك مسموع": Channel.SAWTAK_MASMOU,
    "لقاء جماهيري": Channel.PUBLIC_MEETING,
    "تطبيق": Channel.APP,
}
_CATEGORIES = {
    fold(text): category
    for category, texts in {
        RequestCategory.MEDICINE: ("دواء", "أدوية", "علاج", "صرف علاج"),
        RequestCategory.SUPPLIES: ("مستلزمات طبية",),
        RequestCategory.INFANT_MILK: ("ألبان أطفال", "لبن أطفال"),
        RequestCategory.TREATMENT: ("علاج أو عملية جراحية", "عملية جراحية"),
        RequestCategory.UTILITIES: ("مرافق",),
        RequestCategory.HOUSING: ("إسكان",),
        RequestCategory.SOCIAL_AID: ("مساعدات اجتماعية", "مساعدة اجتماعية"),
        RequestCategory.LICENCE: ("تراخيص", "ترخيص"),
        RequestCategory.OTHER: ("طلب آخر", "أخرى"),
    }.items()
    for text in texts
}
_URGENCIES = {
    fold("عادي"): Urgency.NORMAL,
    fold("عاجل"): Urgency.URGENT,
    fold("مستعجل"): Urgency.URGENT,
}
_CHANNELS = {**{channel.value: channel for channel in Channel}, **_WORDS}
_ON_FILE = select(Beneficiary.identity_number, Beneficiary.id).where(
    Beneficiary.identity_kind == IdentityKind.NATIONAL_ID,
    Beneficiary.identity_number.in_(bindparam("numbers", expanding=True)),
    Beneficiary.status == BeneficiaryStatus.ACTIVE,
)
_FACT_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "receipt_number": ("رقم الإيصال",),
    "called_at": ("وقت المكالمة",),
    "call_taker": ("متلقي المكالمة",),
    "complainant": ("صفة الشاكي",),
    "occupation": ("المهنة",),
    "app_account": ("حساب التطبيق",),
    "platform": ("المنصة",),
    "handle": ("اسم الحساب",),
    "link": ("الرابط",),
    "message_reference": ("رقم الرسالة",),
}
# Every field that only some channels have; a row's are read by its own channel.
CHANNEL_FACTS: Mapping[str, tuple[str, ...]] = {
    field.name: _FACT_HEADINGS.get(field.name, ())
    for fields in CHANNEL_FIELDS.values()
    for field in fields
}


@dataclass(frozen=True, slots=True)
class _Read:
    """A row as far as it can be read: a request, or why it is none."""

    row: Row
    new: NewRequest | None = None
    refused: Verdict | None = None


class RequestImporter:
    """The importer of citizen requests.

    What its channel brought before under the same outside reference is skipped, and so is the same
    row of the same file; the same reference with another wish is refused. A national ID links the
    request to the beneficiary who has it on file; without one on file the request keeps name and
    number. Whoever works at a centre imports requests of that centre.

    Args:
        session: A session, for reading centres and conditions.
        fingerprint: Of the file's content.
        looking: Nothing is written: the verdicts say what would become of the rows.
        actor: Who imports.
        now: When.
    """

    noun = "requests"
    required = frozenset({"asked_for", "received_on"})
    headings: Mapping[str, tuple[str, ...]] = {
        "channel": ("قناة الورود", "القناة"),
        "centre": ("المركز التكنولوجي", "المركز"),
        "received_on": ("date", "تاريخ الورود", "التاريخ"),
        "asked_for": ("request", "الطلب", "موضوع الطلب"),
        "category": ("نوع الطلب",),
        "urgency": ("الأولوية",),
        "outside_reference": ("reference", "رقم الطلب", "رقم الشكوى"),
        "citizen_name": ("name", "الاسم", "اسم المواطن"),
        "citizen_phone": ("phone", "الهاتف", "المحمول"),
        "national_id": ("الرقم القومي",),
        "citizen_email": ("email", "e-mail", "البريد الإلكتروني"),
        "condition": ("المرض",),
        "prescriber": ("الطبيب",),
        **CHANNEL_FACTS,
    }

    def __init__(
        self,
        session: Session,
        *,
        fingerprint: str,
        looking: bool = False,
        actor: Actor,
        now: datetime,
    ) -> None:
        actor.require(Permission.REQUEST_IMPORT)
        self._actor = actor
        self._now = now
        self._today = cairo_day(now)
        self._looking = looking
        self._fingerprint = fingerprint[:32]
        centres = session.scalars(select(Centre)).all()
        self._own = next((one for one in centres if one.id == actor.centre_id), None)
        self._centres = {
            fold(name): centre
            for centre in centres
            for name in (centre.code, centre.name_ar, centre.name_en)
        }
        self._conditions = {
            fold(name): condition.id
            for condition in session.scalars(select(Condition))
            for name in (condition.code, condition.name_ar, condition.name_en)
        }
        # Lists say the same few words in every row.
        self._folded: dict[str, str] = {}
        self._days: dict[str, date] = {}

    def take(self, session: Session, rows: Sequence[Row]) -> Iterable[Verdict]:
        """Record some requests, as if each were recorded before the next is looked at."""
        reads = self.read(session, rows)
        news = [read.new for read in reads if read.new is not None]
        batch = RequestBatch(session, news, looking=self._looking, actor=self._actor, now=self._now)
        found = [read.refused or _recorded(batch, read) for read in reads]
        if not self._looking:
            batch.write()
        return found

    def finish(self, session: Session) -> None:
        """Nothing needs the whole list."""

    def read(self, session: Session, rows: Sequence[Row]) -> list[_Read]:
        """Return each row as the request it asks for, or refused; nothing is recorded."""
        people = self._people(session, rows)
        reads = []
        for row in rows:
            try:
                reads.append(_Read(row, self._new(row, people)))
            except RowRefused as refused:
                verdict = Verdict(row, Outcome.REFUSED, (refused.note,))
                reads.append(_Read(row, refused=verdict))
            except PharmacyError as refusal:
                verdict = Verdict(row, Outcome.REFUSED, refusal=refusal)
                reads.append(_Read(row, refused=verdict))
        return reads

    def _people(self, session: Session, rows: Sequence[Row]) -> "_People":
        """Read the national IDs of some rows, and find who has them on file."""
        read: dict[str, str | PharmacyError] = {}
        for text in {row["national_id"] for row in rows} - {""}:
            try:
                read[text] = parse_national_id(text, today=self._today).number
            except PharmacyError as refusal:
                read[text] = refusal
        numbers = [number for number in read.values() if isinstance(number, str)]
        found = session.execute(_ON_FILE, {"numbers": numbers}) if numbers else ()
        return _People(read, {row.identity_number: row.id for row in found})

    def _new(self, row: Row, people: "_People") -> NewRequest:
        centre = self._centre(row)
        received = self._day(row)
        phone = row["citizen_phone"]
        identity, beneficiary_id = people.of(row)
        if beneficiary_id is None:
            needed(row, "citizen_name")
        return NewRequest(
            submission_id=f"import-{self._fingerprint}-{row.number}",
            channel=self._channel(row, centre),
            category=_CATEGORIES.get(self._fold(row["category"]))
            or member(row, "category", RequestCategory, RequestCategory.MEDICINE),
            urgency=_URGENCIES.get(self._fold(row["urgency"]))
            or member(row, "urgency", Urgency, Urgency.NORMAL),
            asked_for=needed(row, "asked_for"),
            received_on=received,
            centre_id=centre.id if centre else None,
            outside_reference=row["outside_reference"] or None,
            beneficiary_id=beneficiary_id,
            citizen_name=row["citizen_name"],
            citizen_phone=parse_phone(phone) if phone else None,
            condition_id=self._condition(row),
            prescriber=row["prescriber"],
            citizen_identity=identity if beneficiary_id is None else None,
            citizen_email=row["citizen_email"] or None,
            channel_facts={name: row[name] for name in CHANNEL_FACTS if row[name]},
        )

    def _fold(self, text: str) -> str:
        if text not in self._folded:
            self._folded[text] = fold(text)
        return self._folded[text]

    def _day(self, row: Row) -> date:
        text = needed(row, "received_on")
        if text not in self._days:
            received = parse_day(text)
            assert received is not None, "a needed field is not empty"
            if received > self._today:
                raise InvalidDate(text=text)
            self._days[text] = received
        return self._days[text]

    def _centre(self, row: Row) -> Centre | None:
        """Return the centre named; where none is, the one of whoever imports."""
        if not row["centre"]:
            return self._own
        centre = self._centres.get(self._fold(row["centre"]))
        if centre is None:
            raise RowRefused(NoteCode.NOT_FOUND, field="centre", text=row["centre"])
        return centre

    def _channel(self, row: Row, centre: Centre | None) -> Channel:
        """Return the channel; a row that names only a centre came through that centre."""
        text = row["channel"]
        if not text and centre is None:
            raise RowRefused(NoteCode.MISSING, field="channel")
        known = _CHANNELS.get(text) or _WORDS.get(self._fold(text))
        if known is not None:
            return known
        usual = _OF_CENTRES[centre.kind] if centre else Channel.HOTLINE
        return member(row, "channel", Channel, usual)

    def _condition(self, row: Row) -> int | None:
        if not row["condition"]:
            return None
        found = self._conditions.get(self._fold(row["condition"]))
        if found is None:
            raise RowRefused(NoteCode.NOT_FOUND, field="condition", text=row["condition"])
        return found


@dataclass(frozen=True, slots=True)
class _People:
    """The national IDs of some rows as they were read, and who has them on file."""

    read: Mapping[str, str | PharmacyError]
    on_file: Mapping[str, int]

    def of(self, row: Row) -> tuple[str | None, int | None]:
        """Return the fourteen digits and the beneficiary of a row.

        Raises:
            InvalidNationalId: The number does not hold together.
        """
        text = row["national_id"]
        if not text:
            return None, None
        number = self.read[text]
        if isinstance(number, PharmacyError):
            raise number
        return number, self.on_file.get(number)


def _recorded(batch: RequestBatch, read: _Read) -> Verdict:
    """Say what became of a row that could be read."""
    row, new = read.row, read.new
    assert new is not None
    known = batch.known(new)
    if known is not None:
        return Verdict(row, Outcome.SKIPPED, (Note(NoteCode.ALREADY_THERE, {"key": known}),))
    try:
        batch.record(new)
    except PharmacyError as refusal:
        return Verdict(row, Outcome.REFUSED, refusal=refusal)
    notes = (Note(NoteCode.TEXT_TIDIED, {"fields": ", ".join(row.tidied)}),)
    return Verdict(row, Outcome.IMPORTED, notes if row.tidied else ())
