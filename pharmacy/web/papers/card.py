"""The card of a beneficiary."""

from datetime import date

from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.models import Beneficiary
from pharmacy.rules.identity import mask_identity
from pharmacy.rules.vocabulary import IdentityKind
from pharmacy.services.settings import all_settings
from pharmacy.web.language import speaking
from pharmacy.web.words import word
from reports.card import Card


def card(
    session: Session,
    beneficiary_id: int,
    *,
    language: str,
    issued_on: date,
    demo: bool = False,
) -> Card:
    """Return what the card of a person says; the identity is masked.

    Raises:
        NotFound: There is no such person.
    """
    person = session.get(Beneficiary, beneficiary_id)
    if person is None:
        raise NotFound(noun="beneficiary", key=str(beneficiary_id))
    identity = mask_identity(person.identity_number)
    if person.identity_kind is not IdentityKind.NATIONAL_ID:
        # The paper's own label speaks of the national ID.
        with speaking(language):
            identity = f"{word(person.identity_kind)} {identity}".strip()
    return Card(
        name=person.full_name,
        number=person.card_number,
        identity=identity,
        issued_on=issued_on,
        barcode=person.card_number,
        site=all_settings(session)[f"pharmacy_{language}"],
        demo=demo,
    )
