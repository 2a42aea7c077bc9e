"""What a report of named rows and figures is made of: plain values, whole in one language."""

from dataclasses import dataclass, field
from datetime import datetime

from reports.chart_facts import Chart
from reports.spreadsheets import Cell, Kind, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Signers:
    """The titles under the three signature places; empty leaves the line to be filled by hand."""

    prepared: str = ""
    reviewed: str = ""
    approved: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure that stands large over the tables; the first of them is the one that matters."""

    title: str
    value: Cell
    kind: Kind = Kind.MONEY


@dataclass(frozen=True, slots=True)
class Titled:
    """A further table of a report under its own title; in a workbook a sheet of that name.

    A note stands under the table on paper and on its sheet.
    """

    title: str
    table: Table
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureReport:
    """A report, whole. Every language and every file is made from this one value.

    Attributes:
        governorate: the head of the paper, in the language of the paper.
        fund_name: the second line of the head.
        title: what the report is, and how it is arranged where it has arrangements.
        number: the report's number.
        lines: period and arrangement, in words.
        as_of: the moment the figures were read, aware, in Cairo time.
        table: the rows and their total.
        notes: the sentences without which the figures could be misread.
        demo: prints that the figures are invented.
        filters: what the figures were narrowed to, in words; "" where nothing is to be said.
        headlines: the main figures, before the charts and the tables.
        in_words: the report's amount in words, with its فقط and لا غير; "" for none.
        charts: drawn under the head.
        charts_last: the charts are drawn under the tables instead.
        table_title: stands over the first table, and names its sheet.
        more: further tables, each under its title. CSV carries the first table alone.
        seal: the seal of the last voucher counted.
        signers: titles of the three hands; None prints no places to sign.
    """

    governorate: str
    fund_name: str
    title: str
    number: str
    lines: tuple[str, ...]
    as_of: datetime
    table: Table
    notes: tuple[str, ...]
    demo: bool = False
    filters: str = ""
    headlines: tuple[Headline, ...] = ()
    in_words: str = ""
    charts: tuple[Chart, ...] = ()
    charts_last: bool = False
    table_title: str = ""
    more: tuple[Titled, ...] = ()
    seal: str = ""
    signers: Signers | None = field(default_factory=Signers)
