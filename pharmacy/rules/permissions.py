"""Who may do what: the one table that routes, API calls and services ask."""

from enum import StrEnum
from types import MappingProxyType

from pharmacy.rules.vocabulary import Role


class Permission(StrEnum):
    """A right that a view, an API call or a service demands by name."""

    BENEFICIARY_VIEW = "beneficiary.view"
    BENEFICIARY_EDIT = "beneficiary.edit"
    BENEFICIARY_REVEAL = "beneficiary.reveal"
    BENEFICIARY_MERGE = "beneficiary.merge"
    CLINICAL_VIEW = "clinical.view"
    REQUEST_VIEW = "request.view"
    REQUEST_RECORD = "request.record"
    REQUEST_CHECK = "request.check"
    REQUEST_RESEARCH = "request.research"
    REQUEST_MEDICAL = "request.medical"
    REQUEST_DECIDE = "request.decide"
    SITTING_VIEW = "sitting.view"
    REQUEST_IMPORT = "request.import"
    ATTACHMENT_REMOVE = "attachment.remove"
    REQUEST_REPORT = "request.report"
    FORMULARY_VIEW = "formulary.view"
    FORMULARY_EDIT = "formulary.edit"
    STOCK_VIEW = "stock.view"
    STOCK_RECEIVE = "stock.receive"
    STOCK_HOLD = "stock.hold"
    STOCK_WRITE_OFF = "stock.write_off"
    STOCK_SIGN = "stock.sign"
    DISPENSING_VIEW = "dispensing.view"
    DISPENSE = "dispensing.dispense"
    DISPENSING_PRINT = "dispensing.print"
    DISPENSING_REVERSE = "dispensing.reverse"
    SAFETY_OVERRIDE = "safety.override"
    REPORT_VIEW = "report.view"
    REGISTER_VIEW = "register.view"
    FUND_VIEW = "fund.view"
    FUND_MANAGE = "fund.manage"
    BUDGET_OVERRIDE = "budget.override"
    CASH_COUNT = "cash.count"
    CASH_RECEIVE = "cash.receive"
    PERIOD_CLOSE = "period.close"
    DASHBOARD_VIEW = "dashboard.view"
    PATTERN_VIEW = "pattern.view"
    AUDIT_VIEW = "audit.view"
    STAFF_MANAGE = "staff.manage"
    SETTINGS_MANAGE = "settings.manage"


_P = Permission

PERMISSIONS: MappingProxyType[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.CLERK: frozenset(
            {
                _P.BENEFICIARY_VIEW,
                _P.BENEFICIARY_EDIT,
                _P.BENEFICIARY_REVEAL,
                _P.CLINICAL_VIEW,
                _P.REQUEST_VIEW,
                _P.REQUEST_CHECK,
                _P.REQUEST_RESEARCH,
                _P.REQUEST_IMPORT,
                _P.REQUEST_RECORD,
                _P.FORMULARY_VIEW,
            }
        ),
        Role.COMMITTEE: frozenset(
            {
                _P.BENEFICIARY_VIEW,
                _P.CLINICAL_VIEW,
                _P.REQUEST_VIEW,
                _P.REQUEST_CHECK,
                _P.REQUEST_RESEARCH,
                _P.REQUEST_MEDICAL,
                _P.REQUEST_REPORT,
                _P.REQUEST_DECIDE,
                _P.SITTING_VIEW,
                _P.FORMULARY_VIEW,
                _P.STOCK_VIEW,
                _P.DISPENSING_VIEW,
            }
        ),
        Role.PHARMACIST: frozenset(
            {
                _P.BENEFICIARY_VIEW,
                _P.BENEFICIARY_EDIT,
                _P.BENEFICIARY_REVEAL,
                _P.CLINICAL_VIEW,
                _P.REQUEST_VIEW,
                _P.REQUEST_CHECK,
                _P.REQUEST_MEDICAL,
                _P.REQUEST_RECORD,
                _P.FORMULARY_VIEW,
                _P.FORMULARY_EDIT,
                _P.STOCK_VIEW,
                _P.STOCK_HOLD,
                _P.STOCK_WRITE_OFF,
                _P.DISPENSING_VIEW,
                _P.DISPENSING_PRINT,
                _P.DISPENSE,
                _P.DISPENSING_REVERSE,
                _P.SAFETY_OVERRIDE,
                _P.REGISTER_VIEW,
                _P.CASH_COUNT,
            }
        ),
        Role.STORE_KEEPER: frozenset(
            {
                _P.FORMULARY_VIEW,
                _P.STOCK_VIEW,
                _P.STOCK_RECEIVE,
                _P.STOCK_HOLD,
                _P.STOCK_WRITE_OFF,
            }
        ),
        Role.FINANCE: frozenset(
            {
                _P.FORMULARY_VIEW,
                _P.STOCK_VIEW,
                _P.DISPENSING_VIEW,
                _P.REQUEST_REPORT,
                _P.REPORT_VIEW,
                _P.FUND_VIEW,
                _P.FUND_MANAGE,
                _P.CASH_COUNT,
                _P.CASH_RECEIVE,
                _P.PERIOD_CLOSE,
                _P.DASHBOARD_VIEW,
            }
        ),
        Role.MANAGER: frozenset(
            {
                _P.BENEFICIARY_VIEW,
                _P.BENEFICIARY_MERGE,
                _P.CLINICAL_VIEW,
                _P.REQUEST_VIEW,
                _P.REQUEST_IMPORT,
                _P.ATTACHMENT_REMOVE,
                _P.REQUEST_REPORT,
                _P.SITTING_VIEW,
                _P.FORMULARY_VIEW,
                _P.STOCK_VIEW,
                _P.STOCK_HOLD,
                _P.STOCK_SIGN,
                _P.DISPENSING_VIEW,
                _P.DISPENSING_PRINT,
                _P.DISPENSING_REVERSE,
                _P.SAFETY_OVERRIDE,
                _P.REGISTER_VIEW,
                _P.REPORT_VIEW,
                _P.FUND_VIEW,
                _P.BUDGET_OVERRIDE,
                _P.CASH_RECEIVE,
                _P.DASHBOARD_VIEW,
                _P.PATTERN_VIEW,
            }
        ),
        Role.AUDITOR: frozenset(
            {
                _P.BENEFICIARY_VIEW,
                _P.CLINICAL_VIEW,
                _P.REQUEST_VIEW,
                _P.REQUEST_REPORT,
                _P.SITTING_VIEW,
                _P.FORMULARY_VIEW,
                _P.STOCK_VIEW,
                _P.DISPENSING_VIEW,
                _P.DISPENSING_PRINT,
                _P.REPORT_VIEW,
                _P.FUND_VIEW,
                _P.DASHBOARD_VIEW,
                _P.PATTERN_VIEW,
                _P.REGISTER_VIEW,
                _P.AUDIT_VIEW,
            }
        ),
        Role.ADMINISTRATOR: frozenset(
            {_P.STAFF_MANAGE, _P.SETTINGS_MANAGE, _P.AUDIT_VIEW, _P.FORMULARY_VIEW}
        ),
    }
)


def may(role: Role, permission: Permission) -> bool:
    """Tell whether a role holds a permission."""
    return permission in PERMISSIONS[role]


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that hold a permission, so that a refusal can say who may."""
    return tuple(role for role in Role if may(role, permission))
