"""Unusual patterns as questions: what was seen, of whom, how often, and what is usual."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.patterns import OF_A_PERSON, PatternKind, WorkingTime
from pharmacy.services.patterns import (
    Pattern,
    cards_of,
    names_of_staff,
    patterns,
    working_time,
)
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import N_, gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    figure_paper,
    in_language,
)
from reports.spreadsheets import Cell, Column, Kind, Table

QUESTIONS: Mapping[PatternKind, str] = MappingProxyType(
    {
        PatternKind.TWO_SITES: N_("Why was this person served at two sites within a week?"),
        PatternKind.QUICK_REPEAT: N_(
            "Why did the same item go out again before half of its days had passed?"
        ),
        PatternKind.ODD_HOURS: N_("Why was so much handed out outside working hours?"),
        PatternKind.OVERRIDES: N_("Why are notices overridden more often than by others?"),
        PatternKind.UNDOINGS: N_(
            "Why are these dispensings undone more often than those of others?"
        ),
        PatternKind.ROUND_QUANTITIES: N_("Why are quantities round so often?"),
        PatternKind.SAME_HANDS: N_("Why is this person nearly always served by the same hands?"),
        PatternKind.NUMBER_GAPS: N_("Where are the dispensings whose numbers are missing?"),
    }
)


def patterns_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return every question that was asked of a period, and what was seen; nothing seen says so.

    Raises:
        NotPermitted: The role does not look for patterns.
        InvalidPeriod: The period ends before it begins.
    """
    found = patterns(session, query, actor=actor)
    persons = [one.whom for one in found if one.kind in OF_A_PERSON]
    cards = cards_of(session, persons)
    names = names_of_staff(session, [one.whom for one in found if one.kind not in OF_A_PERSON])
    rows: list[tuple[Cell, ...]] = []
    behind: list[Links] = []
    with speaking(language):
        for kind in PatternKind:
            seen = [one for one in found if one.kind is kind]
            for one in seen:
                whom = cards.get(one.whom, "") if kind in OF_A_PERSON else ""
                if not whom and one.whom in names:
                    whom = in_language(names[one.whom], language)
                rows.append(_row(one, whom))
                behind.append({"seen": _lines(query, one)})
            if not seen:
                rows.append(
                    (gettext(QUESTIONS[kind]), gettext("Nothing seen"), 0, None, None, None)
                )
                behind.append({})
        table = Table(
            columns=(
                Column("question", gettext("Question")),
                Column("whom", gettext("Card or member of staff")),
                Column("seen", gettext("Dispensings meant"), Kind.INTEGER),
                Column("of", gettext("Of dispensings"), Kind.INTEGER),
                Column("rate", gettext("Share"), Kind.PERCENT),
                Column("usual", gettext("Share of all"), Kind.PERCENT),
            ),
            rows=tuple(rows),
        )
        head = Head(
            title=gettext("Unusual patterns: questions to ask"),
            series="UP",
            notes=_notes(query, working_time(session)),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(paper=paper, behind=behind)


def _notes(query: ReportQuery, working: WorkingTime) -> tuple[str, ...]:
    notes = [
        gettext("These are questions, not verdicts: each has innocent answers."),
        gettext("What was undone does not count against a person."),
        gettext(
            "A member of staff is named when a share is more than twice that of all others"
            " together, and is five at least."
        ),
        gettext(
            "Working hours are from %(opens)s to %(closes)s, on the working days of the calendar.",
            opens=f"{working.opens:02}:00",
            closes=f"{working.closes:02}:00",
        ),
    ]
    if query.site_id is not None:
        notes.append(gettext("All sites are compared; shown is what touches this one."))
    return tuple(notes)


def _row(one: Pattern, whom: str) -> tuple[Cell, ...]:
    usual = one.usual.hundredths if one.usual else None
    question = gettext(QUESTIONS[one.kind])
    return (question, whom or "–", one.own.seen, one.own.of, one.own.hundredths, usual)


def _lines(query: ReportQuery, one: Pattern) -> Behind:
    asks: dict[str, object] = {
        "date_from": query.date_from.isoformat(),
        "date_to": query.date_to.isoformat(),
        "kind": one.kind.value,
        "whom": one.whom,
    }
    if query.site_id is not None:
        asks["site"] = query.site_id
    return Behind("pattern.lines", asks)
