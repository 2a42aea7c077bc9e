"""What an import would do, looked at before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services.importing import Counts, Verdict, verdicts
from pharmacy.services.importing_requests import RequestImporter
from pharmacy.services.importing_rows import Sheet
from pharmacy.services.request import NewRequest

SAMPLE_ROWS = 500
SHOWN_ROWS = 8


@dataclass(frozen=True, slots=True)
class Looked:
    """A row of the sample: what would become of it, and the request it would be."""

    verdict: Verdict
    new: NewRequest | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows as they would be recorded, and what would become of the sample."""

    rows: Sequence[Looked]
    counts: Counts


def preview(
    session: Session, sheet: Sheet, *, fingerprint: str, actor: Actor, now: datetime
) -> Preview:
    """Look at the first rows of a file; nothing is recorded, and no number is given away."""
    importer = RequestImporter(session, fingerprint=fingerprint, looking=True, actor=actor, now=now)
    sample = list(islice(sheet.rows(), SAMPLE_ROWS))
    found = sorted(verdicts(session, sample, importer), key=lambda verdict: verdict.row.number)
    counts = Counts()
    for verdict in found:
        counts.add(verdict.outcome)
    shown = found[:SHOWN_ROWS]
    reads = importer.read(session, [verdict.row for verdict in shown])
    news = {read.row.number: read.new for read in reads}
    return Preview([Looked(one, news[one.row.number]) for one in shown], counts)
