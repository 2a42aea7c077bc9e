"""Every model, so that importing this one package defines all tables and resolves all names."""

from pharmacy.models.attachment import Attachment
from pharmacy.models.audit import AccessEvent, AuditEvent
from pharmacy.models.beneficiary import (
    Beneficiary,
    BeneficiaryAllergy,
    BeneficiaryCondition,
    BeneficiaryStatus,
    Condition,
)
from pharmacy.models.calendar import Holiday, TimeLimit
from pharmacy.models.committee import AgendaItem, Sitting, SittingMember, Vote
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
from pharmacy.models.fund import BudgetEntry, BudgetOverride, Commitment, Fund
from pharmacy.models.intake import ImportJob, ImportMapping, ImportRefusal, IncomingMessage
from pharmacy.models.invoice import (
    Claim,
    ClaimDecision,
    ClaimLine,
    ClaimLineDecision,
    InvoicePayment,
    InvoiceReceipt,
    SupplierInvoice,
)
from pharmacy.models.ledger import CashCount, CashPiece, LedgerAccount, MoneyVoucher
from pharmacy.models.outbox import OutboxMessage, TrackingAttempt, Webhook
from pharmacy.models.period import (
    ClosedPeriod,
    PeriodBalance,
    PeriodCost,
    PeriodMovement,
    PeriodOnHand,
)
from pharmacy.models.place import Centre, Site
from pharmacy.models.request import (
    Approval,
    ApprovalFund,
    ApprovalItem,
    CitizenFeedback,
    CitizenReply,
    CitizenRequest,
    MedicalCheck,
    PublicMeeting,
    RequestEvent,
    RequestLink,
    RequestSeries,
    SocialResearch,
)
from pharmacy.models.setting import Setting
from pharmacy.models.staff import ApiToken, IdempotencyKey, SignInAttempt, Staff, StaffSession
from pharmacy.models.stock import Batch, BatchEvent, Supplier
from pharmacy.models.stock_document import CitizenReturnLine, CountLine, StockDocument
from pharmacy.models.voucher import Posting, SiteChain, StockMovement, Voucher, VoucherSeries

__all__ = [
    "AccessEvent",
    "AgendaItem",
    "ApiToken",
    "Approval",
    "ApprovalFund",
    "ApprovalItem",
    "Attachment",
    "AuditEvent",
    "AuthorityWithdrawal",
    "Batch",
    "BatchEvent",
    "Beneficiary",
    "BeneficiaryAllergy",
    "BeneficiaryCondition",
    "BeneficiaryStatus",
    "BudgetEntry",
    "BudgetOverride",
    "CallNote",
    "CashCount",
    "CashPiece",
    "Centre",
    "CitizenFeedback",
    "CitizenReply",
    "CitizenRequest",
    "CitizenReturnLine",
    "Claim",
    "ClaimDecision",
    "ClaimLine",
    "ClaimLineDecision",
    "ClosedPeriod",
    "Commitment",
    "Condition",
    "CountLine",
    "CounterDraft",
    "DispensedPack",
    "Dispensing",
    "DispensingCare",
    "DispensingLine",
    "DraftLine",
    "Drug",
    "DrugGtin",
    "Fund",
    "Holiday",
    "IdempotencyKey",
    "ImportJob",
    "ImportMapping",
    "ImportRefusal",
    "IncomingMessage",
    "Interaction",
    "InvoicePayment",
    "InvoiceReceipt",
    "LedgerAccount",
    "MedicalCheck",
    "MoneyVoucher",
    "NoticeOverride",
    "OutboxMessage",
    "Owing",
    "OwingClosure",
    "PeriodBalance",
    "PeriodCost",
    "PeriodMovement",
    "PeriodOnHand",
    "Posting",
    "PublicMeeting",
    "RequestEvent",
    "RequestLink",
    "RequestSeries",
    "Setting",
    "SignInAttempt",
    "Site",
    "SiteChain",
    "Sitting",
    "SittingMember",
    "SocialResearch",
    "Staff",
    "StaffSession",
    "StandingAuthority",
    "StockDocument",
    "StockMovement",
    "Substitution",
    "Supplier",
    "SupplierInvoice",
    "TimeLimit",
    "TrackingAttempt",
    "UnmetDemand",
    "Vote",
    "Voucher",
    "VoucherSeries",
    "Webhook",
]
