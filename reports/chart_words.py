"""The words that stand on a chart besides its own: units, and what is not drawn."""

from reports.chart_scale import Unit
from reports.spreadsheets import Kind
from reports.words import Pair

CAPTIONS = {
    Kind.MONEY: {
        Unit.ONE: Pair("بالجنيه المصري", "EGP"),
        Unit.THOUSAND: Pair("بالألف جنيه مصري", "EGP thousand"),
        Unit.MILLION: Pair("بالمليون جنيه مصري", "EGP million"),
    },
    Kind.INTEGER: {
        Unit.ONE: Pair("العدد", "Number"),
        Unit.THOUSAND: Pair("العدد بالألف", "Number in thousands"),
        Unit.MILLION: Pair("العدد بالمليون", "Number in millions"),
    },
}
SUMS = Pair("والرقم في آخر كل صف مجموعه", "the figure at the end of a row is its sum")
NOTHING = Pair("لا توجد بيانات تُرسم.", "There is nothing to draw.")
REST = Pair(
    "صفوف لم تُرسم هنا وهي في الجدول: {count}", "Rows not drawn here, but in the table: {count}"
)
