"""Accounts: a sign-in name is one person's, and nobody works on their own account."""

import pytest

from pharmacy.db import Database
from pharmacy.errors import OwnAccount, UsernameTaken
from pharmacy.rules.vocabulary import Role
from pharmacy.services.staff import StaffFacts, add_staff, change_staff
from tests.builders import NOW, Pharmacy, open_pharmacy


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


def facts(pharmacy: Pharmacy, role: Role = Role.CLERK) -> StaffFacts:
    return StaffFacts(
        username="Mona.S", name_ar="منى سالم", name_en="Mona", role=role, site_id=pharmacy.site_id
    )


def test_two_people_do_not_sign_in_by_one_name(pharmacy: Pharmacy) -> None:
    boss = pharmacy.actors[Role.ADMINISTRATOR]
    with pharmacy.database.transaction() as session:
        add_staff(session, facts(pharmacy), password_hash="x", actor=boss, now=NOW)
    with pharmacy.database.transaction() as session, pytest.raises(UsernameTaken) as refused:
        add_staff(session, facts(pharmacy), password_hash="x", actor=boss, now=NOW)
    assert refused.value.username == "mona.s"


def test_nobody_gives_themselves_another_role(pharmacy: Pharmacy) -> None:
    boss = pharmacy.actors[Role.ADMINISTRATOR]
    with pharmacy.database.transaction() as session, pytest.raises(OwnAccount):
        change_staff(session, boss.staff_id, facts(pharmacy), actor=boss, now=NOW)
