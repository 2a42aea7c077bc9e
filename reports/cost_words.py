"""The words of the cost report, in pairs, as finance prints them."""

from collections.abc import Sequence

from reports.words import ARABIC, Pair

TITLE = Pair("تقرير تكلفة الصرف", "Cost of dispensing report")
PERIOD = Pair("عن الفترة من {start} إلى {end}", "Period from {start} to {end}")
BY_ONE = Pair("موزعة حسب {first}", "By {first}")
BY_TWO = Pair("موزعة حسب {first} ثم {second}", "By {first}, then {second}")
TITLE_BY_ONE = Pair("{title} حسب {first}", "{title} by {first}")
TITLE_BY_TWO = Pair("{title} حسب {first} ثم {second}", "{title} by {first}, then {second}")
FILTERS = Pair("مقصور على", "Limited to")
NO_FILTERS = Pair(
    "كل الأصناف والمراكز والقنوات ومصادر التمويل", "All items, centres, channels and funds"
)
REPORT_NUMBER = Pair("رقم التقرير", "Report no.")

DIMENSIONS = {
    "month": Pair("الشهر", "Month"),
    "drug": Pair("الصنف", "Item"),
    "centre": Pair("المركز التكنولوجي", "Service centre"),
    "channel": Pair("قناة الورود", "Channel"),
    "fund": Pair("مصدر التمويل", "Fund"),
    "condition": Pair("الحالة المرضية", "Condition"),
    "site": Pair("المنفذ", "Site"),
    "atc1": Pair("مجموعة ATC الرئيسية", "ATC main group"),
    "atc2": Pair("مجموعة ATC", "ATC group"),
    "atc3": Pair("مجموعة ATC الفرعية", "ATC subgroup"),
    "age": Pair("فئة العمر", "Age band"),
    "sex": Pair("النوع", "Sex"),
    "prescriber": Pair("الطبيب", "Prescriber"),
}

LINES = Pair("بنود الصرف", "Lines")
QUANTITY = Pair("الكمية (وحدة صرف)", "Quantity (units)")
COST = Pair("التكلفة (ج.م)", "Cost (EGP)")
STATE = Pair("تتحمله الدولة (ج.م)", "State share (EGP)")
DONOR = Pair("تتحمله التبرعات (ج.م)", "Donor share (EGP)")
CITIZEN = Pair("يدفعه المواطن (ج.م)", "Citizen share (EGP)")
REVERSED_LINES = Pair("بنود ملغاة", "Lines reversed")
REVERSED_COST = Pair("قيمة الملغى (ج.م)", "Reversed (EGP)")
BENEFICIARIES = Pair("المستفيدون", "Beneficiaries")
SHARE = Pair("النسبة من الإجمالي", "Share of the total")
DIFFERENCE = Pair("الفرق (ج.م)", "Difference (EGP)")
CHANGE = Pair("نسبة التغير", "Change in percent")
AVERAGE = Pair("متوسط المستفيد (ج.م)", "Average per beneficiary (EGP)")

TOTAL_COST = Pair("تكلفة الصرف", "Cost of dispensing")
CLAIMS = Pair("مطالبات الصيدليات المتعاقدة المقبولة", "Accepted claims of contract pharmacies")
TOGETHER = Pair("الصرف والمطالبات معًا", "Dispensing and claims together")
IN_WORDS = Pair("الإجمالي كتابةً", "Total in words")
AS_OF = Pair("البيانات حتى {moment} بتوقيت القاهرة", "Data as of {moment}, Cairo time")
SEAL = Pair("ختم آخر إذن محسوب", "Seal of the last voucher counted")
NOTHING = Pair("لا يوجد صرف في هذه الفترة.", "Nothing was dispensed in this period.")
EMPTY = Pair("لا توجد بيانات.", "There is nothing to list.")
DETAIL = Pair("البيان التفصيلي", "Details")
NOTES = Pair("إيضاحات", "Notes")
CONTINUED = Pair("{label} (تابع)", "{label} (continued)")

DISTINCT = Pair(
    "المستفيدون أشخاص مختلفون: من صُرف له في أكثر من صف يُعدّ في كل صف منها، ويُعدّ في الإجمالي"
    " مرة واحدة؛ فلا تُجمع أعداد المستفيدين من صف إلى صف.",
    "Beneficiaries are different persons: one who appears in several rows is counted in each of"
    " them and once in the total, so their numbers do not add up from row to row.",
)
VALUATION = Pair(
    "أساس التقييم: كل بند بالتكلفة الفعلية للتشغيلة التي صُرف منها، ويُصرف الأقرب انتهاءً"
    " للصلاحية أولًا.",
    "Valuation: each line at the actual cost of the batch it was issued from, the earliest expiry"
    " being issued first (FEFO).",
)
NET = Pair(
    "البنود والكميات والمبالغ صافية بعد خصم الإلغاءات المؤرخة في الفترة، وما خُصم مبيَّن في عموديه.",
    "Lines, quantities and amounts are net of reversals dated in the period; what was taken off"
    " stands in columns of its own.",
)
NET_LISTED = Pair(
    "البنود والكميات والمبالغ صافية بعد خصم الإلغاءات المؤرخة في الفترة، وهي مدرجة في بيانها.",
    "Lines, quantities and amounts are net of reversals dated in the period, which have a list of"
    " their own.",
)
SHARES = Pair(
    "التكلفة هي مجموع ما تتحمله الدولة وما تتحمله التبرعات وما يدفعه المواطن.",
    "The cost is the sum of the state, donor and citizen shares.",
)
BRACKETS = Pair("المبالغ بين قوسين سالبة.", "Amounts in brackets are negative.")
GROUPS = Pair(
    "كل سطر بخط عريض هو مجموع السطور التي تليه.", "Each line in bold is the sum of those under it."
)
INVENTED = Pair(
    "بيانات تجريبية: الأشخاص والأرقام غير حقيقيين.",
    "Demonstration data: persons and figures are invented.",
)

REVERSALS = Pair("الإلغاءات خلال الفترة", "Reversals in the period")
NO_REVERSALS = Pair("لا توجد إلغاءات في هذه الفترة.", "No reversals in this period.")
REVERSAL_DAY = Pair("التاريخ", "Date")
REVERSAL_NUMBER = Pair("رقم إذن الإلغاء", "Reversal no.")
REVERSAL_ORIGINAL = Pair("رقم الإذن الملغى", "Reversed voucher")
REVERSAL_REASON = Pair("السبب", "Reason")
REVERSAL_COST = Pair("القيمة (ج.م)", "Amount (EGP)")
REVERSALS_COUNT = Pair("إجمالي الإلغاءات وعددها {count}", "Total of reversals: {count}")
REVERSALS_LEFT_OUT = Pair(
    "لم تُدرج هنا {count} من الإلغاءات، وهي كاملة في ملف الجدول الإلكتروني، والإجمالي يشملها.",
    "{count} more reversals are not listed here; the spreadsheet file has them all, and the total"
    " includes them.",
)

CHART_MONTHS = Pair("التكلفة شهريًّا", "Cost by month")
CHART_ALL = Pair("التكلفة حسب {dimension}", "Cost by {dimension}")
CHART_TOP = Pair(
    "التكلفة حسب {dimension}: الأعلى {shown} من {count}",
    "Cost by {dimension}: the highest {shown} of {count}",
)
CHART_REST = Pair("وباقي الصفوف مجتمعةً: {amount} ج.م", "All the others together: EGP {amount}")


def titled(title: str, by: Sequence[str], language: str) -> str:
    """Return a report's title with what its rows are, so that it is told from others of its kind.

    Args:
        title: what the report is.
        by: the names of its one or two arrangements; none leaves the title as it is.
        language: "ar" or "en".
    """
    if not by:
        return title
    first, second = [*(name if language == ARABIC else within(name) for name in by), ""][:2]
    pair = TITLE_BY_TWO if second else TITLE_BY_ONE
    return pair(language).format(title=title, first=first, second=second)


def within(name: str) -> str:
    """Return an English name as it stands inside a sentence; one of capitals keeps them."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
