"""A report of named rows and figures: one value in, a paper, a workbook or a CSV file out.

    report = FigureReport(...)
    pdf(report, "ar", "latn")         # for signing
    xlsx(report, "ar")                # for working on
    csv(report)                       # for other programs

All of them are made from the same tables, so they cannot differ.
"""

from reports import cost_words as say
from reports import figures
from reports.figure_report_facts import FigureReport, Headline, Signers, Titled
from reports.figure_report_pdf import draw, pdf, shown
from reports.spreadsheets import Sheet, csv_file, xlsx_file
from reports.words import ARABIC

__all__ = [
    "FigureReport",
    "Headline",
    "Signers",
    "Titled",
    "csv",
    "draw",
    "pdf",
    "shown",
    "xlsx",
]


def csv(report: FigureReport) -> bytes:
    """Return the rows and the total as CSV (UTF-8 with its mark), nothing above the head row."""
    return csv_file(report.table)


def xlsx(report: FigureReport, language: str) -> bytes:
    """Return a workbook: the first table with all that is said about it, then a sheet a table."""
    heading = (
        f"{report.title} - {say.REPORT_NUMBER(language)} {report.number}",
        f"{report.governorate} - {report.fund_name}",
        *report.lines,
        *((report.filters,) if report.filters else ()),
        say.AS_OF(language).format(moment=figures.moment(report.as_of)),
    )
    footing = (
        *((f"{say.IN_WORDS(language)}: {report.in_words}",) if report.in_words else ()),
        *report.notes,
        *((say.INVENTED(language),) if report.demo else ()),
        *((f"{say.SEAL(language)}: {report.seal}",) if report.seal else ()),
    )
    name = report.table_title or report.title
    sheets = [Sheet(name=name, table=report.table, heading=heading, footing=footing)]
    sheets += [
        Sheet(
            name=each.title,
            table=each.table,
            heading=(each.title, *heading),
            footing=(each.note,) if each.note else (),
        )
        for each in report.more
    ]
    return xlsx_file(
        sheets,
        right_to_left=language == ARABIC,
        title=f"{report.title} {report.number}",
        created=report.as_of,
    )
