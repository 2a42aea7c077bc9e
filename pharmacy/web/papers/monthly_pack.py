"""The monthly pack: every report of a month that its reader may see, in one PDF, the proof last.

Behind the proof stand the questions about unusual patterns, for those who may ask them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from pharmacy.models import ClosedPeriod
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.closing import last_day
from pharmacy.rules.permissions import Permission
from pharmacy.services.cost_dimensions import Dimension
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.number_ranges import last_seals
from pharmacy.services.report_query import Grouping
from pharmacy.services.request_report import RequestReportQuery
from pharmacy.services.settings import all_settings
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.cost_report import cost_report
from pharmacy.web.papers.request_report import ranking, request_report
from pharmacy.web.report_catalogue import REPORTS, ReportSpec
from reports import figures
from reports.cost_report import CostReport
from reports.figure_report import FigureReport
from reports.pack import Pack, pdf
from reports.spreadsheets import Table

PROOF = "proof"
LATE = "late-facts"
QUESTIONS = "unusual-patterns"
LEFT_OUT = frozenset({PROOF, LATE, QUESTIONS})
"""Reports that stand elsewhere in the pack."""

COSTS = (
    Dimension.DRUG,
    Dimension.ATC_2,
    Dimension.CONDITION,
    Dimension.CENTRE,
    Dimension.CHANNEL,
    Dimension.FUND,
    Dimension.SITE,
    Dimension.PRESCRIBER,
    Dimension.AGE,
    Dimension.SEX,
)
"""The arrangements of the cost report that a month is looked at by."""


def monthly_pack(
    session: Session,
    month: str,
    *,
    language: str,
    digits: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> bytes:
    """Return the pack of a month as a PDF.

    Args:
        session: A reading session.
        month: The month (`2026-03`).
        language: `ar` or `en`.
        digits: `latn` or `arab`.
        actor: Who has it made; a report that this role may not see is left out.
        as_of: The moment the figures are read.
        demo: Whether the people in it are invented.

    Raises:
        NotPermitted: The role sees no reports.
    """
    actor.require(Permission.REPORT_VIEW)
    maker = _Maker(session, month, language, actor, as_of, demo=demo)
    proofs = list(maker.proofs())
    last = proofs[-1] if proofs else None
    return pdf(
        maker.cover(),
        maker.all_then(proofs[:-1]),
        language,
        digits,
        proof=last,
        annex=maker.questions(),
    )


class _Maker:
    """Makes the reports of one month, one by one."""

    def __init__(
        self,
        session: Session,
        month: str,
        language: str,
        actor: Actor,
        as_of: datetime,
        *,
        demo: bool,
    ) -> None:
        self.session = session
        self.month = month
        self.first, self.last = date.fromisoformat(f"{month}-01"), last_day(month)
        self.language = language
        self.actor = actor
        self.as_of = as_of
        self.demo = demo

    def cover(self) -> Pack:
        """Return what the cover says."""
        settings, language = all_settings(self.session), self.language
        return Pack(
            governorate=settings[f"governorate_{language}"],
            fund_name=settings[f"fund_{language}"],
            month=self.first,
            number=f"MP-{self.month}",
            as_of=self.as_of.astimezone(CAIRO),
            made_by=self.actor.name,
            state=self._state(),
            seals=tuple((one.site_code, one.seal) for one in last_seals(self.session, self.last)),
            late=self._late(),
            demo=self.demo,
        )

    def all_then(self, last: Sequence[FigureReport]) -> Iterator[FigureReport | CostReport]:
        """Give every report of the month, and those that stand at its end."""
        for dimension in COSTS:
            query = CostQuery(date_from=self.first, date_to=self.last, by=(dimension,))
            yield cost_report(
                self.session, query, language=self.language, as_of=self.as_of, demo=self.demo
            )
        for spec in REPORTS.values():
            if spec.name not in LEFT_OUT and self.actor.may(spec.permission):
                yield self._made(spec)
        if self.actor.may(Permission.REQUEST_REPORT):
            asked = RequestReportQuery(date_from=self.first, date_to=self.last)
            for make in (request_report, ranking):
                yield make(
                    self.session, asked,
                    language=self.language, actor=self.actor, as_of=self.as_of, demo=self.demo,
                ).paper  # fmt: skip
        yield from last

    def proofs(self) -> Iterator[FigureReport]:
        """Give the proof in each of its arrangements, the usual one last."""
        spec = REPORTS.get(PROOF)
        if spec is not None and self.actor.may(spec.permission):
            for by in reversed(spec.by):
                yield self._made(spec, by)

    def questions(self) -> FigureReport | None:
        """Return the questions about the month, which nobody signs; None if they are not seen."""
        spec = REPORTS[QUESTIONS]
        if not self.actor.may(spec.permission):
            return None
        return replace(self._made(spec), signers=None)

    def _made(self, spec: ReportSpec, by: Grouping | None = None) -> FigureReport:
        query = spec.query(self.first, self.last, {"by": by.value} if by else {})
        return spec.make(
            self.session, query,
            language=self.language, actor=self.actor, as_of=self.as_of, demo=self.demo,
        ).paper  # fmt: skip

    def _late(self) -> Table | None:
        spec = REPORTS.get(LATE)
        return None if spec is None else self._made(spec).table

    def _state(self) -> str:
        closed = self.session.get(ClosedPeriod, self.month)
        with speaking(self.language):
            if closed is None:
                return gettext("Not closed yet")
            moment = figures.moment(closed.closed_at.astimezone(CAIRO))
            return gettext("Closed on %(moment)s", moment=moment)
