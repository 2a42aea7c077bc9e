"""The words of the governor's statement, in pairs."""

from reports.words import Pair

TITLE = Pair("بيان موقف طلبات المواطنين ودعم الدواء", "Citizen requests and medicine support")
COMPARED = Pair("مقارنةً بالفترة من {start} إلى {end}", "Compared with {start} to {end}")
ITEM = Pair("البيان", "Item")
PERIOD = Pair("الفترة", "Period")
BESIDE = Pair("فترة المقارنة", "Comparison")
DIFFERENCE = Pair("الفرق", "Difference")
CHANGE = Pair("نسبة التغير", "Change")
COST_IN_WORDS = Pair("تكلفة الصرف كتابةً", "Cost of dispensing in words")
MONTH = Pair("الشهر", "Month")
YEAR = Pair("السنة", "Year")
CHART_MONTHS = Pair("تكلفة الصرف شهريًّا", "Cost of dispensing by month")
CHART_YEARS = Pair("تكلفة الصرف سنويًّا", "Cost of dispensing by year")
NO_CHART = Pair("لا يوجد صرف يُرسم في هذه الفترة.", "Nothing was dispensed that could be drawn.")
SEAL = Pair("ختم آخر إذن في الفترة", "Seal of the period's last voucher")
QUERIED = Pair("استُخرج في {moment} بتوقيت القاهرة", "Queried on {moment}, Cairo time")
GOVERNOR = Pair("اعتماد: محافظ البحيرة", "Approved by the Governor")

SECTIONS = {
    "requests": Pair("الطلبات والشكاوى الواردة", "Requests and complaints received"),
    "answers": Pair("موقفها وقت الاستخراج", "How they stand when queried"),
    "medicine": Pair("دعم الدواء", "Medicine support"),
    "stock": Pair("المخزون في نهاية الفترة", "Stock at the end of the period"),
}
ROWS = {
    "centres": Pair("مراكز تكنولوجية ورد منها", "Service centres heard from"),
    "city_centres": Pair("منها بالمدن", "of them in cities"),
    "village_centres": Pair("منها بالقرى", "of them in villages"),
    "at_centres": Pair("طلبات المراكز التكنولوجية", "Requests through the centres"),
    "at_city_centres": Pair("منها بالمدن", "of them in cities"),
    "at_village_centres": Pair("منها بالقرى", "of them in villages"),
    "hotline": Pair("الخط الساخن", "Hotline"),
    "portal": Pair("شكاوى البوابة الموحدة", "Complaints through the unified portal"),
    "app": Pair("تطبيق المحافظة", "Governorate app"),
    "social_media": Pair("شكاوى وسائل التواصل الاجتماعي", "Complaints through social media"),
    "sawtak_masmou": Pair("شكاوى «صوتك مسموع»", "Complaints through Sawtak Masmou"),
    "kept_messages": Pair(
        "رسائل «صوتك مسموع» غير الشكاوى", "Sawtak Masmou messages besides complaints"
    ),
    "meetings": Pair("اللقاءات الجماهيرية", "Public meetings"),
    "public_meeting": Pair("شكاوى اللقاءات الجماهيرية", "Complaints at public meetings"),
    "counter": Pair("طلبات سُجلت بالصيدلية", "Requests at the counter"),
    "received": Pair("إجمالي الطلبات والشكاوى", "All requests and complaints"),
    "closed": Pair("منتهية", "Closed or rejected"),
    "open": Pair("مفتوحة", "Open"),
    "overdue": Pair("متأخرة عن مدتها", "Overdue"),
    "share": Pair("نسبة ما أُنجز في مدته", "Share settled within the limit"),
    "never_dispensed": Pair("وُوفق عليها ولم يُصرف لها", "Approved but never dispensed"),
    "wait_from_reception": Pair(
        "وسيط أيام الانتظار من ورود الطلب إلى الصرف", "Median days from reception to hand-over"
    ),
    "wait_from_approval": Pair(
        "وسيط أيام الانتظار من الموافقة إلى الصرف", "Median days from approval to hand-over"
    ),
    "beneficiaries": Pair("المستفيدون بالعلاج (أشخاص)", "Beneficiaries treated (persons)"),
    "cost": Pair("تكلفة الصرف (ج.م)", "Cost of dispensing (EGP)"),
    "claims": Pair(
        "مطالبات الصيدليات المتعاقدة المقبولة (ج.م)",
        "Accepted claims of contract pharmacies (EGP)",
    ),
    "together": Pair("الصرف والمطالبات معًا (ج.م)", "Dispensing and claims together (EGP)"),
    "average": Pair(
        "متوسط تكلفة الصرف للمستفيد (ج.م)", "Average of dispensing per beneficiary (EGP)"
    ),
    "unmet": Pair("أصناف مستحقة لم تتوفر (مرات)", "Unmet need (times an item was not there)"),
    "unmet_people": Pair("منها عدد الأشخاص", "persons among them"),
    "stock_value": Pair("قيمة المخزون (ج.م)", "Value of stock (EGP)"),
    "stock_months": Pair(
        "يكفي شهورًا بمعدل آخر 90 يومًا", "Months it lasts at the last 90 days' pace"
    ),
    "expiring": Pair("ينتهي خلال 90 يومًا (ج.م)", "Expires within 90 days (EGP)"),
}
INDENTED = frozenset(
    {
        "city_centres",
        "village_centres",
        "at_city_centres",
        "at_village_centres",
        "unmet_people",
    }
)
STRONG = frozenset({"at_centres", "received", "overdue", "beneficiaries", "cost", "together"})

NOTES = (
    Pair(
        "الطلبات بحالتها وقت الاستخراج: لا يُعدّ طلب منجزًا لقِدمه أو للموافقة عليه، وطلب الدواء"
        " يُنجز بصرفه. المستفيد يُعدّ مرة واحدة. الأيام تقويمية. المبالغ والفروق بين قوسين سالبة.",
        "Requests stand as they do when queried: none is taken as settled for its age or its"
        " approval; one for medicine is settled by its hand-over. A person counts once. Days are"
        " calendar days. Amounts and differences in brackets are negative.",
    ),
)
