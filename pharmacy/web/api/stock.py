"""The formulary and the stock on hand for other programs, to read."""

from datetime import date
from typing import Any

from flask import Blueprint
from sqlalchemy import Row

from pharmacy.models import Drug
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import BatchStatus, DrugForm, Storage, UnitOfIssue
from pharmacy.services import formulary_list, stock_list
from pharmacy.services.formulary import get_drug
from pharmacy.web.api import schema as s
from pharmacy.web.api.cursor import LIMIT, PAGE_QUERY, page_of, paged, row_at
from pharmacy.web.api.operation import Operation, Plain, reads
from pharmacy.web.context import actor, now, reading
from pharmacy.web.language import N_

blueprint = Blueprint("api_stock", __name__, url_prefix="/api/v1")

DRUG = s.obj(
    "Drug",
    {
        "id": s.number(),
        "code": s.any_text(),
        "name_ar": s.any_text(),
        "name_en": s.any_text(),
        "inn": s.any_text(),
        "strength": s.any_text(),
        "form": s.word(DrugForm),
        "unit": s.word(UnitOfIssue),
        "pack_size": s.whole(),
        "atc": s.maybe(s.any_text()),
        "gtins": s.answer_items(s.any_text()),
        "storage": s.word(Storage),
        "controlled_law": s.maybe(s.any_text()),
        "active": s.flag(),
    },
)
ON_HAND = {
    "drug_id": s.number(),
    "code": s.any_text(),
    "name_ar": s.any_text(),
    "name_en": s.any_text(),
    "unit": s.word(UnitOfIssue),
    "on_hand": s.whole(),
    "issuable": s.whole(),
    "value": s.whole(),
    "first_expiry": s.day(),
}
BATCH = s.obj(
    "Batch",
    {
        "id": s.number(),
        "site": s.any_text(),
        "fund": s.any_text(),
        "lot": s.any_text(),
        "expiry": s.day(),
        "status": s.word(BatchStatus),
        "on_hand": s.whole(),
        "value_on_hand": s.whole(),
    },
)


@blueprint.get("/formulary")
@reads(
    Operation(
        name="listFormulary",
        summary=N_("Items of the formulary, in the order in which they were added"),
        scope=Scope.FORMULARY_READ,
        permissions=frozenset({Permission.FORMULARY_VIEW}),
        query={"q": s.text(100), "with_inactive": s.flag(), **PAGE_QUERY},
        answer=page_of("DrugPage", DRUG),
    )
)
def formulary(
    *, q: str = "", with_inactive: bool = False, limit: int = LIMIT, cursor: str | None = None
) -> Plain:
    """Return a page of the formulary."""
    at = row_at(cursor)
    wanted = formulary_list.DrugFilter(text=q, active_only=not with_inactive)
    return paged(
        reading(),
        formulary_list.listed(wanted),
        past=None if at is None else Drug.id > at,
        order=[Drug.id.asc()],
        limit=limit,
        shown=lambda row: _drug(row[0]),
        row_id=lambda row: int(row[0].id),
    )


@blueprint.get("/formulary/<int:drug_id>")
@reads(
    Operation(
        name="readDrug",
        summary=N_("One item of the formulary"),
        scope=Scope.FORMULARY_READ,
        permissions=frozenset({Permission.FORMULARY_VIEW}),
        answer=DRUG,
    )
)
def drug(drug_id: int) -> Plain:
    """Return an item."""
    return _drug(get_drug(reading(), drug_id))


def _drug(row: Drug) -> Plain:
    return {
        "id": row.id,
        "code": row.code,
        "name_ar": row.name_ar,
        "name_en": row.name_en,
        "inn": row.inn,
        "strength": row.strength,
        "form": row.form.value,
        "unit": row.unit.value,
        "pack_size": row.pack_size,
        "atc": row.atc,
        "gtins": [one.gtin for one in row.gtins],
        "storage": row.storage.value,
        "controlled_law": row.controlled_law.value if row.controlled_law else None,
        "active": row.active,
    }


@blueprint.get("/stock")
@reads(
    Operation(
        name="listStock",
        summary=N_("What is on hand, item by item"),
        scope=Scope.STOCK_READ,
        permissions=frozenset({Permission.STOCK_VIEW}),
        query={"q": s.text(100), "status": s.word(BatchStatus), **PAGE_QUERY},
        answer=page_of("StockPage", s.obj("StockOnHand", ON_HAND)),
    )
)
def stock(*, q: str = "", status: str = "", limit: int = LIMIT, cursor: str | None = None) -> Plain:
    """Return a page of the stock: that of the account's site, or of all for one without."""
    at = row_at(cursor)
    wanted = _wanted(q, BatchStatus(status) if status else None)
    return paged(
        reading(),
        stock_list.by_drug(wanted),
        past=None if at is None else Drug.id > at,
        order=[Drug.id.asc()],
        limit=limit,
        shown=_on_hand,
        row_id=lambda row: int(row[0].id),
    )


def _wanted(text: str, status: BatchStatus | None) -> stock_list.StockFilter:
    today: date = cairo_day(now())
    site_id = actor().site_id
    return stock_list.StockFilter(on=today, site_id=site_id, status=status, text=text)


def _on_hand(row: Row[Any]) -> Plain:
    item, on_hand, issuable, value, first_expiry = tuple(row)
    assert isinstance(item, Drug)
    assert isinstance(first_expiry, date)
    return {
        "drug_id": item.id,
        "code": item.code,
        "name_ar": item.name_ar,
        "name_en": item.name_en,
        "unit": item.unit.value,
        "on_hand": on_hand,
        "issuable": issuable,
        "value": value,
        "first_expiry": first_expiry.isoformat(),
    }


@blueprint.get("/stock/<int:drug_id>")
@reads(
    Operation(
        name="readStock",
        summary=N_("The batches of an item, the earliest expiry first"),
        scope=Scope.STOCK_READ,
        permissions=frozenset({Permission.STOCK_VIEW}),
        answer=s.obj("BatchList", {"drug_id": s.number(), "items": s.answer_items(BATCH)}),
    )
)
def batches(drug_id: int) -> Plain:
    """Return the batches of an item that are on hand."""
    get_drug(reading(), drug_id)
    found = stock_list.batches_of(reading(), drug_id, site_id=actor().site_id)
    return {
        "drug_id": drug_id,
        "items": [
            {
                "id": row.batch.id,
                "site": row.site.code,
                "fund": row.fund.code,
                "lot": row.batch.lot,
                "expiry": row.batch.expiry.isoformat(),
                "status": row.batch.status.value,
                "on_hand": row.batch.on_hand,
                "value_on_hand": row.batch.value_on_hand,
            }
            for row in found
            if row.batch.on_hand
        ],
    }
