"""The badge of a member of staff."""

from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.models import Site, Staff
from pharmacy.services.settings import all_settings
from pharmacy.web.language import speaking
from pharmacy.web.words import word
from reports.badge import Badge


def badge(session: Session, row: Staff, *, language: str, demo: bool = False) -> Badge:
    """Return what the badge of a member of staff says; the name is Arabic in both languages.

    Raises:
        NotFound: There is no badge.
    """
    if row.badge_code is None:
        raise NotFound(noun="badge", key=str(row.id))
    site = session.get(Site, row.site_id) if row.site_id else None
    named = site if site is None else (site.name_en if language == "en" else site.name_ar)
    with speaking(language):
        role = word(row.role)
    return Badge(
        name=row.name_ar,
        role=role,
        site=named or all_settings(session)[f"fund_{language}"],
        barcode=row.badge_code,
        demo=demo,
    )
