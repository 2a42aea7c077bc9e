"""Which documents of money and stock of the demonstration are looked at."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import CashCount, Claim, ClaimDecision, Voucher
from pharmacy.rules.vocabulary import VoucherKind


def claim_numbers(session: Session) -> dict[str, dict[str, str]]:
    """Return the arguments of their pages, by endpoint."""
    counted = session.scalars(select(CashCount.voucher_id)).first()
    decided = session.scalars(select(ClaimDecision.claim_id)).first()
    claims = select(Claim.id).outerjoin(ClaimDecision, ClaimDecision.claim_id == Claim.id)
    waiting = session.scalars(claims.where(ClaimDecision.claim_id.is_(None))).first()
    lost = select(Voucher.id).where(Voucher.kind == VoucherKind.WRITE_OFF)
    newest = session.scalars(lost.order_by(Voucher.id.desc())).first()
    return {
        "voucher.confirm": {"voucher_id": str(newest)},
        "claim.show": {"claim_id": str(waiting)},
        "claim.confirm": {"claim_id": str(decided)},
        "drawer.show": {"voucher_id": str(counted)},
        "drawer.confirm": {"voucher_id": str(counted)},
        "stock_document.new": {"name": "write-off"},
        "stock_document.create": {"name": "write-off"},
    }
