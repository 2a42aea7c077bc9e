"""Every paper under one name, so that what all must keep is tested on all."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

from reports import (
    badge,
    batch_label,
    card,
    command_sheet,
    committee_minutes,
    controlled_register,
    count_sheet,
    goods_receipt,
    key_card,
    label,
    money_voucher,
    owing_slip,
    receipt,
    request_slip,
    statement,
    stock_card,
    stock_paper,
    unmet_slip,
)
from tests.reports import (
    money_samples,
    safety_samples,
    samples,
    sitting_samples,
    statement_samples,
    stock_samples,
)

Render = Callable[..., bytes]


def _labels(render: Render, data: Any, **settings: str) -> bytes:
    return render([data], **settings)


PAPERS: dict[str, tuple[Callable[[str], Any], Render]] = {
    "receipt_a5": (samples.receipt, receipt.render_a5),
    "receipt_80mm": (samples.receipt, receipt.render_80mm),
    "label_small": (samples.label, partial(_labels, label.render_small)),
    "label_large": (samples.label, partial(_labels, label.render_large)),
    "badge": (samples.badge, partial(_labels, badge.render)),
    "card": (samples.card, partial(_labels, card.render)),
    "request_slip": (samples.request_slip, request_slip.render),
    "owing_slip": (samples.owing_slip, owing_slip.render),
    "goods_receipt": (samples.goods_receipt, goods_receipt.render),
    "controlled_register": (safety_samples.controlled_register, controlled_register.render),
    "statement": (statement_samples.statement, statement.render),
    "committee_minutes": (sitting_samples.minutes, committee_minutes.render),
    "committee_agenda": (sitting_samples.agenda, committee_minutes.render),
    "write_off": (stock_samples.write_off, stock_paper.render),
    "supplier_return": (stock_samples.supplier_return, stock_paper.render),
    "count_minutes": (stock_samples.count, stock_paper.render),
    "count_sheet": (stock_samples.count_sheet, count_sheet.render),
    "payment": (money_samples.payment, money_voucher.render),
    "stock_card": (samples.stock_card, stock_card.render),
    "unmet_slip_a5": (samples.unmet_slip, unmet_slip.render_a5),
    "unmet_slip_80mm": (samples.unmet_slip, unmet_slip.render_80mm),
    "batch_label": (samples.batch_label, batch_label.render),
    "key_card": (samples.key_card, key_card.render),
    "command_sheet": (samples.command_sheet, command_sheet.render),
}


def render(name: str, language: str, digits: str = "latn") -> bytes:
    sample, draw = PAPERS[name]
    return draw(sample(language), language=language, digits=digits)


def with_every_text(value: Any, text: str) -> Any:
    """Return the same data with `text` typed into every field of words."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(with_every_text(item, text) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: with_every_text(getattr(value, field.name), text)
            for field in fields(value)
            if field.name != "barcode"
        }
        return replace(value, **changed)
    return value
