"""The words for the closed lists about citizen requests."""

from collections.abc import Mapping
from enum import StrEnum

from pharmacy.rules import request_vocabulary as v
from pharmacy.web.language import N_

REQUEST_WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    v.RequestState: {
        v.RequestState.RECEIVED: N_("Received"),
        v.RequestState.AWAITING_PAPERS: N_("Papers awaited"),
        v.RequestState.CHECKED: N_("Checked, complete"),
        v.RequestState.SOCIAL_RESEARCH: N_("Social research"),
        v.RequestState.MEDICAL_CHECK: N_("Medical check"),
        v.RequestState.COMMITTEE: N_("Before the committee"),
        v.RequestState.DEFERRED: N_("Deferred"),
        v.RequestState.APPROVED: N_("Approved"),
        v.RequestState.DISPENSING: N_("Being dispensed"),
        v.RequestState.REJECTED: N_("Rejected"),
        v.RequestState.CLOSED: N_("Closed"),
    },
    v.RequestAction: {
        v.RequestAction.CHECK: N_("Papers are complete"),
        v.RequestAction.ASK_PAPERS: N_("Ask for more papers"),
        v.RequestAction.SEND_TO_RESEARCH: N_("Send to social research"),
        v.RequestAction.SEND_TO_MEDICAL: N_("Send to medical check"),
        v.RequestAction.RECORD_RESEARCH: N_("Record the social research"),
        v.RequestAction.RECORD_MEDICAL: N_("Record the medical check"),
        v.RequestAction.SEND_TO_COMMITTEE: N_("Send to the committee"),
        v.RequestAction.DEFER: N_("Defer"),
        v.RequestAction.APPROVE: N_("Approve"),
        v.RequestAction.REJECT: N_("Reject"),
        v.RequestAction.HAND_OVER: N_("Hand over medicine"),
        v.RequestAction.UNDO: N_("Undo a dispensing"),
        v.RequestAction.FINISH: N_("All is given"),
        v.RequestAction.CLOSE: N_("Close the request"),
        v.RequestAction.REOPEN: N_("Reopen"),
    },
    v.RejectionReason: {
        v.RejectionReason.NOT_ELIGIBLE: N_("Does not meet the conditions"),
        v.RejectionReason.INSURED_ELSEWHERE: N_("Covered by another insurer"),
        v.RejectionReason.PAPERS_MISSING: N_("Papers missing"),
        v.RejectionReason.NOT_IN_FORMULARY: N_("Not in the formulary"),
        v.RejectionReason.DUPLICATE: N_("Repeats another request"),
        v.RejectionReason.OUT_OF_SCOPE: N_("Outside the fund's scope"),
        v.RejectionReason.NO_FUNDS: N_("No funds left"),
    },
    v.DeferralReason: {
        v.DeferralReason.MORE_RESEARCH: N_("More research is needed"),
        v.DeferralReason.MEDICAL_OPINION: N_("A medical opinion is needed"),
        v.DeferralReason.PRICE_OFFER: N_("A price offer is needed"),
        v.DeferralReason.AWAITING_FUNDS: N_("Until funds come"),
        v.DeferralReason.NO_TIME: N_("The sitting had no time left"),
    },
    v.ClosingReason: {
        v.ClosingReason.ANSWERED: N_("Answered"),
        v.ClosingReason.ALL_GIVEN: N_("Everything approved was handed out"),
        v.ClosingReason.DUPLICATE: N_("Repeats an earlier request"),
        v.ClosingReason.OUT_OF_SCOPE: N_("Outside what this office does"),
        v.ClosingReason.PAPERS_NOT_BROUGHT: N_("Papers were never brought"),
        v.ClosingReason.WITHDRAWN: N_("Withdrawn by the citizen"),
        v.ClosingReason.LAPSED: N_("The approval lapsed"),
        v.ClosingReason.DECEASED: N_("The person has died"),
    },
    v.ReopeningReason: {
        v.ReopeningReason.APPEAL: N_("The citizen appealed"),
        v.ReopeningReason.NOT_SOLVED: N_("The citizen says it is not solved"),
        v.ReopeningReason.NEW_PAPERS: N_("New papers came"),
        v.ReopeningReason.OUR_MISTAKE: N_("Our mistake"),
    },
    v.Paper: {
        v.Paper.PRESCRIPTION: N_("Medical prescription"),
        v.Paper.MEDICAL_REPORT: N_("Medical report"),
        v.Paper.ID_COPY: N_("Copy of the identity card"),
        v.Paper.INSURANCE_STATEMENT: N_("Insurance statement"),
        v.Paper.INCOME_PROOF: N_("Proof of income"),
        v.Paper.OTHER: N_("Another paper"),
    },
    v.LinkKind: {
        v.LinkKind.DUPLICATE_OF: N_("Repeats"),
        v.LinkKind.RENEWS: N_("Renews"),
    },
    v.Insurance: {
        v.Insurance.NONE: N_("Not insured"),
        v.Insurance.HEALTH_INSURANCE: N_("Health insurance"),
        v.Insurance.STATE_TREATMENT: N_("Treatment at the State's cost"),
        v.Insurance.EMPLOYER: N_("Employer or syndicate"),
        v.Insurance.UNKNOWN: N_("Not known"),
    },
    v.Finding: {
        v.Finding.SUPPORTS: N_("Speaks for it"),
        v.Finding.AGAINST: N_("Speaks against it"),
        v.Finding.UNDECIDED: N_("No finding"),
    },
    v.SittingState: {
        v.SittingState.PLANNED: N_("Planned"),
        v.SittingState.OPEN: N_("In session"),
        v.SittingState.CLOSED: N_("Minutes closed"),
    },
    v.AgendaOutcome: {
        v.AgendaOutcome.APPROVED: N_("Approved by the committee"),
        v.AgendaOutcome.REJECTED: N_("Rejected by the committee"),
        v.AgendaOutcome.DEFERRED: N_("Deferred by the committee"),
    },
    v.VoteChoice: {
        v.VoteChoice.FOR: N_("For"),
        v.VoteChoice.AGAINST: N_("Against"),
        v.VoteChoice.ABSTAINED: N_("Abstained"),
    },
    v.MessageState: {
        v.MessageState.NEW: N_("New message"),
        v.MessageState.COMPLAINT: N_("Became a complaint"),
        v.MessageState.KEPT: N_("Kept"),
    },
    v.KeptReason: {
        v.KeptReason.THANKS: N_("Thanks, no request"),
        v.KeptReason.ENQUIRY: N_("An enquiry, answered"),
        v.KeptReason.MISSING_DATA: N_("Data missing, sender not reached"),
        v.KeptReason.OUT_OF_SCOPE: N_("Outside what this office does"),
        v.KeptReason.REPEATED: N_("Repeats an earlier message"),
    },
    v.Complainant: {
        v.Complainant.CITIZEN: N_("Citizen"),
        v.Complainant.INVESTOR: N_("Investor"),
        v.Complainant.TOURIST: N_("Tourist"),
    },
    v.Platform: {
        v.Platform.FACEBOOK: N_("Facebook"),
        v.Platform.WHATSAPP: N_("WhatsApp"),
        v.Platform.X: N_("X"),
        v.Platform.INSTAGRAM: N_("Instagram"),
        v.Platform.TIKTOK: N_("TikTok"),
        v.Platform.OTHER: N_("Another platform"),
    },
    v.ReplyMeans: {
        v.ReplyMeans.SMS: N_("Text message"),
        v.ReplyMeans.EMAIL: N_("E-mail"),
        v.ReplyMeans.PHONE: N_("By phone"),
        v.ReplyMeans.IN_PERSON: N_("In person"),
        v.ReplyMeans.SOURCE_SYSTEM: N_("Through the system it came from"),
    },
    v.OutboxKind: {
        v.OutboxKind.SMS: N_("Text message"),
        v.OutboxKind.EMAIL: N_("E-mail"),
        v.OutboxKind.WEBHOOK: N_("Notice to another system"),
    },
    v.ImportState: {
        v.ImportState.READY: N_("Ready to begin"),
        v.ImportState.RUNNING: N_("Under way"),
        v.ImportState.DONE: N_("Finished"),
        v.ImportState.STOPPED: N_("Stopped"),
    },
}
