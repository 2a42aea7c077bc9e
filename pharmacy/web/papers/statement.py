"""The governor's statement: figures of `services.statement` with their names, for every form.

Page, paper and command line take the value made here.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import CAIRO, cairo_day
from pharmacy.rules.vocabulary import CentreKind, Channel
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services import statement as service
from pharmacy.services.request_standing import Standing
from pharmacy.services.settings import all_settings
from pharmacy.services.statement import PeriodFigures, StatementQuery
from reports import cost_words, words
from reports import statement as paper
from reports import statement_words as say
from reports.figures import day
from reports.statement import Measure

Figure = Callable[[PeriodFigures], int | None]


def _channel(channel: Channel) -> Figure:
    return lambda period: period.channels[channel]


def _standing(standing: Standing) -> Figure:
    return lambda period: period.requests.standing[standing]


def _average(period: PeriodFigures) -> int | None:
    """Cost per beneficiary in piastres, as the cost report rounds it."""
    people = period.cost.beneficiaries
    return (2 * period.cost.cost + people) // (2 * people) if people else None


SECTIONS: Mapping[str, Mapping[str, tuple[Measure, Figure]]] = {
    "requests": {
        "centres": (Measure.COUNT, lambda period: sum(period.centres.values())),
        "city_centres": (Measure.COUNT, lambda period: period.centres[CentreKind.CITY]),
        "village_centres": (Measure.COUNT, lambda period: period.centres[CentreKind.VILLAGE]),
        "at_centres": (Measure.COUNT, lambda period: period.at_centres),
        "at_city_centres": (Measure.COUNT, _channel(Channel.CITY_CENTRE)),
        "at_village_centres": (Measure.COUNT, _channel(Channel.VILLAGE_CENTRE)),
        "hotline": (Measure.COUNT, _channel(Channel.HOTLINE)),
        "portal": (Measure.COUNT, _channel(Channel.PORTAL)),
        "app": (Measure.COUNT, _channel(Channel.APP)),
        "social_media": (Measure.COUNT, _channel(Channel.SOCIAL_MEDIA)),
        "sawtak_masmou": (Measure.COUNT, _channel(Channel.SAWTAK_MASMOU)),
        "kept_messages": (Measure.COUNT, lambda period: period.kept_messages),
        "meetings": (Measure.COUNT, lambda period: period.meetings),
        "public_meeting": (Measure.COUNT, _channel(Channel.PUBLIC_MEETING)),
        "counter": (Measure.COUNT, _channel(Channel.COUNTER)),
        "received": (Measure.COUNT, lambda period: period.requests.received),
    },
    "answers": {
        "closed": (Measure.COUNT, _standing(Standing.CLOSED)),
        "open": (Measure.COUNT, _standing(Standing.OPEN)),
        "overdue": (Measure.COUNT, _standing(Standing.OVERDUE)),
        "share": (Measure.PERCENT, lambda period: period.requests.share_within),
        "never_dispensed": (Measure.COUNT, _standing(Standing.NEVER_DISPENSED)),
        "wait_from_reception": (Measure.DAYS, lambda period: period.wait_from_reception),
        "wait_from_approval": (Measure.DAYS, lambda period: period.wait_from_approval),
    },
    "medicine": {
        "beneficiaries": (Measure.COUNT, lambda period: period.cost.beneficiaries),
        "cost": (Measure.MONEY, lambda period: period.cost.cost),
        "claims": (Measure.MONEY, lambda period: period.claims),
        "together": (Measure.MONEY, lambda period: period.cost.cost + period.claims),
        "average": (Measure.MONEY, _average),
        "unmet": (Measure.COUNT, lambda period: period.unmet),
        "unmet_people": (Measure.COUNT, lambda period: period.unmet_people),
    },
    "stock": {
        "stock_value": (Measure.MONEY, lambda period: period.stock.on_hand),
        "stock_months": (Measure.MONTHS, lambda period: period.stock_months),
        "expiring": (Measure.MONEY, lambda period: period.stock.expiring),
    },
}
"""The rows of the statement and where each figure comes from."""


def governors_statement(
    session: Session,
    query: StatementQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> paper.Statement:
    """Return the statement of a period, with every word in one language.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: A period ends before it begins.
    """
    found = service.statement(session, query, actor=actor, today=cairo_day(as_of))
    settings, at = all_settings(session), as_of.astimezone(CAIRO)
    in_words = egp_in_words_ar if language == words.ARABIC else egp_in_words_en
    return paper.Statement(
        governorate=settings[f"governorate_{language}"],
        fund_name=settings[f"fund_{language}"],
        number=f"GS-{at:%Y%m%d-%H%M}",
        period=_span(cost_words.PERIOD(language), query.date_from, query.date_to),
        compared=_span(say.COMPARED(language), query.compare_from, query.compare_to),
        as_of=at,
        sections=tuple(
            paper.Section(
                title=say.SECTIONS[name](language),
                rows=tuple(
                    paper.StatementRow(
                        key=key,
                        label=say.ROWS[key](language),
                        measure=measure,
                        value=of(found.period),
                        compared=of(found.compared),
                    )
                    for key, (measure, of) in rows.items()
                ),
            )
            for name, rows in SECTIONS.items()
        ),
        cost_in_words=in_words(found.period.cost.cost),
        months=tuple(
            paper.MonthCost(date.fromisoformat(f"{group.keys[0]}-01"), group.figures.cost)
            for group in found.period.months
        ),
        seal=found.last_seal,
        demo=demo,
    )


def _span(text: str, first: date, last: date) -> str:
    return text.format(start=day(first), end=day(last))
