"""The words of the monthly pack, in pairs."""

from reports.words import Pair

TITLE = Pair("حزمة التقارير الشهرية", "Monthly pack of reports")
MONTH_OF = Pair("عن شهر {month}", "For {month}")
MONTH = Pair("الشهر", "Month")
NUMBER = Pair("رقم الحزمة", "Pack no.")
AS_OF = Pair("البيانات حتى", "Data as of")
MADE_BY = Pair("استخرجها", "Made by")
STATE = Pair("حالة الشهر", "State of the month")
SEAL = Pair("ختم آخر إذن محسوب في {site}", "Seal of the last voucher counted, {site}")
LATE = Pair("وقائع متأخرة", "Late facts")
LATE_COUNT = Pair("{count} (القائمة بعد المحتويات)", "{count} (listed after the contents)")
NO_LATE = Pair("لا توجد", "None")
LATE_TITLE = Pair("وقائع متأخرة قُيدت في هذا الشهر", "Late facts recorded in this month")
LATE_NOTE = Pair(
    "وقعت في أيام سابقة ووردت بعد إغلاق شهرها، فقُيدت في هذا الشهر وتدخل في أرقامه.",
    "They happened on earlier days and arrived after their month was closed; they are recorded in"
    " this month and are part of its figures.",
)
CONTENTS = Pair("المحتويات", "Contents")
COVER = Pair("الغلاف", "Cover")
COUNTED = Pair("عدد التقارير: {count} · عدد الصفحات: {pages}", "Reports: {count} · pages: {pages}")
WITHIN = Pair("ترتيبه بالحزمة {place}", "No. {place} of the pack")
PACK = Pair("الحزمة {number}", "Pack {number}")
