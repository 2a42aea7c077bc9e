"""Claims decided while the counter dispenses on the same approval: once, and never too much."""

from sqlalchemy import func, select

from pharmacy.db import Database
from pharmacy.models import ClaimLineDecision, DispensingLine, Voucher
from pharmacy.rules.vocabulary import Role, VoucherKind
from tests.builders import NOW, add_batch, approve_request, item, open_pharmacy, rows
from tests.claims import add_contract, claim_of, line, priced_drug, recorded
from tests.conftest import SEAL_KEY
from tests.races.racing import race
from tests.services.verified import faults
from tests.treasury import add_office

APPROVED = 60


def test_a_claim_is_owed_once_and_with_the_counter_never_beyond_the_approval(
    database: Database,
) -> None:
    pharmacy = open_pharmacy(database)
    add_office(database)
    contract, drug = add_contract(pharmacy), priced_drug(pharmacy)
    add_batch(pharmacy, drug, 200, 200_00)
    jobs: list[dict[str, object]] = []
    common = {"site": pharmacy.site_id, "now": NOW.isoformat()}
    for number in range(4):
        approved = approve_request(pharmacy, item(drug, APPROVED))
        asked = line(approved, drug, 40)
        claim_id = recorded(pharmacy, claim_of(pharmacy, contract, asked))
        finance = {"role": Role.FINANCE.value, "staff": pharmacy[Role.FINANCE].staff_id}
        jobs += [
            {
                **common,
                **finance,
                "do": "decide",
                "claim": claim_id,
                "submission": f"decision-{number}-{turn}",
            }
            for turn in range(3)
        ]
        jobs.append(
            {
                **common,
                "do": "dispense",
                "staff": pharmacy.pharmacist.staff_id,
                "request": approved.request_id,
                "item": approved.item_ids[0],
                "quantity": APPROVED,
                "submission": f"sale-{number}",
            }
        )
    answers = race(database.url, SEAL_KEY, jobs, processes=2, threads=3)
    assert {code for kind, code in answers if kind == "refused"} <= {
        "claim_decided",
        "notices_stand",
        "request_not_approved",
    }
    decided = rows(database, Voucher.id, kind=VoucherKind.CLAIM)
    handed_out = rows(database, Voucher.id, kind=VoucherKind.DISPENSING)
    # Each approval went whole to the counter, or to the claim and then not to the counter.
    assert len(decided) + len(handed_out) == 4
    with database.reading() as session:
        given = session.scalars(select(func.sum(DispensingLine.quantity))).one() or 0
        elsewhere = session.scalars(select(func.sum(ClaimLineDecision.quantity))).one() or 0
    assert (given, elsewhere) == (len(handed_out) * APPROVED, len(decided) * 40)
    assert faults(database) == {}


def test_claims_of_several_pharmacies_on_one_approval_take_together_what_it_holds(
    database: Database,
) -> None:
    pharmacy = open_pharmacy(database)
    add_office(database)
    drug = priced_drug(pharmacy)
    approved = approve_request(pharmacy, item(drug, APPROVED))
    finance = {"role": Role.FINANCE.value, "staff": pharmacy[Role.FINANCE].staff_id}
    jobs: list[dict[str, object]] = []
    for number in range(4):
        asked = claim_of(pharmacy, add_contract(pharmacy), line(approved, drug, 40))
        jobs.append(
            {
                **finance,
                "site": pharmacy.site_id,
                "now": NOW.isoformat(),
                "do": "decide",
                "claim": recorded(pharmacy, asked),
                "submission": f"decision-{number}",
            }
        )
    answers = race(database.url, SEAL_KEY, jobs, processes=2, threads=2)
    assert [kind for kind, _code in answers if kind == "refused"] == []
    accepted = sorted(quantity for (quantity,) in rows(database, ClaimLineDecision.quantity))
    assert accepted == [0, 0, 20, 40]
    assert faults(database) == {}
