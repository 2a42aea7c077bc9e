"""The cost report: figures of `services.reporting` with their names, as the print shop wants them.

Page, PDF, workbook, CSV file and command line all take the value made here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from pharmacy.rules.age_band import AGE_BANDS
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.vocabulary import Channel, ReversalReason, Sex
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services import reporting
from pharmacy.services.cost_dimensions import ATC_LETTERS, Dimension, names_of
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.reporting import Cost, CostQuery, Figures
from pharmacy.services.settings import all_settings
from pharmacy.web.language import N_, gettext, speaking
from pharmacy.web.papers.claims_aside import Aside, claims_aside
from pharmacy.web.papers.figure_paper import report_number
from pharmacy.web.words import word
from reports.cost_report import (
    Claims,
    CostFigures,
    CostGroup,
    CostReport,
    CostRow,
    CostTotals,
    ReversalRow,
)
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
_LAST = "\uffff"
_JOINT = "\x1f"
Label = Callable[[object], str]


def cost_report(
    session: Session, query: CostQuery, *, language: str, as_of: datetime, demo: bool = False
) -> CostReport:
    """Return the report of a query, with every word in one language.

    Args:
        session: A reading session.
        query: Which lines, broken down how.
        language: `ar` or `en`.
        as_of: The moment the figures are read.
        demo: Whether the people in it are invented.

    Raises:
        InvalidPeriod: The period ends before it begins.
    """
    found = reporting.cost(session, query)
    settings = all_settings(session)
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    at = as_of.astimezone(CAIRO)
    with speaking(language):
        aside = claims_aside(session, asked_of(query), found.total.cost)
        labels = [_labels(session, found, place, language) for place in range(len(query.by))]
        return CostReport(
            governorate=settings[f"governorate_{language}"],
            fund_name=settings[f"fund_{language}"],
            date_from=query.date_from,
            date_to=query.date_to,
            as_of=at,
            number=report_number("CR", at, query.by),
            by=tuple(dimension.value for dimension in query.by),
            filters=_filters(session, query, language),
            rows=tuple(_row(group, labels) for group in found.rows),
            groups=tuple(_group(group, labels[0]) for group in found.groups),
            total=CostTotals(**_figures(found.total)),
            reversals=_reversals(found),
            amount_in_words=in_words(found.total.cost),
            seal=found.last_seal,
            claims=_claims(aside),
            remarks=aside.notes if aside else (),
            demo=demo,
        )


def _claims(aside: Aside | None) -> Claims | None:
    if aside is None:
        return None
    sums = aside.sums
    return Claims(lines=sums.lines, quantity=sums.quantity, cost=sums.amount)


def asked_of(query: CostQuery) -> ReportQuery:
    """Return the period and the filters of a query as other reports ask them."""
    return ReportQuery(
        date_from=query.date_from,
        date_to=query.date_to,
        site_id=query.site_id,
        fund_id=query.fund_id,
        centre_id=query.centre_id,
        drug_id=query.drug_id,
    )


def raw_key(key: str) -> str:
    """Return what a row's key stands for: an id, a month, a channel; empty where nothing is said.

    Keys of rows begin with what they are sorted by, which is what people read.
    """
    return key.rpartition(_JOINT)[2]


def _labels(session: Session, found: Cost, place: int, language: str) -> Label:
    """Return what reads the keys of a dimension out, its names fetched in one statement."""
    dimension = found.query.by[place]
    keys = [group.keys[place] for group in found.rows]
    names = names_of(session, dimension, keys)

    return lambda key: key_label(dimension, key, names, language)


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


def _figures(figures: Figures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in CostFigures.__dataclass_fields__}


def _row(group: reporting.CostGroup, labels: Sequence[Label]) -> CostRow:
    said = [label(key) for label, key in zip(labels, group.keys, strict=True)]
    return CostRow(
        keys=tuple(_sortable(key, text) for key, text in zip(group.keys, said, strict=True)),
        labels=tuple(said),
        **_figures(group.figures),
    )


def _group(group: reporting.CostGroup, label: Label) -> CostGroup:
    said = label(group.keys[0])
    return CostGroup(key=_sortable(group.keys[0], said), label=said, **_figures(group.figures))


def _sortable(raw: object, label: str) -> str:
    """Return a key: months, bands and codes in their order, names by name, the unsaid last."""
    if raw is None:
        return f"{_LAST}{_JOINT}"
    in_order = isinstance(raw, str) and not isinstance(raw, StrEnum)
    return f"{raw if in_order else label}{_JOINT}{raw}"


def _filters(session: Session, query: CostQuery, language: str) -> tuple[tuple[str, str], ...]:
    chosen = (
        (Dimension.SITE, gettext("Site"), query.site_id),
        (Dimension.FUND, gettext("Fund"), query.fund_id),
        (Dimension.CENTRE, gettext("Centre"), query.centre_id),
        (Dimension.DRUG, gettext("Item"), query.drug_id),
    )
    place = 0 if language == "ar" else 1
    return tuple(
        (title, names_of(session, dimension, [key]).get(key, ("—", "—"))[place])
        for dimension, title, key in chosen
        if key is not None
    )


def _reversals(found: Cost) -> tuple[ReversalRow, ...]:
    return tuple(
        ReversalRow(
            day=undone.on,
            number=undone.number,
            original_number=undone.first_number,
            reason=word(ReversalReason(undone.reason)),
            cost=-undone.cost,
        )
        for undone in found.reversals
    )
