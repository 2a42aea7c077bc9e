"""What persons cost: how many in which band, the highest cases, ceilings that were reached."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.cost_band import COST_BANDS
from pharmacy.services.beneficiary_cost import (
    BeneficiaryCost,
    CostBand,
    CostCase,
    beneficiary_cost,
)
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    claims_behind,
    figure_paper,
    lines_behind,
    month_name,
    percent,
)
from reports.figure_report import Titled
from reports.spreadsheets import Column, Kind, Table

_PIASTRES = 100


def beneficiary_cost_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what persons cost in a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = beneficiary_cost(session, query, actor=actor)
    with speaking(language):
        table = _bands(found)
        more = (_highest(found), _ceilings(found, language))
        head = Head(
            title=gettext("Cost per beneficiary"),
            series="CB",
            notes=(
                gettext("Each person is counted once, in the band of all they kept in the period."),
                gettext("Lines and amounts are net of what was undone in the period."),
                gettext(
                    "Lines are those of our counters. Claims of contract pharmacies count as far"
                    " as they were accepted, for persons and against ceilings."
                ),
                gettext("A ceiling is reached when the funds bore as much as it allows."),
            ),
        )
    asked = replace(query, top=None)
    paper = figure_paper(session, asked, table, head, language=language, as_of=as_of, demo=demo)
    title = table_title(language)
    return Made(
        paper=replace(paper, more=more, table_title=title),
        behind=[_of_band(query, band) for band in found.bands if table.rows],
        behind_total=_of_band(query, None),
        behind_more=(
            [_of_case(query, case) if case.card_number else {} for case in found.highest],
            [dict.fromkeys(("decision", "ceiling", "borne"),
                           Behind("request.show", {"request_id": one.request_id}))
             for one in found.ceilings],
        ),
    )  # fmt: skip


def table_title(language: str) -> str:
    """Return what stands over the first table."""
    with speaking(language):
        return gettext("Persons by what they cost")


def _bands(found: BeneficiaryCost) -> Table:
    persons = sum(band.persons for band in found.bands)
    total = sum(band.total for band in found.bands)
    return Table(
        columns=(
            Column("band", gettext("Cost of a person")),
            Column("persons", gettext("Persons"), Kind.INTEGER),
            Column("persons_share", gettext("Share of persons"), Kind.PERCENT),
            *_costs(),
            Column("cost_share", gettext("Share of cost"), Kind.PERCENT),
        ),
        rows=tuple(
            (
                band_name(band.place),
                band.persons,
                percent(band.persons, persons),
                band.cost,
                band.elsewhere,
                band.total,
                percent(band.total, total),
            )
            for band in (found.bands if persons else ())
        ),
        total=(
            gettext("Total"),
            persons,
            percent(persons, persons),
            sum(band.cost for band in found.bands),
            sum(band.elsewhere for band in found.bands),
            total,
            percent(total, total),
        ),
    )


def _costs() -> tuple[Column, ...]:
    return (
        Column("cost", gettext("At our counters (EGP)"), Kind.MONEY),
        Column("elsewhere", gettext("By contract pharmacies (EGP)"), Kind.MONEY),
        Column("total", gettext("Total (EGP)"), Kind.MONEY),
    )


def band_name(place: int) -> str:
    """Return a band of what persons cost, in the reader's language."""
    first = COST_BANDS[place] // _PIASTRES
    if place + 1 == len(COST_BANDS):
        return gettext("EGP %(first)s and more", first=f"{first:,}")
    last = COST_BANDS[place + 1] // _PIASTRES
    return gettext("EGP %(first)s to less than %(last)s", first=f"{first:,}", last=f"{last:,}")


def _highest(found: BeneficiaryCost) -> Titled:
    rows = [
        (
            str(place),
            case.card_number or gettext("hidden"),
            case.person.lines,
            case.person.cost,
            case.person.elsewhere,
            case.person.total,
        )
        for place, case in enumerate(found.highest, start=1)
    ]
    return Titled(
        gettext("The highest cases"),
        Table(
            columns=(
                Column("place", gettext("Rank")),
                Column("card", gettext("Card")),
                Column("lines", gettext("Lines"), Kind.INTEGER),
                *_costs(),
            ),
            rows=tuple(rows),
        ),
        gettext("The card's number is shown to those who may see persons."),
    )


def _ceilings(found: BeneficiaryCost, language: str) -> Titled:
    return Titled(
        gettext("Ceilings reached"),
        Table(
            columns=(
                Column("decision", gettext("Decision")),
                Column("of", gettext("Ceiling of")),
                Column("ceiling", gettext("Ceiling (EGP)"), Kind.MONEY),
                Column("borne", gettext("Borne by the funds (EGP)"), Kind.MONEY),
            ),
            rows=tuple(
                (
                    one.decision_number,
                    month_name(one.month, language) if one.month else gettext("The whole case"),
                    one.ceiling,
                    one.borne,
                )
                for one in found.ceilings
            ),
        ),
    )


def _of_band(query: ReportQuery, band: CostBand | None) -> Links:
    """Return the persons of a band, or all of them, with what each cost."""
    place = band.place + 1 if band is not None else None
    asks = lines_behind(query, band=place).asks
    return dict.fromkeys(("persons", "cost", "elsewhere", "total"), Behind("care.persons", asks))


def _of_case(query: ReportQuery, case: CostCase) -> Links:
    """Return the person's file, what our counters gave them, and contract pharmacies."""
    whom = case.person.beneficiary_id
    lines = lines_behind(query, person=whom)
    return {
        "card": Behind("beneficiary.show", {"beneficiary_id": whom}),
        "lines": lines,
        "cost": lines,
        "elsewhere": claims_behind(query, person=whom),
    }
