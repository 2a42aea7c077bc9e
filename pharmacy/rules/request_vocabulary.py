"""The closed lists of words about citizen requests, from the first paper to the last reply.

As in `rules.vocabulary`: the value of a member is what is stored and sent, and a reason is a code,
so that reports can count it.
"""

from enum import StrEnum


class RequestState(StrEnum):
    """Where a citizen request stands; `rules.lifecycle` holds the allowed steps."""

    RECEIVED = "received"
    AWAITING_PAPERS = "awaiting_papers"
    CHECKED = "checked"
    SOCIAL_RESEARCH = "social_research"
    MEDICAL_CHECK = "medical_check"
    COMMITTEE = "committee"
    DEFERRED = "deferred"
    APPROVED = "approved"
    DISPENSING = "dispensing"
    REJECTED = "rejected"
    CLOSED = "closed"


class ClockState(StrEnum):
    """How a request stands to its clock; `open` is everything that is not settled yet."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    WAITING = "waiting"
    OPEN = "open"
    SETTLED = "settled"


class RequestAction(StrEnum):
    """A step in the life of a citizen request."""

    CHECK = "check"
    ASK_PAPERS = "ask_papers"
    SEND_TO_RESEARCH = "send_to_research"
    SEND_TO_MEDICAL = "send_to_medical"
    RECORD_RESEARCH = "record_research"
    RECORD_MEDICAL = "record_medical"
    SEND_TO_COMMITTEE = "send_to_committee"
    DEFER = "defer"
    APPROVE = "approve"
    REJECT = "reject"
    HAND_OVER = "hand_over"
    UNDO = "undo"
    FINISH = "finish"
    CLOSE = "close"
    REOPEN = "reopen"


class RejectionReason(StrEnum):
    """Why a request was refused."""

    NOT_ELIGIBLE = "not_eligible"
    INSURED_ELSEWHERE = "insured_elsewhere"
    PAPERS_MISSING = "papers_missing"
    NOT_IN_FORMULARY = "not_in_formulary"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    NO_FUNDS = "no_funds"


class DeferralReason(StrEnum):
    """Why the committee put a request off."""

    MORE_RESEARCH = "more_research"
    MEDICAL_OPINION = "medical_opinion"
    PRICE_OFFER = "price_offer"
    AWAITING_FUNDS = "awaiting_funds"
    NO_TIME = "no_time"


class ClosingReason(StrEnum):
    """Why a request was closed; `all_given` is the pharmacy's own."""

    ANSWERED = "answered"
    ALL_GIVEN = "all_given"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    PAPERS_NOT_BROUGHT = "papers_not_brought"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    DECEASED = "deceased"


class ReopeningReason(StrEnum):
    """Why a rejected or closed request was taken up again."""

    APPEAL = "appeal"
    NOT_SOLVED = "not_solved"
    NEW_PAPERS = "new_papers"
    OUR_MISTAKE = "our_mistake"


class Paper(StrEnum):
    """A paper that a request needs, or an attachment is."""

    PRESCRIPTION = "prescription"
    MEDICAL_REPORT = "medical_report"
    ID_COPY = "id_copy"
    INSURANCE_STATEMENT = "insurance_statement"
    INCOME_PROOF = "income_proof"
    OTHER = "other"


class LinkKind(StrEnum):
    """How a request is tied to an earlier one."""

    DUPLICATE_OF = "duplicate_of"
    RENEWS = "renews"


class Insurance(StrEnum):
    """Who else pays for a person's treatment."""

    NONE = "none"
    HEALTH_INSURANCE = "health_insurance"
    STATE_TREATMENT = "state_treatment"
    EMPLOYER = "employer"
    UNKNOWN = "unknown"


class Finding(StrEnum):
    """What a social research or a medical check came to."""

    SUPPORTS = "supports"
    AGAINST = "against"
    UNDECIDED = "undecided"


class SittingState(StrEnum):
    """Where a sitting of the committee stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class AgendaOutcome(StrEnum):
    """What the committee made of a request on its agenda."""

    APPROVED = "approved"
    REJECTED = "rejected"
    DEFERRED = "deferred"


class VoteChoice(StrEnum):
    """How a member voted."""

    FOR = "for"
    AGAINST = "against"
    ABSTAINED = "abstained"


class MessageState(StrEnum):
    """What became of a message of Sawtak Masmou: messages are not complaints, both are counted."""

    NEW = "new"
    COMPLAINT = "complaint"
    KEPT = "kept"


class KeptReason(StrEnum):
    """Why a message was kept and became no complaint."""

    THANKS = "thanks"
    ENQUIRY = "enquiry"
    MISSING_DATA = "missing_data"
    OUT_OF_SCOPE = "out_of_scope"
    REPEATED = "repeated"


class Complainant(StrEnum):
    """What kind of person complains, as the unified portal asks."""

    CITIZEN = "citizen"
    INVESTOR = "investor"
    TOURIST = "tourist"


class Platform(StrEnum):
    """Where on social media a request was found."""

    FACEBOOK = "facebook"
    WHATSAPP = "whatsapp"
    X = "x"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    OTHER = "other"


class ReplyMeans(StrEnum):
    """How the citizen was told."""

    SMS = "sms"
    EMAIL = "email"
    PHONE = "phone"
    IN_PERSON = "in_person"
    SOURCE_SYSTEM = "source_system"


class OutboxKind(StrEnum):
    """What waits to be sent to the outside."""

    SMS = "sms"
    EMAIL = "email"
    WEBHOOK = "webhook"


class ImportState(StrEnum):
    """Where an import of a file stands."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
