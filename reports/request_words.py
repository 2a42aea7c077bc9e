"""The words of the request reports, in pairs."""

from reports.words import Pair

TITLE = Pair("تقرير طلبات المواطنين", "Citizen requests report")
RANKING = Pair("ترتيب المراكز التكنولوجية", "Ranking of service centres")
ARRANGED = Pair("موزعة حسب {first}", "By {first}")
RANKED = Pair("الأعلى نسبةً في الالتزام بالمدة أولًا", "The highest share within the limit first")

DIMENSIONS = {
    "channel": Pair("قناة الورود", "Channel"),
    "centre": Pair("المركز التكنولوجي", "Service centre"),
    "category": Pair("نوع الطلب", "Category"),
    "month": Pair("الشهر", "Month"),
}
TITLES = {
    "received": Pair("الوارد", "Received"),
    "closed": Pair("المنتهي", "Closed"),
    "open": Pair("المفتوح", "Open"),
    "overdue": Pair("المتأخر", "Overdue"),
    "reopened": Pair("أُعيد فتحه", "Reopened"),
    "awaiting_papers": Pair("ينتظر أوراقًا", "Awaits papers"),
    "settled": Pair("أُنجز", "Settled"),
    "within_limit": Pair("أُنجز في المدة", "Settled in time"),
    "share": Pair("نسبة الالتزام", "Share in time"),
    "reply_median": Pair("أيام أول رد: الوسيط", "Days to reply: median"),
    "reply_ninetieth": Pair("أيام أول رد: 90%", "Days to reply: 90%"),
    "settle_median": Pair("أيام الإنجاز: الوسيط", "Days to settle: median"),
    "settle_ninetieth": Pair("أيام الإنجاز: 90%", "Days to settle: 90%"),
    "open_7": Pair("مفتوح حتى 7 أيام", "Open up to 7 d."),
    "open_30": Pair("مفتوح 8 إلى 30 يومًا", "Open 8 to 30 d."),
    "open_90": Pair("مفتوح 31 إلى 90 يومًا", "Open 31 to 90 d."),
    "open_365": Pair("مفتوح 91 إلى 365 يومًا", "Open 91 to 365 d."),
    "open_older": Pair("مفتوح أكثر من سنة", "Open over a year"),
    "hand_over_median": Pair("أيام الموافقة إلى الصرف: الوسيط", "Days until given: median"),
    "hand_over_ninetieth": Pair("أيام الموافقة إلى الصرف: 90%", "Days until given: 90%"),
    "never_dispensed": Pair("وُوفق عليه ولم يُصرف", "Approved, never given"),
}
PLACE = Pair("الترتيب", "Place")
REMARK = Pair("ملاحظة", "Remark")
FEW = Pair("عدد قليل (أقل من 5): لا يُرتَّب", "Few (under 5): not ranked")

NOTES = (
    Pair(
        "تُعدّ الطلبات الواردة في الفترة بحالتها وقت الاستخراج؛ ولا يُعدّ طلب منجزًا لقِدمه أو"
        " لمجرد الموافقة عليه: طلب الدواء يُنجز بصرفه لأول مرة.",
        "Counted are the requests received in the period, as they stand when the figures are"
        " read. None is taken as settled for its age or its approval alone: a request for"
        " medicine is settled by its first hand-over.",
    ),
    Pair(
        "نسبة الالتزام: ما أُنجز في مدته إلى كل ما أُنجز وما تأخر؛ وما لم تنته مدته لا يدخل فيها."
        " والمدد أيام عمل من الأحد إلى الخميس دون العطلات الرسمية،"
        " ولا تُحسب فيها مدة انتظار الأوراق.",
        "Share in time: what was settled within its limit, of all that was settled or is overdue;"
        " what is still within its limit is left out. Limits are working days, Sunday to Thursday"
        " without holidays, and stand still while papers are awaited.",
    ),
    Pair(
        "الأيام أيام تقويمية كما ينتظرها المواطن، من يوم ورود الطلب. الوسيط: أقل عدد أيام لم"
        " يتجاوزه نصف الطلبات على الأقل؛ و90%: لم يتجاوزه تسعة أعشارها.",
        "Days are calendar days, as the citizen waits them, from the day of reception. Median: the"
        " fewest days that at least half of the requests did not exceed; 90%: nine in ten did not.",
    ),
)
