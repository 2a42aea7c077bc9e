"""Budgets, promises, invoices and closings: each is sealed with all it holds, in one chain."""

from collections.abc import Mapping
from importlib import import_module

import pytest
from sqlalchemy.exc import IntegrityError

from pharmacy.db import Base, table_of
from pharmacy.models import BudgetEntry, RecordChain, SealedRecord, Setting
from pharmacy.models.sealed import SealedFact
from pharmacy.rules.calendar import fiscal_year
from pharmacy.rules.vocabulary import Role
from pharmacy.services.closing import faults as failed
from pharmacy.services.verify import verify
from pharmacy.services.verify_records import SEALED
from tests.builders import NOW, TODAY, Pharmacy, rows
from tests.services.verified import checks, faults

MIGRATION = import_module("pharmacy.migrations.versions.0009_sealed_records")


def entry(pharmacy: Pharmacy, name: str) -> BudgetEntry:
    return BudgetEntry(
        fund_id=pharmacy.fund_id,
        fiscal_year=fiscal_year(TODAY),
        amount=100,
        reason=name,
        submission_id=name,
        recorded_at=NOW,
        recorded_by=pharmacy[Role.FINANCE].staff_id,
    )


def chain(pharmacy: Pharmacy) -> list[tuple[object, ...]]:
    return rows(pharmacy.database, SealedRecord.sequence, SealedRecord.noun, SealedRecord.key)


@pytest.mark.parametrize("known", [SEALED, MIGRATION.SEALED], ids=["verify", "migration"])
def test_whoever_reads_seals_knows_every_column_of_every_sealed_row(
    known: Mapping[str, str],
) -> None:
    models = [model for model in SealedFact.__subclasses__() if issubclass(model, Base)]
    tables = [table_of(model) for model in models]
    assert dict(known) == {table.name: ", ".join(table.c.keys()) for table in tables}


def test_every_record_is_sealed_and_looked_at(recorded: Pharmacy) -> None:
    found = checks(recorded.database)
    assert faults(recorded.database) == {}
    assert found["record_seals"].count == found["records_sealed"].count == len(chain(recorded))
    assert {noun for _, noun, _ in chain(recorded)} == set(SEALED)
    ((sequence,),) = rows(recorded.database, RecordChain.sequence)
    assert sequence == 21


def test_another_key_fits_no_seal_of_a_record(recorded: Pharmacy) -> None:
    with recorded.database.reading() as session:
        (of_records,) = (
            check for check in verify(session, b"another key") if check.name == "record_seals"
        )
    assert of_records.found == of_records.count + 1 == 22  # the end of the chain too


def test_records_of_one_transaction_are_sealed_together_when_it_is_kept(
    pharmacy: Pharmacy,
) -> None:
    with pharmacy.database.transaction() as session:
        session.add_all([entry(pharmacy, "first"), entry(pharmacy, "second")])
        session.flush()
        session.add(entry(pharmacy, "third"))  # flushed when all is kept
    assert chain(pharmacy) == [
        (1, "budget_entry", "1"),
        (2, "budget_entry", "2"),
        (3, "budget_entry", "3"),
    ]
    assert faults(pharmacy.database) == {}


def test_what_was_taken_back_within_a_transaction_has_no_seal(pharmacy: Pharmacy) -> None:
    with pharmacy.database.transaction() as session:
        session.add(entry(pharmacy, "first"))
        session.flush()
        taken_back = session.begin_nested()
        session.add(entry(pharmacy, "second"))
        session.flush()
        taken_back.rollback()
        with session.begin_nested():
            session.add(entry(pharmacy, "third"))
    kept = rows(pharmacy.database, BudgetEntry.id, BudgetEntry.reason)
    assert [reason for _, reason in kept] == ["first", "third"]
    assert chain(pharmacy) == [
        (number, "budget_entry", str(key)) for number, (key, _) in enumerate(kept, start=1)
    ]
    assert faults(pharmacy.database) == {}


def test_a_transaction_that_is_not_kept_leaves_no_seal(pharmacy: Pharmacy) -> None:
    twice = [entry(pharmacy, "once"), entry(pharmacy, "once")]
    with pytest.raises(IntegrityError), pharmacy.database.transaction() as session:
        session.add_all(twice)
    assert chain(pharmacy) == []
    assert rows(pharmacy.database, RecordChain.sequence) == [(0,)]


def test_a_month_may_be_closed_behind_what_its_transaction_recorded(pharmacy: Pharmacy) -> None:
    with pharmacy.database.transaction() as session:
        session.add(entry(pharmacy, "first"))
        session.add(Setting(name="x", value="", changed_at=NOW, changed_by=None))
        assert failed(session) == 0
        session.add(entry(pharmacy, "second"))
    assert len(chain(pharmacy)) == 2
    assert faults(pharmacy.database) == {}
