"""Checks of the seals: every voucher read back from its rows, in order, and its seal worked out.

The canonical form is written here a second time on purpose: it shares nothing with the writer, so
that a slip of either shows. Vouchers are read a thousand at a time, whatever their number.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.orm import Session

from pharmacy.db import Day
from pharmacy.services.verify_check import Check, Finding, checked, plain

AT_A_TIME = 1000
_VERSION = 1
_BEGINNING = "0" * 64
_JULY = 7

_VOUCHERS = text("""
    SELECT id, content_version, previous_seal, seal,
           site_id, kind, fiscal_year, number, sequence, business_date, posted_at, posted_by,
           submission_id, reverses_id, request_id, supplier_id, document_reference, reason, note
    FROM voucher
    WHERE site_id = :site AND sequence > :after
    ORDER BY sequence LIMIT :most
""")
_FIRST_OF_CONTENT = 4


def _by_voucher(query: str) -> TextClause:
    return text(query).bindparams(bindparam("vouchers", expanding=True))


_MOVEMENTS = _by_voucher("""
    SELECT x.voucher_id, x.line_no, CASE WHEN b.voucher_id = x.voucher_id THEN 0 ELSE b.id END,
           b.drug_id, b.fund_id, b.lot, b.expiry, x.quantity, x.value, x.reverses_id
    FROM stock_movement x JOIN batch b ON b.id = x.batch_id WHERE x.voucher_id IN :vouchers
    ORDER BY x.voucher_id, x.line_no
""")
_POSTINGS = _by_voucher("""
    SELECT x.voucher_id, x.line_no, x.account, x.fund_id, x.amount, x.reverses_id
    FROM posting x WHERE x.voucher_id IN :vouchers ORDER BY x.voucher_id, x.id
""")
# In the order in which they are sealed.
_PARTICULARS = tuple(
    _by_voucher(query)
    for query in (
        """
    SELECT x.voucher_id, 'approval', a.id, a.valid_from, a.valid_until, a.case_ceiling,
           a.month_ceiling, a.citizen_basis_points, a.donor_basis_points, a.citizen_share_max
    FROM dispensing x JOIN approval a ON a.id = x.approval_id WHERE x.voucher_id IN :vouchers
        """,
        """
    SELECT DISTINCT x.voucher_id, 'item', i.id, i.drug_id, i.quantity_per_issue, i.issues,
           i.interval_days
    FROM dispensing_line x JOIN approval_item i ON i.id = x.approval_item_id
    WHERE x.voucher_id IN :vouchers AND x.voucher_id = x.dispensing_id
    ORDER BY x.voucher_id, i.id
        """,
        """
    SELECT x.voucher_id, 'dispensing', x.request_id, x.approval_id, x.beneficiary_id, x.channel,
           x.centre_id, x.condition_id, x.patient_name, x.card_number, x.collected_by_name,
           x.collected_by_identity, x.collected_by_relation
    FROM dispensing x WHERE x.voucher_id IN :vouchers
        """,
        """
    SELECT x.voucher_id, 'line', x.line_no, x.approval_item_id, x.drug_id, x.batch_id, x.fund_id,
           x.beneficiary_id, x.business_date, x.quantity, x.cost, x.state_share, x.donor_share,
           x.citizen_share, x.days, x.drug_name_ar, x.drug_name_en, x.strength, x.unit, x.lot,
           x.expiry, x.directions_ar, x.directions_en, x.owing_id, x.reverses_line_id
    FROM dispensing_line x WHERE x.voucher_id IN :vouchers ORDER BY x.voucher_id, x.line_no
        """,
        """
    SELECT x.voucher_id, 'owing', x.approval_item_id, x.drug_id, x.beneficiary_id, x.quantity
    FROM owing x WHERE x.voucher_id IN :vouchers ORDER BY x.voucher_id, x.id
        """,
        """
    SELECT x.voucher_id, 'notice', x.code, x.severity, x.reason, x.staff_id
    FROM notice_override x WHERE x.voucher_id IN :vouchers ORDER BY x.voucher_id, x.id
        """,
        """
    SELECT x.voucher_id, 'care', x.collected_by_phone, x.counselled, x.prescriber,
           x.prescription_number, x.prescription_date,
           CASE WHEN x.prescription_kept THEN 1 ELSE 0 END, x.second_staff_id
    FROM dispensing_care x WHERE x.voucher_id IN :vouchers
        """,
        """
    SELECT x.voucher_id, 'substitution', x.line_no, x.approved_drug_id, x.given_drug_id,
           x.consented_by, x.consented_on
    FROM substitution x WHERE x.voucher_id IN :vouchers ORDER BY x.voucher_id, x.line_no
        """,
        """
    SELECT x.voucher_id, 'pack', x.line_no, x.gtin, x.lot, x.serial, x.quantity
    FROM dispensed_pack x WHERE x.voucher_id IN :vouchers ORDER BY x.voucher_id, x.id
        """,
        """
    SELECT x.voucher_id, 'money', x.fund_id, x.account, x.amount, x.method, x.party_name, x.purpose
    FROM money_voucher x WHERE x.voucher_id IN :vouchers
        """,
        """
    SELECT x.voucher_id, 'count', x.since, x.expected, x.counted, x.difference, x.cashier_id,
           x.received_by
    FROM cash_count x WHERE x.voucher_id IN :vouchers
        """,
        """
    SELECT x.voucher_id, 'piece', x.denomination, x.pieces
    FROM cash_piece x WHERE x.voucher_id IN :vouchers ORDER BY x.voucher_id, x.denomination DESC
        """,
        """
    SELECT d.voucher_id, 'claim', c.id, c.pharmacy_id, c.number, c.dated_on, c.claimed, d.accepted
    FROM claim_decision d JOIN claim c ON c.id = d.claim_id WHERE d.voucher_id IN :vouchers
        """,
        """
    SELECT d.voucher_id, 'claim_line', l.line_no, l.request_id, l.drug_id, l.given_on, l.quantity,
           l.amount, l.receipt_number, x.approval_item_id, x.quantity, x.accepted, x.reason, x.note
    FROM claim_decision d
    JOIN claim_line_decision x ON x.claim_id = d.claim_id AND x.attempt = d.attempt
    JOIN claim_line l ON l.id = x.claim_line_id
    WHERE d.voucher_id IN :vouchers ORDER BY d.voucher_id, l.line_no
        """,
        """
    SELECT x.voucher_id, 'document', x.second_staff_id, x.committee, x.to_site_id, x.sent_id
    FROM stock_document x WHERE x.voucher_id IN :vouchers
        """,
        """
    SELECT x.voucher_id, 'counted', x.line_no, x.batch_id, x.expected, x.counted
    FROM count_line x WHERE x.voucher_id IN :vouchers ORDER BY x.voucher_id, x.line_no
        """,
        """
    SELECT x.voucher_id, 'returned', x.line_no, x.dispensing_line_id
    FROM citizen_return_line x WHERE x.voucher_id IN :vouchers ORDER BY x.voucher_id, x.line_no
        """,
        """
    SELECT x.id, 'fact_date', x.fact_date
    FROM voucher x WHERE x.id IN :vouchers AND x.fact_date IS NOT NULL
        """,
        """
    SELECT x.voucher_id, 'opens', x.line_no, b.request_id, b.origin_batch_id
    FROM stock_movement x JOIN batch b ON b.id = x.batch_id AND b.voucher_id = x.voucher_id
    WHERE x.voucher_id IN :vouchers
    ORDER BY x.voucher_id, x.line_no
        """,
    )
)


def seals(session: Session, key: bytes) -> Check:
    """Work out every seal anew and follow each site's chain from its beginning."""
    count = 0
    findings: list[Finding] = []
    sites = session.execute(text("SELECT DISTINCT site_id FROM voucher ORDER BY site_id")).scalars()
    for site_id in sites.all():
        last = _BEGINNING
        for voucher, content in _contents(session, site_id):
            count += 1
            fault = _fault(voucher, content, key, last)
            if fault:
                findings.append(Finding(f"voucher {voucher.id}", {"fault": fault}))
            last = voucher.seal
    return checked("seals", count, findings)


def _fault(voucher: Row[Any], content: bytes, key: bytes, last: str) -> str | None:
    """Return what is wrong with a voucher's seal, if anything."""
    if voucher.content_version != _VERSION:
        return "version"
    day = date.fromisoformat(str(voucher.business_date))
    if voucher.fiscal_year != (day.year if day.month >= _JULY else day.year - 1):
        return "fiscal_year"
    message = voucher.previous_seal.encode() + b"|" + content
    if not hmac.compare_digest(hmac.digest(key, message, hashlib.sha256).hex(), voucher.seal):
        return "content"
    return None if voucher.previous_seal == last else "chain"


def _contents(session: Session, site_id: int) -> Iterator[tuple[Row[Any], bytes]]:
    """Give each voucher of a site with its canonical content, in order."""
    after = 0
    while True:
        keys = {"site": site_id, "after": after, "most": AT_A_TIME}
        vouchers = session.execute(_VOUCHERS, keys).all()
        if not vouchers:
            return
        after = vouchers[-1].sequence
        ids = [voucher.id for voucher in vouchers]
        movements = _grouped(session, [_MOVEMENTS], ids)
        postings = _grouped(session, [_POSTINGS], ids)
        particulars = _grouped(session, _PARTICULARS, ids)
        for voucher in vouchers:
            head = [plain(value) for value in voucher[_FIRST_OF_CONTENT:]]
            parts = [
                _VERSION,
                head,
                movements.get(voucher.id, []),
                postings.get(voucher.id, []),
                particulars.get(voucher.id, []),
            ]
            yield voucher, json.dumps(parts, separators=(",", ":"), ensure_ascii=True).encode()


def _grouped(
    session: Session, queries: Sequence[TextClause], ids: Sequence[int]
) -> Mapping[int, list[list[object]]]:
    """Return the rows of the queries by voucher, one query after the other."""
    found: dict[int, list[list[object]]] = {}
    for query in queries:
        for voucher_id, *values in session.execute(query, {"vouchers": ids}):
            found.setdefault(voucher_id, []).append([plain(value) for value in values])
    return found


_CLOSED = text("SELECT month, vouchers, digest FROM closed_period ORDER BY month")
_SEALS_OF_MONTH = (
    text("""
    SELECT id, seal FROM voucher
    WHERE business_date BETWEEN :first AND :last
    ORDER BY site_id, sequence
    """)
    .bindparams(bindparam("first", type_=Day()), bindparam("last", type_=Day()))
    .execution_options(yield_per=AT_A_TIME)
)


def closed_periods(session: Session, key: bytes) -> Check:
    """Work out the digest of every closed month anew."""
    findings = []
    months = session.execute(_CLOSED).all()
    for month, vouchers, digest in months:
        count, worked_out = _month_digest(session, key, month)
        if (count, worked_out) != (vouchers, digest):
            facts = {"vouchers": vouchers, "found": count}
            findings.append(Finding(f"closed_period {month}", facts))
    return checked("closed_periods", len(months), findings)


def _month_digest(session: Session, key: bytes, month: str) -> tuple[int, str]:
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    last = date.fromordinal(following.toordinal() - 1)
    days = {"first": first, "last": last}
    hashed = hmac.new(key, month.encode(), hashlib.sha256)
    count = 0
    for voucher_id, seal in session.execute(_SEALS_OF_MONTH, days):
        hashed.update(f"|{voucher_id}:{seal}".encode())
        count += 1
    return count, hashed.hexdigest()
