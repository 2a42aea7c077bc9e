"""The short lists whose codes and ids other calls name: centres, conditions, funds, suppliers."""

from flask import Blueprint

from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import CentreKind, FundKind
from pharmacy.services import places
from pharmacy.services.supplier import active_suppliers
from pharmacy.web.api import schema as s
from pharmacy.web.api.operation import Operation, Plain, reads
from pharmacy.web.context import actor, reading
from pharmacy.web.language import N_

blueprint = Blueprint("api_place", __name__, url_prefix="/api/v1")

_NAMES = {"code": s.any_text(), "name_ar": s.any_text(), "name_en": s.any_text()}
CENTRE = s.obj("Centre", {"id": s.number(), **_NAMES, "kind": s.word(CentreKind)})
CONDITION = s.obj("Condition", _NAMES)
FUND = s.obj("Fund", {"id": s.number(), **_NAMES, "kind": s.word(FundKind)})
SUPPLIER = s.obj("Supplier", {"id": s.number(), "name": s.any_text()})


@blueprint.get("/centres")
@reads(
    Operation(
        name="listCentres",
        summary=N_("The technology centres through which requests come"),
        scope=Scope.REQUESTS_READ,
        permissions=frozenset({Permission.REQUEST_VIEW}),
        answer=s.obj("CentreList", {"items": s.answer_items(CENTRE)}),
    )
)
def centres() -> Plain:
    """Return the open centres of the account."""
    return {
        "items": [
            {
                "id": row.id,
                "code": row.code,
                "name_ar": row.name_ar,
                "name_en": row.name_en,
                "kind": row.kind.value,
            }
            for row in places.open_centres(reading(), actor=actor())
        ]
    }


@blueprint.get("/conditions")
@reads(
    Operation(
        name="listConditions",
        summary=N_("The chronic conditions by which funds are restricted"),
        scope=Scope.REQUESTS_READ,
        permissions=frozenset({Permission.REQUEST_VIEW}),
        answer=s.obj("ConditionList", {"items": s.answer_items(CONDITION)}),
    )
)
def conditions() -> Plain:
    """Return the conditions there are."""
    return {
        "items": [
            {"code": row.code, "name_ar": row.name_ar, "name_en": row.name_en}
            for row in places.conditions(reading())
        ]
    }


@blueprint.get("/funds")
@reads(
    Operation(
        name="listFunds",
        summary=N_("The open funds"),
        scope=Scope.STOCK_READ,
        permissions=frozenset({Permission.STOCK_VIEW}),
        answer=s.obj("FundList", {"items": s.answer_items(FUND)}),
    )
)
def funds() -> Plain:
    """Return the open funds."""
    return {
        "items": [
            {
                "id": row.id,
                "code": row.code,
                "name_ar": row.name_ar,
                "name_en": row.name_en,
                "kind": row.kind.value,
            }
            for row in places.open_funds(reading())
        ]
    }


@blueprint.get("/suppliers")
@reads(
    Operation(
        name="listSuppliers",
        summary=N_("The suppliers from whom goods may come"),
        scope=Scope.STOCK_READ,
        permissions=frozenset({Permission.STOCK_VIEW}),
        answer=s.obj("SupplierList", {"items": s.answer_items(SUPPLIER)}),
    )
)
def suppliers() -> Plain:
    """Return the suppliers."""
    rows = active_suppliers(reading())
    return {"items": [{"id": row.id, "name": row.name} for row in rows]}
