"""How the keys of cost reports, and what they are narrowed to, are read out everywhere."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from pharmacy.rules.age_band import AGE_BANDS
from pharmacy.rules.vocabulary import Channel, Sex
from pharmacy.services.cost_dimensions import ATC_LETTERS, Dimension, names_of
from pharmacy.services.cost_query import CostQuery, chosen
from pharmacy.services.report_query import Grouping
from pharmacy.web.language import N_, gettext
from pharmacy.web.report_words import grouping_name
from pharmacy.web.words import word
from reports.figures import MONTHS_AR, MONTHS_EN

UNSAID: Mapping[Dimension, str] = {
    Dimension.CENTRE: N_("Without a centre"),
    Dimension.CONDITION: N_("No condition named"),
    Dimension.PRESCRIBER: N_("No prescriber named"),
    **dict.fromkeys(ATC_LETTERS, N_("Without an ATC code")),
}
ATC_GROUPS: Mapping[str, str] = {
    "A": N_("Alimentary tract and metabolism"),
    "B": N_("Blood and blood forming organs"),
    "C": N_("Cardiovascular system"),
    "D": N_("Dermatologicals"),
    "G": N_("Genito-urinary system and sex hormones"),
    "H": N_("Systemic hormonal preparations"),
    "J": N_("Anti-infectives for systemic use"),
    "L": N_("Antineoplastic and immunomodulating agents"),
    "M": N_("Musculo-skeletal system"),
    "N": N_("Nervous system"),
    "P": N_("Antiparasitic products"),
    "R": N_("Respiratory system"),
    "S": N_("Sensory organs"),
    "V": N_("Various"),
}
"""Main groups of the ATC classification (WHO Collaborating Centre)."""


def key_label(
    dimension: Dimension,
    key: object,
    names: Mapping[object, tuple[str, str]],
    language: str,
) -> str:
    """Return a key of a dimension as people read it.

    Args:
        dimension: What the figures were broken down by.
        key: An id, a month, a channel; None where nothing was said.
        names: Arabic and English names by id, from `services.cost_dimensions.names_of`.
        language: `ar` or `en`.
    """
    if key is None:
        return gettext(UNSAID.get(dimension, UNSAID[Dimension.CENTRE]))
    spoken = _SPOKEN.get(dimension)
    if spoken is not None:
        return spoken(str(key), language)
    name_ar, name_en = names[key]
    return (name_ar if language == "ar" else name_en) or name_ar


def _age(key: str, _language: str) -> str:
    [band] = [band for band in AGE_BANDS if band.key == key]
    if band.last is None:
        return gettext("%(first)s years and more", first=band.first)
    return gettext("%(first)s to %(last)s years", first=band.first, last=band.last)


def _atc(key: str, _language: str) -> str:
    group = ATC_GROUPS.get(key[:1])
    return f"{key} · {gettext(group)}" if group else key


def _month(key: str, language: str) -> str:
    year, month = key.split("-")
    return f"{(MONTHS_AR if language == 'ar' else MONTHS_EN)[int(month) - 1]} {year}"


_SPOKEN: Mapping[Dimension, Callable[[str, str], str]] = {
    Dimension.MONTH: _month,
    Dimension.CHANNEL: lambda key, _language: word(Channel(key)),
    Dimension.SEX: lambda key, _language: word(Sex(key)),
    Dimension.AGE: _age,
    Dimension.PRESCRIBER: lambda key, _language: key,
    **dict.fromkeys(ATC_LETTERS, _atc),
}
"""How the keys of dimensions are read out that are no ids of rows."""


def filters_told(session: Session, query: CostQuery, language: str) -> tuple[tuple[str, str], ...]:
    """Return in words what a query is narrowed to, each with its name; in the language spoken."""
    told = []
    for dimension, key in chosen(query):
        names = names_of(session, dimension, [key])
        spoken = dimension in _SPOKEN or key in names
        label = key_label(dimension, key, names, language) if spoken else "—"
        told.append((grouping_name(Grouping(dimension.value)), label))
    return tuple(told)
