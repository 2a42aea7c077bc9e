"""The cost report for other programs: the very figures of the screen and of the files."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from flask import Blueprint

from pharmacy.rules.age_band import AGE_KEYS
from pharmacy.rules.comparison import Compare
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Channel, Sex
from pharmacy.services.claim_given import given_query, given_sums
from pharmacy.services.cost_dimensions import Dimension, names_of
from pharmacy.services.cost_query import CostQuery, report_asked
from pharmacy.services.cost_ranked import RankedGroup, ranked_cost
from pharmacy.services.report_query import TOP_MOST
from pharmacy.web.api import schema as s
from pharmacy.web.api.operation import Operation, Plain, reads
from pharmacy.web.context import now, reading
from pharmacy.web.forms.reporting import compare_said, words_said
from pharmacy.web.language import N_, language
from pharmacy.web.papers.cost_keys import filters_told

blueprint = Blueprint("api_report", __name__, url_prefix="/api/v1")

_NAMES = (
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
FIGURES = s.obj(
    "CostFigures", {**{name: s.signed() for name in _NAMES}, "before": s.maybe(s.signed())}
)
"""`before` is what it cost in the period beside; null where none was asked for."""
KEY = s.obj(
    "CostKey",
    {
        "by": s.word(Dimension),
        "key": s.maybe(s.any_text()),
        "name_ar": s.any_text(),
        "name_en": s.any_text(),
    },
)
ROW = s.obj("CostRow", {"keys": s.answer_items(KEY), "figures": FIGURES})
REPORT = s.obj(
    "CostReport",
    {
        "date_from": s.day(),
        "date_to": s.day(),
        "as_of": s.moment(),
        "filters": s.answer_items(s.any_text()),
        "seal": s.any_text(),
        "rows": s.answer_items(ROW),
        "others": s.maybe(
            s.obj(
                "CostOthers",
                {"count": s.signed(), "figures": FIGURES, "rows": s.answer_items(ROW)},
            )
        ),
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
            "top": s.whole(1, TOP_MOST),
            "compare": s.word(Compare),
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
    top: int | None = None,
    compare: str | None = None,
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
        top=top,
        compare=compare_said(compare),
    )
    session = reading()
    ranked = ranked_cost(session, query)
    found, others = ranked.cost, ranked.others
    claims = given_sums(session, given_query(report_asked(query)))
    names = [
        names_of(session, dimension, ranked.keys_at(place))
        for place, dimension in enumerate(query.by)
    ]
    return {
        "date_from": date_from,
        "date_to": date_to,
        "as_of": now().isoformat(),
        "filters": [f"{name}: {told}" for name, told in filters_told(session, query, language())],
        "seal": found.last_seal,
        "rows": [_row(row, query.by, names) for row in ranked.rows],
        "others": {
            "count": others.count,
            "figures": _figures(others.whole),
            "rows": [_row(row, query.by[1:], names[1:]) for row in others.rows],
        }
        if others
        else None,
        "total": _figures(ranked.total),
        "claims_aside": asdict(claims),
        "together": found.total.cost + claims.amount,
    }


def _row(
    row: RankedGroup, by: Sequence[Dimension], names: Sequence[dict[object, tuple[str, str]]]
) -> Plain:
    keys = zip(by, row.keys, names, strict=True)
    return {
        "keys": [_key(dimension, key, told) for dimension, key, told in keys],
        "figures": _figures(row),
    }


def _key(dimension: Dimension, key: object, names: dict[object, tuple[str, str]]) -> Plain:
    plain = None if key is None else str(key)
    name_ar, name_en = names.get(key, (plain or "", plain or ""))
    return {"by": dimension.value, "key": plain, "name_ar": name_ar, "name_en": name_en}


def _figures(row: RankedGroup) -> Plain:
    return {**{name: getattr(row.figures, name) for name in _NAMES}, "before": row.before}
