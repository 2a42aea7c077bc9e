"""The cost report for other programs: the very figures of the screen and of the files."""

from dataclasses import asdict
from datetime import date

from flask import Blueprint

from pharmacy.rules.age_band import AGE_KEYS
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Channel, Sex
from pharmacy.services.claim_given import given_query, given_sums
from pharmacy.services.cost_dimensions import Dimension, names_of
from pharmacy.services.reporting import CostQuery, Figures, cost, report_asked
from pharmacy.web.api import schema as s
from pharmacy.web.api.operation import Operation, Plain, reads
from pharmacy.web.context import now, reading
from pharmacy.web.forms.reporting import words_said
from pharmacy.web.language import N_, language
from pharmacy.web.papers.cost_keys import filters_told

blueprint = Blueprint("api_report", __name__, url_prefix="/api/v1")

FIGURES = s.obj(
    "CostFigures",
    {
        name: s.signed()
        for name in (
            "lines",
            "quantity",
            "cost",
            "state",
            "donor",
            "citizen",
            "beneficiaries",
            "reversed_lines",
            "reversed_cost",
        )
    },
)
KEY = s.obj(
    "CostKey",
    {
        "by": s.word(Dimension),
        "key": s.maybe(s.any_text()),
        "name_ar": s.any_text(),
        "name_en": s.any_text(),
    },
)
REPORT = s.obj(
    "CostReport",
    {
        "date_from": s.day(),
        "date_to": s.day(),
        "as_of": s.moment(),
        "filters": s.answer_items(s.any_text()),
        "seal": s.any_text(),
        "rows": s.answer_items(s.obj("CostRow", {"keys": s.answer_items(KEY), "figures": FIGURES})),
        "total": FIGURES,
        "claims_aside": s.obj(
            "ClaimsAside", {"lines": s.signed(), "quantity": s.signed(), "amount": s.signed()}
        ),
        "together": s.signed(),
    },
)
"""`claims_aside` is what contract pharmacies gave besides: in none of the figures of dispensing.
`together` is what both came to, in piastres."""


@blueprint.get("/reports/cost")
@reads(
    Operation(
        name="reportCost",
        summary=N_("What dispensing cost in a period, in piastres"),
        scope=Scope.REPORTS_READ,
        permissions=frozenset({Permission.REPORT_VIEW}),
        query={
            "date_from": s.day(),
            "date_to": s.day(),
            "by": s.word(Dimension),
            "then": s.word(Dimension),
            "fund_id": s.number(),
            "centre_id": s.number(),
            "drug_id": s.number(),
            "site_id": s.number(),
            "condition_id": s.number(),
            "channel": s.word(Channel),
            "atc": {"type": "string", "maxLength": 4, "pattern": "^[A-Z]([0-9]{2}[A-Z]?)?$"},
            "sex": s.word(Sex),
            "age": s.word(sorted(AGE_KEYS)),
            "prescriber": s.text(),
        },
        needed=frozenset({"date_from", "date_to"}),
        answer=REPORT,
    )
)
def cost_report(
    *,
    date_from: str,
    date_to: str,
    by: str = Dimension.MONTH.value,
    then: str | None = None,
    fund_id: int | None = None,
    centre_id: int | None = None,
    drug_id: int | None = None,
    site_id: int | None = None,
    condition_id: int | None = None,
    **said: str,
) -> Plain:
    """Return the rows of the cost report."""
    words = [by] if then is None else [by, then]
    query = CostQuery(
        date_from=date.fromisoformat(date_from),
        date_to=date.fromisoformat(date_to),
        by=tuple(dict.fromkeys(Dimension(one) for one in words)),
        fund_id=fund_id,
        centre_id=centre_id,
        drug_id=drug_id,
        site_id=site_id,
        condition_id=condition_id,
        **words_said(said),
    )
    session = reading()
    found = cost(session, query)
    claims = given_sums(session, given_query(report_asked(query)))
    names = [
        names_of(session, dimension, [row.keys[place] for row in found.rows])
        for place, dimension in enumerate(query.by)
    ]
    return {
        "date_from": date_from,
        "date_to": date_to,
        "as_of": now().isoformat(),
        "filters": [f"{name}: {told}" for name, told in filters_told(session, query, language())],
        "seal": found.last_seal,
        "rows": [
            {
                "keys": [
                    _key(dimension, key, names[place])
                    for place, (dimension, key) in enumerate(zip(query.by, row.keys, strict=True))
                ],
                "figures": _figures(row.figures),
            }
            for row in found.rows
        ],
        "total": _figures(found.total),
        "claims_aside": asdict(claims),
        "together": found.total.cost + claims.amount,
    }


def _key(dimension: Dimension, key: object, names: dict[object, tuple[str, str]]) -> Plain:
    plain = None if key is None else str(key)
    name_ar, name_en = names.get(key, (plain or "", plain or ""))
    return {"by": dimension.value, "key": plain, "name_ar": name_ar, "name_en": name_en}


def _figures(figures: Figures) -> Plain:
    properties = FIGURES["properties"]
    assert isinstance(properties, dict)
    return {name: getattr(figures, name) for name in properties}
