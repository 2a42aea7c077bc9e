"""Tables that several papers share: numbers of documents without gaps, and last seals."""

from collections.abc import Sequence

from pharmacy.rules.calendar import fiscal_year_label
from pharmacy.services.number_ranges import LastSeal, NumberRange
from pharmacy.web.language import gettext
from pharmacy.web.words import word
from reports.spreadsheets import Column, Kind, Table


def ranges_table(ranges: Sequence[NumberRange]) -> Table:
    """Return which numbers the documents of a period bear, and how many are missing."""
    return Table(
        columns=(
            Column("site", gettext("Site")),
            Column("kind", gettext("Kind")),
            Column("year", gettext("Fiscal year")),
            Column("first", gettext("First number"), Kind.INTEGER),
            Column("last", gettext("Last number"), Kind.INTEGER),
            Column("count", gettext("Documents"), Kind.INTEGER),
            Column("missing", gettext("Missing"), Kind.INTEGER),
        ),
        rows=tuple(
            (
                row.site_code,
                word(row.kind),
                fiscal_year_label(row.fiscal_year),
                row.first,
                row.last,
                row.count,
                row.missing,
            )
            for row in ranges
        ),
    )


def seals_table(seals: Sequence[LastSeal]) -> Table:
    """Return the last seal of each site."""
    return Table(
        columns=(
            Column("site", gettext("Site")),
            Column("seal", gettext("Seal")),
            Column("sequence", gettext("Number in the chain"), Kind.INTEGER),
        ),
        rows=tuple((row.site_code, row.seal, row.sequence) for row in seals),
    )
