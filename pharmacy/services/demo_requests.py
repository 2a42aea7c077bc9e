"""The citizens' side of a demonstration: who asks, by which channel, for what, and the answer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Centre
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.request_vocabulary import RejectionReason
from pharmacy.rules.vocabulary import (
    AllergyKind,
    CentreKind,
    Channel,
    IdentityKind,
    RequestCategory,
    Urgency,
)
from pharmacy.services.beneficiary import Person
from pharmacy.services.demo_people import InventedPerson
from pharmacy.services.demo_treatment import Medicine
from pharmacy.services.meeting import hold_meeting
from pharmacy.services.request import NewRequest
from pharmacy.services.request_decision import Decision

CHANNELS: Mapping[Channel, int] = MappingProxyType(
    {
        Channel.CITY_CENTRE: 34,
        Channel.VILLAGE_CENTRE: 30,
        Channel.PORTAL: 10,
        Channel.HOTLINE: 8,
        Channel.SOCIAL_MEDIA: 5,
        Channel.APP: 4,
        Channel.COUNTER: 4,
        Channel.SAWTAK_MASMOU: 3,
        Channel.PUBLIC_MEETING: 2,
    }
)
"""How often each channel is used, by hundredths."""

_CENTRE_KINDS = MappingProxyType(
    {Channel.CITY_CENTRE: CentreKind.CITY, Channel.VILLAGE_CENTRE: CentreKind.VILLAGE}
)
_REFERENCES = MappingProxyType(
    {Channel.PORTAL: "BPM", Channel.SAWTAK_MASMOU: "SM", Channel.APP: "APP"}
)
OTHER_WISHES: Mapping[RequestCategory, str] = MappingProxyType(
    {
        RequestCategory.UTILITIES: "شكوى من انقطاع المياه المتكرر",
        RequestCategory.HOUSING: "طلب وحدة سكنية",
        RequestCategory.SOCIAL_AID: "طلب مساعدة اجتماعية شهرية",
        RequestCategory.LICENCE: "استعجال رخصة محل",
        RequestCategory.TREATMENT: "طلب إجراء عملية على نفقة الدولة",
        RequestCategory.OTHER: "شكوى من تراكم القمامة",
    }
)
PRESCRIBERS = (
    "د. ماهر رزق - مستشفى دمنهور التعليمي",
    "د. إيناس عوض - مستشفى كفر الدوار العام",
    "د. حسام قنديل - مستشفى إيتاي البارود المركزي",
    "د. رانيا مبروك - وحدة طب الأسرة بأبو حمص",
)
RELATIONS = ("", "", "", "", "والدته", "والده", "زوجته", "ابنته")
# One in so many has an allergy; ingredients by INN, classes by ATC prefix.
ALLERGIES: Sequence[tuple[AllergyKind, str]] = (
    (AllergyKind.CLASS, "J01C"),
    (AllergyKind.INGREDIENT, "ibuprofen"),
    (AllergyKind.INGREDIENT, "sulfamethoxazole"),
    (AllergyKind.CLASS, "J01F"),
)
_ALLERGIC = 0.08
_CITIZEN_PAYS = 0.08
_CEILING = 0.15
_URGENT = 0.12
ELIGIBILITY = (
    "بحث اجتماعي: دخل الأسرة أقل من الحد الأدنى",
    "مستفيد من تكافل وكرامة",
    "أرملة تعول أسرة",
    "غير مؤمن عليه صحيًا",
    "عمالة غير منتظمة",
)


class Desk:
    """Where requests are written down.

    Args:
        session: A writing session, for reading the centres.
        chance: Where all choices come from.
        consent_version: Of the text people are asked to agree to.
    """

    def __init__(self, session: Session, *, chance: Random, consent_version: str) -> None:
        self._chance = chance
        self._consent = consent_version
        self._count = 0
        rows = session.scalars(select(Centre).order_by(Centre.code)).all()
        self._centres = {kind: [row.id for row in rows if row.kind is kind] for kind in CentreKind}
        parents = {row.id: row for row in rows}
        self._places = [
            (parents[row.parent_id].name_ar if row.parent_id else row.name_ar, row.name_ar)
            for row in rows
        ]
        self._meeting_id: int | None = None

    def hold_meeting(self, session: Session, on: date, *, actor: Actor, now: datetime) -> None:
        """Write down a public meeting; the requests taken at one name the latest."""
        markaz, _village = self._chance.choice(self._places)
        place = f"ديوان مركز {markaz}"
        self._meeting_id = hold_meeting(
            session, held_on=on, place=place, chair="السيد المحافظ", actor=actor, now=now
        )

    def person(
        self, invented: InventedPerson, *, condition_id: int, on: date, allergic: bool = True
    ) -> Person:
        """Return what the registration form says of an invented person."""
        chance = self._chance
        markaz, village = chance.choice(self._places)
        has_allergy = allergic and chance.random() < _ALLERGIC
        return Person(
            given_name=invented.given_name,
            father_name=invented.father_name,
            grandfather_name=invented.grandfather_name,
            family_name=invented.family_name,
            identity_kind=IdentityKind.NATIONAL_ID,
            identity_number=invented.national_id,
            phone=invented.phone,
            markaz=markaz,
            village=village if village != markaz else "",
            address=invented.street,
            household_size=invented.household_size,
            eligibility_note=chance.choice(ELIGIBILITY),
            consent_version=self._consent,
            consent_on=on,
            condition_ids=frozenset({condition_id}),
            allergies=(chance.choice(ALLERGIES),) if has_allergy else (),
        )

    def medicine_request(
        self, beneficiary_id: int, condition_id: int, medicines: Sequence[Medicine], *, on: date
    ) -> NewRequest:
        """Return a request for medicines."""
        names = "، ".join(f"{m.name_ar} {m.strength}".strip() for m in medicines)
        return self._request(
            RequestCategory.MEDICINE,
            f"صرف علاج شهري: {names}",
            on=on,
            beneficiary_id=beneficiary_id,
            condition_id=condition_id,
            prescriber=self._chance.choice(PRESCRIBERS),
            on_behalf_of=self._chance.choice(RELATIONS),
        )

    def other_request(self, invented: InventedPerson, *, on: date) -> NewRequest:
        """Return a request for something the pharmacy does not give."""
        category = self._chance.choice(tuple(OTHER_WISHES))
        return self._request(
            category,
            OTHER_WISHES[category],
            on=on,
            citizen_name=invented.full_name,
            citizen_phone=f"+2{invented.phone}",
        )

    def _request(
        self,
        category: RequestCategory,
        asked_for: str,
        *,
        on: date,
        beneficiary_id: int | None = None,
        condition_id: int | None = None,
        prescriber: str = "",
        on_behalf_of: str = "",
        citizen_name: str = "",
        citizen_phone: str | None = None,
    ) -> NewRequest:
        self._count += 1
        channel = self._channel(category)
        kind = _CENTRE_KINDS.get(channel)
        prefix = _REFERENCES.get(channel)
        return NewRequest(
            submission_id=f"demo-request-{self._count}",
            channel=channel,
            category=category,
            asked_for=asked_for,
            received_on=on,
            urgency=Urgency.URGENT if self._chance.random() < _URGENT else Urgency.NORMAL,
            centre_id=self._chance.choice(self._centres[kind]) if kind else None,
            meeting_id=self._meeting_id if channel is Channel.PUBLIC_MEETING else None,
            outside_reference=f"{prefix}-{on.year}-{self._count:05d}" if prefix else None,
            beneficiary_id=beneficiary_id,
            condition_id=condition_id,
            prescriber=prescriber,
            on_behalf_of=on_behalf_of,
            citizen_name=citizen_name,
            citizen_phone=citizen_phone,
        )

    def _channel(self, category: RequestCategory) -> Channel:
        (channel,) = self._chance.choices(tuple(CHANNELS), tuple(CHANNELS.values()))
        if channel is Channel.COUNTER and category is not RequestCategory.MEDICINE:
            return Channel.HOTLINE
        return channel

    def decision(self, medicines: Sequence[Medicine], *, issues: int, now: datetime) -> Decision:
        """Return an approval of so many months; some with a citizen's share or a ceiling."""
        chance = self._chance
        on = cairo_day(now)
        longest = max(medicine.interval_days for medicine in medicines)
        month = sum(m.price * -(-m.quantity // m.pack_size) for m in medicines)
        pays = chance.random() < _CITIZEN_PAYS
        capped = chance.random() < _CEILING
        return Decision(
            decision_number=f"{self._count}/{on.year}",
            valid_from=on,
            valid_until=on + timedelta(days=longest * issues + 60),
            items=[medicine.approved(issues) for medicine in medicines],
            citizen_basis_points=1000 if pays else 0,
            citizen_share_max=5000 if pays else None,
            case_ceiling=month * issues * 2 if capped else None,
            month_ceiling=month * 2 if capped else None,
        )

    def refusal(self) -> RejectionReason:
        """Return why a request for medicine is refused."""
        reasons = (
            RejectionReason.INSURED_ELSEWHERE,
            RejectionReason.PAPERS_MISSING,
            RejectionReason.NOT_ELIGIBLE,
            RejectionReason.DUPLICATE,
            RejectionReason.NOT_IN_FORMULARY,
        )
        return self._chance.choice(reasons)


def recorder(staff: Mapping[str, Actor], request: NewRequest) -> Actor:
    """Return who writes a request down: the pharmacist at the counter, a clerk otherwise."""
    return staff["pharmacist"] if request.channel is Channel.COUNTER else staff["clerk"]
