"""Importing citizen requests that another system took: each row is recorded as received."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidDate
from pharmacy.models import Beneficiary, BeneficiaryStatus, Centre, CitizenRequest, Condition
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import fold
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.identity import parse_national_id
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
    one_by_one,
)
from pharmacy.services.importing_people import parse_day
from pharmacy.services.importing_rows import Row
from pharmacy.services.request import NewRequest, record_request

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


class RequestImporter:
    """The importer of citizen requests.

    What its channel brought before under the same outside reference is skipped, and so is the same
    row of the same file; the same reference with another wish is refused. A national ID links the
    request to the beneficiary who has it on file; without one on file the request keeps the name
    alone.

    Args:
        session: A session, for reading centres and conditions.
        fingerprint: Of the file's content.
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
        "condition": ("المرض",),
        "prescriber": ("الطبيب",),
    }

    def __init__(self, session: Session, *, fingerprint: str, actor: Actor, now: datetime) -> None:
        actor.require(Permission.REQUEST_RECORD)
        self._actor = actor
        self._now = now
        self._fingerprint = fingerprint[:32]
        self._centres = {
            fold(name): centre
            for centre in session.scalars(select(Centre))
            for name in (centre.code, centre.name_ar, centre.name_en)
        }
        self._conditions = {
            fold(name): condition.id
            for condition in session.scalars(select(Condition))
            for name in (condition.code, condition.name_ar, condition.name_en)
        }

    def take(self, session: Session, rows: Sequence[Row]) -> Iterable[Verdict]:
        """Record some requests."""
        return one_by_one(session, rows, self._record)

    def finish(self, session: Session) -> None:
        """Nothing needs the whole list."""

    def _record(self, session: Session, row: Row) -> Verdict:
        new = self._new(session, row)
        known = session.scalar(_already(new))
        if known is not None:
            return Verdict(row, Outcome.SKIPPED, (Note(NoteCode.ALREADY_THERE, {"key": known}),))
        record_request(session, new, actor=self._actor, now=self._now)
        notes = (Note(NoteCode.TEXT_TIDIED, {"fields": ", ".join(row.tidied)}),)
        return Verdict(row, Outcome.IMPORTED, notes if row.tidied else ())

    def _new(self, session: Session, row: Row) -> NewRequest:
        centre = self._centre(row)
        received = parse_day(needed(row, "received_on"))
        assert received is not None, "a needed field is not empty"
        if received > cairo_day(self._now):
            raise InvalidDate(text=row["received_on"])
        phone = row["citizen_phone"]
        beneficiary_id = self._beneficiary(session, row)
        if beneficiary_id is None:
            needed(row, "citizen_name")
        return NewRequest(
            submission_id=f"import-{self._fingerprint}-{row.number}",
            channel=_channel(row, centre),
            category=member(row, "category", RequestCategory, RequestCategory.MEDICINE),
            urgency=member(row, "urgency", Urgency, Urgency.NORMAL),
            asked_for=needed(row, "asked_for"),
            received_on=received,
            centre_id=centre.id if centre else None,
            outside_reference=row["outside_reference"] or None,
            beneficiary_id=beneficiary_id,
            citizen_name=row["citizen_name"],
            citizen_phone=parse_phone(phone) if phone else None,
            condition_id=self._condition(row),
            prescriber=row["prescriber"],
        )

    def _centre(self, row: Row) -> Centre | None:
        if not row["centre"]:
            return None
        centre = self._centres.get(fold(row["centre"]))
        if centre is None:
            raise RowRefused(NoteCode.NOT_FOUND, field="centre", text=row["centre"])
        return centre

    def _condition(self, row: Row) -> int | None:
        if not row["condition"]:
            return None
        found = self._conditions.get(fold(row["condition"]))
        if found is None:
            raise RowRefused(NoteCode.NOT_FOUND, field="condition", text=row["condition"])
        return found

    def _beneficiary(self, session: Session, row: Row) -> int | None:
        """Return who has the national ID on file; one that does not hold together is refused."""
        if not row["national_id"]:
            return None
        identity = parse_national_id(row["national_id"], today=cairo_day(self._now))
        return session.scalar(
            select(Beneficiary.id).where(
                Beneficiary.identity_kind == IdentityKind.NATIONAL_ID,
                Beneficiary.identity_number == identity.number,
                Beneficiary.status == BeneficiaryStatus.ACTIVE,
            )
        )


def _channel(row: Row, centre: Centre | None) -> Channel:
    """Return the channel; a row that names only a centre came through that centre."""
    text = fold(row["channel"])
    if text in _WORDS:
        return _WORDS[text]
    if not text and centre is None:
        raise RowRefused(NoteCode.MISSING, field="channel")
    return member(row, "channel", Channel, _OF_CENTRES[centre.kind] if centre else Channel.HOTLINE)


def _already(new: NewRequest) -> Select[str]:
    """Return the question for the number under which this request is on file."""
    same = CitizenRequest.submission_id == new.submission_id
    if new.outside_reference:
        same |= (
            (CitizenRequest.channel == new.channel)
            & (CitizenRequest.outside_reference == new.outside_reference)
            & (CitizenRequest.received_on == new.received_on)
            & (CitizenRequest.asked_for == new.asked_for)
        )
    return select(CitizenRequest.number).where(same).limit(1)
