"""Every model, so that importing this one package defines all tables and resolves all names."""

from pharmacy.models.audit import AccessEvent, AuditEvent
from pharmacy.models.beneficiary import (
    Beneficiary,
    BeneficiaryAllergy,
    BeneficiaryCondition,
    BeneficiaryStatus,
    Condition,
)
from pharmacy.models.counter import (
    AuthorityWithdrawal,
    CallNote,
    CounterDraft,
    DraftLine,
    StandingAuthority,
    UnmetDemand,
)
from pharmacy.models.dispensing import (
    DispensedPack,
    Dispensing,
    DispensingCare,
    DispensingLine,
    NoticeOverride,
    Owing,
    OwingClosure,
    Substitution,
)
from pharmacy.models.formulary import Drug, DrugGtin, Interaction
from pharmacy.models.fund import Fund
from pharmacy.models.period import ClosedPeriod
from pharmacy.models.place import Centre, Site
from pharmacy.models.request import (
    Approval,
    ApprovalFund,
    ApprovalItem,
    CitizenRequest,
    PublicMeeting,
    RequestEvent,
    RequestSeries,
)
from pharmacy.models.setting import Setting
from pharmacy.models.staff import ApiToken, SignInAttempt, Staff, StaffSession
from pharmacy.models.stock import Batch, BatchEvent, Supplier
from pharmacy.models.voucher import Posting, SiteChain, StockMovement, Voucher, VoucherSeries

__all__ = [
    "AccessEvent",
    "ApiToken",
    "Approval",
    "ApprovalFund",
    "ApprovalItem",
    "AuditEvent",
    "AuthorityWithdrawal",
    "Batch",
    "BatchEvent",
    "Beneficiary",
    "BeneficiaryAllergy",
    "BeneficiaryCondition",
    "BeneficiaryStatus",
    "CallNote",
    "Centre",
    "CitizenRequest",
    "ClosedPeriod",
    "Condition",
    "CounterDraft",
    "DispensedPack",
    "Dispensing",
    "DispensingCare",
    "DispensingLine",
    "DraftLine",
    "Drug",
    "DrugGtin",
    "Fund",
    "Interaction",
    "NoticeOverride",
    "Owing",
    "OwingClosure",
    "Posting",
    "PublicMeeting",
    "RequestEvent",
    "RequestSeries",
    "Setting",
    "SignInAttempt",
    "Site",
    "SiteChain",
    "Staff",
    "StaffSession",
    "StandingAuthority",
    "StockMovement",
    "Substitution",
    "Supplier",
    "UnmetDemand",
    "Voucher",
    "VoucherSeries",
]
