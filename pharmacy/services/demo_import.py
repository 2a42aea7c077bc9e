"""A list of the portal in a demonstration: imported, its columns saved, one row refused."""

import csv
import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.vocabulary import Channel
from pharmacy.services import importing_jobs
from pharmacy.services.importing_files import keep
from pharmacy.services.importing_mappings import save_mapping

_COLUMNS = {
    "outside_reference": "كود الشكوى",
    "received_on": "تاريخ التسجيل",
    "asked_for": "نص الشكوى",
    "citizen_name": "مقدم الشكوى",
    "citizen_phone": "رقم التليفون",
    "category": "التصنيف",
}
# Days ago, and the cells behind reference and day; the telephone of one is none.
_ROWS: tuple[tuple[int, str, str, str, str], ...] = (
    (9, "أحتاج علاج ضغط وسكر شهريًا", "سحر الزيات", "01000009801", "دواء"),
    (9, "انقطاع المياه عن الشارع", "وليد مرسي", "01000009802", "مرافق"),
    (8, "سماعة طبية لوالدي", "نهى الشافعي", "1000", "مستلزمات طبية"),
    (8, "علاج أورام غير متوفر", "عادل بدوي", "", "دواء"),
)


def bring_list(session: Session, today: date, *, actor: Actor) -> None:
    """Import the list a week ago, and save its columns for the portal's next one."""
    on = today - timedelta(days=7)
    now = datetime.combine(on, time(10, 30), CAIRO)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS.values())
    for number, (ago, *cells) in enumerate(_ROWS, start=1):
        day = today - timedelta(days=ago)
        writer.writerow((f"BP-{day.year}-E{number:04d}", day.isoformat(), *cells))
    with TemporaryDirectory() as folder:
        kept = keep(io.BytesIO(text.getvalue().encode()), Path(folder))
        new = importing_jobs.NewJob(
            file=kept,
            file_name="portal.csv",
            columns=_COLUMNS,
            defaults={},
            channel=Channel.PORTAL,
        )
        job_id = importing_jobs.begin(session, new, actor=actor, now=now).job_id
        importing_jobs.start(session, job_id, actor=actor)
        job = importing_jobs.get_job(session, job_id, actor=actor)
        rows = list(importing_jobs.sheet_of(job, Path(folder)).rows())
    importing_jobs.advance(session, job_id, 0, rows, actor=actor, now=now)
    save_mapping(
        session, Channel.PORTAL, "بوابة", columns=_COLUMNS, defaults={}, actor=actor, now=now
    )
