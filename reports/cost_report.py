"""The cost report: one checked value in, a paper, a workbook, a CSV file or a chart out.

    report = CostReport(...)          # refuses figures that do not add up
    pdf(report, "ar", "latn")         # for signing
    xlsx(report, "ar")                # for working on
    csv(report, "ar")                 # for other programs
    svg(report, "ar")                 # for the page on screen

All of them are made from `table_of`, so they agree to the piastre.
"""

from reports import charts
from reports import cost_words as say
from reports.cost_report_facts import (
    Claims,
    CostFigures,
    CostGroup,
    CostReport,
    CostRow,
    CostTotals,
    Dimension,
    ReversalRow,
)
from reports.cost_report_pdf import pdf
from reports.cost_report_rows import (
    arrangement_of,
    as_of,
    chart_of,
    figures_of,
    filters_of,
    groups_of,
    notes_of,
    period_of,
    reversals_of,
    table_of,
    title_of,
)
from reports.figure_report_facts import Signers
from reports.spreadsheets import Column, Sheet, csv_file, xlsx_file
from reports.words import ARABIC

__all__ = [
    "Claims",
    "Column",
    "CostFigures",
    "CostGroup",
    "CostReport",
    "CostRow",
    "CostTotals",
    "Dimension",
    "ReversalRow",
    "Signers",
    "arrangement_of",
    "as_of",
    "chart_of",
    "csv",
    "figures_of",
    "filters_of",
    "notes_of",
    "pdf",
    "period_of",
    "svg",
    "table_of",
    "xlsx",
]


def csv(report: CostReport, language: str) -> bytes:
    """Return the rows and the total as CSV (UTF-8 with its mark), nothing above the head row."""
    return csv_file(table_of(report, language))


def xlsx(report: CostReport, language: str) -> bytes:
    """Return a workbook: the rows, the groups of two dimensions, and the reversals."""
    heading = (
        f"{title_of(report, language)} - {say.REPORT_NUMBER(language)} {report.number}",
        f"{report.governorate} - {report.fund_name}",
        " - ".join(
            (period_of(report, language), arrangement_of(report, language), *report.further)
        ),
        filters_of(report, language),
        as_of(report, language),
    )
    footing = (
        f"{say.IN_WORDS(language)}: {report.amount_in_words}",
        *notes_of(report, language),
        *((f"{say.SEAL(language)}: {report.seal}",) if report.seal else ()),
    )
    sheets = [
        Sheet(
            name=say.DETAIL(language),
            table=table_of(report, language),
            heading=heading,
            footing=footing,
        )
    ]
    groups = groups_of(report, language)
    if groups is not None:
        name = say.DIMENSIONS[report.by[0]](language)
        sheets.append(Sheet(name=name, table=groups, heading=heading, footing=footing))
    if report.reversals:
        name = say.REVERSALS(language)
        reversals = reversals_of(report, language)
        sheets.append(Sheet(name=name, table=reversals, heading=(name, *heading)))
    return xlsx_file(
        sheets,
        right_to_left=language == ARABIC,
        title=f"{title_of(report, language)} {report.number}",
        created=report.as_of,
    )


def svg(report: CostReport, language: str, *, ident: str = "cost-chart") -> str:
    """Return the report's chart as an SVG element, empty where there is nothing to compare."""
    chart = chart_of(report, language)
    if chart is None:
        return ""
    told = f"{period_of(report, language)}. {chart.note}".strip()
    return charts.svg(chart, language=language, description=told, ident=ident)
