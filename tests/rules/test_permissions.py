"""Who may do what: the promises that no change of the table may break."""

import pytest

from pharmacy.errors import NotPermitted
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import PERMISSIONS, Permission, may, roles_with
from pharmacy.rules.vocabulary import Role

CHANGES = frozenset(Permission) - {
    Permission.BENEFICIARY_VIEW,
    Permission.CLINICAL_VIEW,
    Permission.REQUEST_VIEW,
    Permission.FORMULARY_VIEW,
    Permission.STOCK_VIEW,
    Permission.DISPENSING_VIEW,
    Permission.DISPENSING_PRINT,
    Permission.REPORT_VIEW,
    Permission.REGISTER_VIEW,
    Permission.REQUEST_REPORT,
    Permission.SITTING_VIEW,
    Permission.FUND_VIEW,
    Permission.DASHBOARD_VIEW,
    Permission.PATTERN_VIEW,
    Permission.AUDIT_VIEW,
}


def test_every_role_has_its_row_and_every_permission_a_role() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert all(roles_with(permission) for permission in Permission)


def test_the_auditor_changes_nothing() -> None:
    assert PERMISSIONS[Role.AUDITOR] & CHANGES == set()


def test_finance_sees_no_diagnosis() -> None:
    assert not may(Role.FINANCE, Permission.CLINICAL_VIEW)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Permission.REQUEST_DECIDE, Permission.DISPENSE),
        (Permission.REQUEST_DECIDE, Permission.REQUEST_RECORD),
        (Permission.STOCK_RECEIVE, Permission.DISPENSE),
        (Permission.STAFF_MANAGE, Permission.DISPENSE),
        (Permission.STAFF_MANAGE, Permission.REQUEST_DECIDE),
        (Permission.FUND_MANAGE, Permission.BUDGET_OVERRIDE),
        (Permission.FUND_MANAGE, Permission.DISPENSE),
    ],
)
def test_no_one_role_holds_both_ends(one: Permission, other: Permission) -> None:
    assert set(roles_with(one)) & set(roles_with(other)) == set()


def test_an_actor_without_the_right_is_refused_by_name() -> None:
    clerk = Actor(staff_id=1, name="سعاد", role=Role.CLERK)
    clerk.require(Permission.REQUEST_RECORD)
    with pytest.raises(NotPermitted) as refusal:
        clerk.require(Permission.DISPENSE)
    assert refusal.value.facts() == {"permission": "dispensing.dispense", "role": "clerk"}
