"""Importing the stock that stands on the shelf when the books are opened.

The rows of one fund become one voucher at the site. The file's own fingerprint is the submission,
so that the same file imported twice posts once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidReceipt, MissingFact
from pharmacy.models import Drug, DrugGtin, Fund, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import fold, parse_integer
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.expiry import is_expired, parse_expiry
from pharmacy.rules.gs1 import GTIN_DIGITS
from pharmacy.rules.money import parse_egp
from pharmacy.rules.permissions import Permission
from pharmacy.services.importing import Note, NoteCode, Outcome, RowRefused, Verdict, needed
from pharmacy.services.importing import one_by_one as each
from pharmacy.services.importing_rows import Row
from pharmacy.services.stock import MOST_PIASTRES, MOST_UNITS, Receipt, ReceiptLine, open_balance

_DEFAULT_FUND = "BUDGET"


class StockImporter:
    """The importer of opening balances.

    Args:
        session: A session, for reading the funds.
        fingerprint: Of the file's content.
        source: The file's name, kept as the document's reference.
        actor: Who imports, at the site whose shelf it is.
        now: When.
    """

    noun = "stock"
    required = frozenset({"lot", "expiry", "value"})
    headings: Mapping[str, tuple[str, ...]] = {
        "code": ("drug code", "item code", "كود الصنف", "الكود"),
        "gtin": ("barcode", "الباركود"),
        "lot": ("batch", "batch number", "رقم التشغيلة", "التشغيلة"),
        "expiry": ("expiry date", "تاريخ الصلاحية", "الصلاحية"),
        "quantity": ("units", "الكمية", "الرصيد"),
        "packs": ("عدد العبوات",),
        "value": ("value_egp", "total", "القيمة"),
        "fund": ("مصدر التمويل",),
    }

    def __init__(
        self, session: Session, *, fingerprint: str, source: str, actor: Actor, now: datetime
    ) -> None:
        actor.require(Permission.STOCK_RECEIVE)
        if actor.site_id is None:
            raise MissingFact(name="site")
        self._actor = actor
        self._now = now
        self._source = source
        self._fingerprint = fingerprint
        self._funds = {
            fold(name): fund.id
            for fund in session.scalars(select(Fund))
            for name in (fund.code, fund.name_ar, fund.name_en)
        }
        self._lines: dict[int, list[ReceiptLine]] = defaultdict(list)
        posted = select(Voucher.id).where(Voucher.submission_id.startswith(self._submission("")))
        self._posted = session.scalar(posted.limit(1)) is not None

    def _submission(self, fund: object) -> str:
        return f"import-{self._fingerprint[:32]}-{self._actor.site_id}-{fund}"

    def take(self, session: Session, rows: Sequence[Row]) -> Iterable[Verdict]:
        """Read and check some rows; they are posted together at the end."""
        return each(session, rows, self._read)

    def finish(self, session: Session) -> None:
        """Post one voucher for each fund."""
        for fund_id, lines in sorted(self._lines.items()):
            receipt = Receipt(
                submission_id=self._submission(fund_id),
                fund_id=fund_id,
                document_reference=self._source,
                lines=lines,
            )
            open_balance(session, receipt, actor=self._actor, now=self._now)

    def _read(self, session: Session, row: Row) -> Verdict:
        if self._posted:
            return Verdict(row, Outcome.SKIPPED, (Note(NoteCode.UNCHANGED),))
        drug = self._drug(session, row)
        line = ReceiptLine(
            drug_id=drug.id,
            lot=needed(row, "lot"),
            expiry=parse_expiry(needed(row, "expiry")),
            quantity=_quantity(row, drug.pack_size),
            value=parse_egp(needed(row, "value")),
        )
        if is_expired(line.expiry, cairo_day(self._now)):
            raise InvalidReceipt(reason="expired", line=0)
        if line.value > MOST_PIASTRES:
            raise InvalidReceipt(reason="value", line=0)
        fund = row["fund"] or _DEFAULT_FUND
        fund_id = self._funds.get(fold(fund))
        if fund_id is None:
            raise RowRefused(NoteCode.NOT_FOUND, field="fund", text=fund)
        self._lines[fund_id].append(line)
        return Verdict(row, Outcome.IMPORTED)

    def _drug(self, session: Session, row: Row) -> Drug:
        code, gtin = row["code"], row["gtin"]
        if not code and not gtin:
            raise RowRefused(NoteCode.MISSING, field="code")
        query = select(Drug)
        if code:
            query = query.where(Drug.code == code)
        else:
            query = query.join(DrugGtin).where(DrugGtin.gtin == gtin.zfill(GTIN_DIGITS))
        drug = session.scalar(query)
        if drug is None:
            raise RowRefused(NoteCode.NOT_FOUND, field="code", text=code or gtin)
        return drug


def _quantity(row: Row, pack_size: int) -> int:
    """Return units of issue; packs are counted by the drug's pack size."""
    if row["quantity"]:
        return parse_integer(row["quantity"], minimum=1, maximum=MOST_UNITS)
    most = MOST_UNITS // pack_size
    return parse_integer(needed(row, "packs"), minimum=1, maximum=most) * pack_size
