"""Refusals into words: one table, a sentence for every class of `pharmacy.errors`.

A sentence says what is wrong and the way out, in the reader's language. Facts come as the refusal
carries them; amounts are piastres and dates are dates, and both are made readable here.
"""

from collections.abc import Mapping
from typing import Any

from pharmacy import errors as e
from pharmacy.rules.permissions import Permission, roles_with
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.web.claim_refusals import CLAIM_SENTENCES
from pharmacy.web.language import N_, gettext, language, ngettext
from pharmacy.web.money_refusals import MONEY_SENTENCES
from pharmacy.web.notice_words import notice_sentence
from pharmacy.web.refusal_facts import Words, by_reason, readable_facts
from pharmacy.web.stock_refusals import STOCK_SENTENCES
from pharmacy.web.words import word

NATIONAL_ID_FAULTS: Mapping[str, str] = {
    "length": N_("A national ID has 14 digits. Type it again from the card."),
    "not_digits": N_("A national ID holds digits only. Type it again from the card."),
    "spreadsheet": N_(
        "A spreadsheet has shortened this number. Format the column as text and copy it again."
    ),
    "century": N_("A national ID begins with 2 or 3. Type it again from the card."),
    "birth_date": N_("The birth date inside the number does not exist. Compare it with the card."),
    "future": N_("The birth date inside the number lies in the future. Compare it with the card."),
    "governorate": N_("The governorate inside the number does not exist. Compare with the card."),
}
PASSWORD_FAULTS: Mapping[str, str] = {
    "short": N_("The password needs at least %(minimum)s letters. Three unrelated words do well."),
    "long": N_("The password may have at most 64 letters."),
    "name": N_("The password must not contain the sign-in name."),
    "known": N_("This password is too easy to guess. Three unrelated words do well."),
    "differ": N_("The two new passwords differ. Type the new one twice."),
    "same": N_("The new password must differ from the present one."),
}
APPROVAL_FAULTS: Mapping[str, str] = {
    "decision_number": N_("Type the number of the committee's decision."),
    "valid_until": N_("The approval must end on or after the day it begins."),
    "items": N_("Approve at least one item."),
    "citizen_basis_points": N_("The citizen's share lies between 0 and 100 per cent."),
    "donor_basis_points": N_("The shares of citizen and donor together exceed the whole."),
    "case_ceiling": N_("A ceiling is more than zero; leave it empty for none."),
    "month_ceiling": N_("A ceiling is more than zero; leave it empty for none."),
    "quantity_per_issue": N_("Type how many units are given each time."),
    "issues": N_("Type how many times it is given."),
    "interval_days": N_("Type after how many days it is given again."),
    "drug_twice": N_("An item stands twice. Leave one line and raise its quantity."),
    "drug_inactive": N_("An item is no longer in the formulary. Choose another."),
    "fund": N_("A fund is no longer open. Choose another."),
}
SITTING_FAULTS: Mapping[str, str] = {
    "chair": N_("The chair is a member who is called, and present when the sitting opens."),
    "members": N_("Call at least %(quorum)s members of the committee; fewer decide nothing."),
    "present": N_("Fewer than %(quorum)s members are present. Put the sitting off."),
    "state": N_("The sitting does not stand there any more. Look at it again."),
    "absent": N_("Only members who are present at the sitting vote and decide."),
    "voted": N_("A member votes once on a request, and a vote is never changed."),
    "decided": N_("This request was decided in this sitting already."),
    "votes": N_("Fewer than %(quorum)s members have voted. Record every vote first."),
    "majority": N_("The votes do not carry this: it needs more than half of those cast."),
}
RECEIPT_FAULTS: Mapping[str, str] = {
    "lines": N_("Enter at least one line."),
    "drug": N_("Choose an item of the formulary."),
    "lot": N_("Type the lot number as printed on the pack."),
    "quantity": N_("Type how many units came in."),
    "value": N_("Type what the line cost."),
    "expired": N_("This has expired and cannot come into stock."),
    "request": N_("There is no citizen request with this number."),
}
ATTACHMENT_FAULTS: Mapping[str, str] = {
    "empty": N_("The file is empty. Choose another."),
    "kind": N_("Only JPEG, PNG and PDF are taken, whatever the file is called. Save it as one."),
    "too_large": N_("The file is too large. Scan it again at a lower resolution."),
    "too_many_pages": N_("The file has too many pages. Keep it in parts of 30 pages at most."),
    "unreadable": N_("The file cannot be opened: damaged or locked. Scan the paper again."),
    "too_many": N_("This request has too many papers already. Remove one that is not needed."),
}
PERIOD_FAULTS: Mapping[str, str] = {
    "format": N_("Write the month as 2026-03."),
    "not_over": N_("A month is closed when it is over. Wait until it has ended."),
    "earlier_open": N_("An earlier month is still open. Close the months in their order."),
    "not_green": N_("The ledger does not verify. Run pharmacy verify and mend what it names."),
    "uncounted": N_(
        "Money of that month lies uncounted in drawers. Count them, or say why they are left."
    ),
    "drafts": N_("Lists wait at the counter since that month. Dispense or clear them first."),
}
BACKUP_FAULTS: Mapping[str, str] = {
    "server": N_(
        "This database lives on a server. Back it up there with pg_dump, restore with pg_restore."
    ),
    "exists": N_("There is a file of this name. Choose another name."),
    "unreadable": N_("This file is not a database. Choose the file of a backup."),
    "damaged": N_("This file is damaged. Choose an older backup."),
    "schema": N_("This backup has the schema of another version of the program."),
    "not_green": N_("The ledger in this file does not verify, with this key. Nothing was changed."),
    "in_use": N_("The database is in use. Stop the server first, then restore."),
}
IMPORT_FAULTS: Mapping[str, str] = {
    "too_many_rows": N_(
        "The file has too many rows for the browser. Ask for it to be imported on the server."
    ),
    "too_big": N_("The file is too big. Split it, or ask for it to be imported on the server."),
    "under_way": N_("Somebody else imports this very file already. Ask who, before you go on."),
    "started": N_("The import has begun: its columns stay as they are. Go on, or pause it."),
    "finished": N_("This import is finished. Bring a file of its own for what is still missing."),
    "file_gone": N_("The stored file is not there any more. Bring the same file again to go on."),
    "columns": N_("A field that is needed has no column yet. Choose one, or say what holds."),
}
PACK_FAULTS: Mapping[str, str] = {
    "expired": N_("This pack of %(drug)s expired on %(expiry)s. Put it aside and take another."),
    "recalled": N_(
        "Lot %(lot)s of %(drug)s is recalled. Put the pack aside and tell the store keeper."
    ),
    "quarantined": N_(
        "Lot %(lot)s of %(drug)s is held back. Put the pack aside and take one of another lot."
    ),
    "unknown_lot": N_(
        "No lot %(lot)s of %(drug)s is on file here. Compare the pack with the stock list, then ask"
        " the store keeper to receive it or take another pack."
    ),
    "expiry_differs": N_(
        "The pack of %(drug)s, lot %(lot)s, says it expires on %(expiry)s; the file says"
        " %(number)s. Put it aside and ask the store keeper which is right."
    ),
    "used": N_(
        "This very pack of %(drug)s was handed out in full in dispensing %(number)s. Scan another"
        " pack; if that dispensing was wrong, undo it first."
    ),
    "nothing_left": N_(
        "Nothing is left on file of lot %(lot)s of %(drug)s. Ask the store keeper to count it, or"
        " take a pack of another lot."
    ),
    "not_on_list": N_("%(drug)s is not on the list. Add it first, then scan the pack again."),
}
DRAFT_STATES: Mapping[str, str] = {
    "dispensed": N_("This list was handed out already. Open the person again for a new one."),
    "cleared": N_("This list was cleared. Open the person again for a new one."),
    "expired": N_("This list has expired, and nothing of it was kept back. Open the person again."),
}
SUBSTITUTION_FAULTS: Mapping[str, str] = {
    "substance": N_("The other brand holds another substance. Choose one of the same substance."),
    "strength": N_("The other brand has another strength. Choose one of the same strength."),
    "unit": N_("The other brand comes in another form. Choose one of the same form."),
    "inactive": N_("The other brand is not in the formulary. Choose another."),
    "consent": N_("Type who prescribed and agreed to the other brand, and on which day."),
    "on_list": N_("The other brand is in the list already. Change its quantity there."),
    "not_approved": N_("This line has no approval. Take it out and add the other brand instead."),
}
AUTHORITY_FAULTS: Mapping[str, str] = {
    "decision_number": N_("Type the number of the decision that gives the authority."),
    "decision_taken": N_("This decision is on file already. Type the number of another."),
    "valid_until": N_("The authority must end on or after the day it begins."),
    "ceiling": N_("Type the most a case may cost, more than zero."),
}
REVERSAL_FAULTS: Mapping[str, str] = {
    "kind": N_("A document of this kind is not reversed."),
    "line": N_("This line is not part of the document, or was reversed before."),
    "issued_since": N_("Something of it was issued since. Reverse the later documents first."),
    "invoiced": N_("It stands on the supplier's invoice. Reverse the invoice first."),
    "paid": N_("Something of it is paid. Reverse the payment first, then come back here."),
    "of_claim": N_("It is what is owed on a claim. Reverse the decision on the claim's page."),
    "undecided": N_("The claim is not decided yet, so there is nothing to reverse. Decide it."),
    "counted_since": N_("The drawer was counted again since. Reverse the later count first."),
    "brought_back": N_("The citizen brought some of it back since. Reverse that return first."),
}
WEBHOOK_FAULTS: Mapping[str, str] = {
    "unreadable": N_(
        "This is not an address that can be called. Write it like https://portal.example/notices,"
        " without a name and password in it."
    ),
    "not_https": N_("Notices go over https only, so that nobody reads them on the way."),
}
BARCODE_FAULTS: Mapping[str, str] = {
    "check_digit": N_("The check digit is wrong. Scan it again."),
    "structure": N_("This is not a code of a medicine pack. Scan the square code of the pack."),
    "no_gtin": N_("This code names no medicine. Scan the square code of the pack."),
    "date": N_("The expiry date in this code does not exist. Type it from the pack."),
}


def _not_permitted(refusal: e.NotPermitted) -> str:
    comma = ", " if language() == "en" else "، "
    roles = comma.join(word(role) for role in roles_with(Permission(refusal.permission)))
    return gettext("Your role may not do this. These roles may: %(roles)s.", roles=roles)


def _scope_missing(refusal: e.ScopeMissing) -> str:
    if not refusal.scopes:
        return gettext("This is not for programs. Sign in with a browser.")
    return gettext(
        "The token does not carry this scope: %(scopes)s. Ask an administrator for one that does.",
        scopes=", ".join(refusal.scopes),
    )


def _missing(refusal: e.MissingFact) -> str:
    if refusal.name == "site":
        return gettext("Your account belongs to no site that holds stock. Ask an administrator.")
    return gettext("This is needed. Fill it in.")


def _throttled(refusal: e.SignInThrottled) -> str:
    minutes = max(1, -(-refusal.retry_after_seconds // 60))
    return ngettext(
        "Too many attempts. Wait one minute and try again.",
        "Too many attempts. Wait %(num)s minutes and try again.",
        minutes,
    )


def _transition(refusal: e.TransitionRefused) -> str:
    return gettext(
        "The request is now “%(from_state)s” and cannot become “%(to_state)s”. Look at it again.",
        from_state=word(RequestState(refusal.from_state)),
        to_state=word(RequestState(refusal.to_state)),
    )


def _request_not_approved(refusal: e.RequestNotApproved) -> str:
    return gettext(
        "The request is “%(state)s”. Medicine is issued only against an approved request.",
        state=word(RequestState(refusal.state)),
    )


def _insufficient(refusal: e.InsufficientStock) -> str:
    if refusal.available <= 0:
        return gettext("None is on hand that may be issued. Record the whole line as owing.")
    return gettext(
        "Only %(available)s can be issued of the %(requested)s asked for."
        " Issue what is there and give an owing slip for the rest.",
        **readable_facts(refusal),
    )


def _draft_closed(refusal: e.DraftClosed) -> str:
    return gettext(DRAFT_STATES.get(refusal.state, DRAFT_STATES["expired"]))


def _notices(refusal: e.NoticesStand) -> str:
    said: list[Any] = list(refusal.notices)
    return " ".join(notice_sentence(notice) for notice in said)


SENTENCES: Mapping[type[e.PharmacyError], Words] = {
    e.NotPermitted: _not_permitted,
    e.ScopeMissing: _scope_missing,
    e.TooManyCalls: N_(
        "Too many calls. Wait %(retry_after_seconds)s seconds and go on more slowly."
    ),
    e.NotFound: N_("There is no such record, or it is not yours to see. Search for it again."),
    e.SignInRefused: N_("The name or the password is wrong. Try again."),
    e.SignInThrottled: _throttled,
    e.WeakPassword: by_reason(PASSWORD_FAULTS, PASSWORD_FAULTS["known"]),
    e.PinRefused: N_("The PIN is wrong. The screen stays locked."),
    e.PinThrottled: N_("Too many wrong PINs. Sign in with the password; then the PIN works again."),
    e.PinMissing: N_("This badge has no PIN yet. Sign in with the password and set a PIN."),
    e.PinsDiffer: N_("The two new PINs differ. Type the new one twice."),
    e.WeakPin: N_("A PIN has six digits, not all alike and not in a row. Choose another."),
    e.BadgeUnknown: N_("This is nobody's badge here. The screen stays locked."),
    e.SignatureRefused: N_("Badge, name or PIN of the second person is wrong. Try again."),
    e.OwnSignature: N_("A second signature is another person's. Ask a colleague."),
    e.UsernameTaken: N_("Somebody already signs in as %(username)s. Choose another name."),
    e.OwnAccount: N_("Nobody changes their own role or closes their own account. Ask a colleague."),
    e.InvalidNationalId: by_reason(
        NATIONAL_ID_FAULTS, N_("This is not a national ID. Type it again from the card.")
    ),
    e.InvalidPhone: N_("This is not a phone number. Type it like 010 1234 5678."),
    e.InvalidNumber: N_("Type a whole number from %(minimum)s to %(maximum)s."),
    e.FutureDate: N_("This day has not come yet. Type today's date or an earlier one."),
    e.InvalidField: N_("The field %(name)s is missing, unknown, or not of its kind."),
    e.InvalidAmount: N_("Type an amount in pounds with at most two decimals, like 1234.50."),
    e.InvalidDate: N_("Type a date as day/month/year, like 07/03/2026."),
    e.InvalidDose: N_("Type the dose as units * times a day * days, like 1*2*30."),
    e.UnreadableBarcode: by_reason(
        BARCODE_FAULTS, N_("This code is not known here. Scan it again or type a name.")
    ),
    e.UnknownCode: N_(
        "The code %(text)s is of nothing on file here. Search by name, or tell the store keeper."
    ),
    e.PersonFirst: N_("First scan the person's card or search for the person, then %(name)s."),
    e.PackRefused: by_reason(
        PACK_FAULTS, N_("This pack of %(drug)s may not be given. Put it aside and take another.")
    ),
    e.MissingFact: _missing,
    e.PossibleDuplicate: N_(
        "Somebody like this is already on file. Look at the records found before adding another."
    ),
    e.IdentityTaken: N_("This identity number belongs to another record. Open that record."),
    e.MergeRefused: N_("A record cannot be merged with itself or with one already merged."),
    e.BeneficiaryInactive: N_(
        "This record is closed: the person has died or it was merged into another."
    ),
    e.TransitionRefused: _transition,
    e.LinkRefused: N_(
        "Request %(request_number)s cannot stand before this one: name an earlier request, and for"
        " a renewal one of the same person."
    ),
    e.AttachmentRefused: by_reason(
        ATTACHMENT_FAULTS, N_("This file is not taken. Choose another.")
    ),
    e.MessageHandled: N_("This message was dealt with before. Open it to see what became of it."),
    e.OutsideReferenceTaken: N_(
        "This outside reference is already recorded under request %(request_number)s."
    ),
    e.CentreRequired: N_("Name the technology centre, one of the kind of this channel."),
    e.BeneficiaryRequired: N_("Link the request to a beneficiary first."),
    e.InvalidApproval: by_reason(
        APPROVAL_FAULTS, N_("The figures of the decision do not hold together. Check them.")
    ),
    e.SittingRefused: by_reason(
        SITTING_FAULTS, N_("The sitting does not allow this. Look at it again.")
    ),
    e.SittingRequired: N_(
        "A sitting decides: send the request to the committee, and decide it on the agenda of an"
        " open sitting."
    ),
    e.AlreadyRenewed: N_("This was renewed before: open request %(request_number)s."),
    e.OwnRequest: N_("Who approves a request does not dispense it. Ask a colleague."),
    e.DrugCodeTaken: N_("Another item has the code %(key)s."),
    e.InsufficientStock: _insufficient,
    e.InvalidReceipt: by_reason(
        RECEIPT_FAULTS, N_("Check the lot, the expiry, the quantity and the cost of this line.")
    ),
    e.SubmissionConflict: N_(
        "This form was already sent with other content. Open a fresh form and enter it again."
    ),
    e.AlreadyReversed: N_("This was already reversed. A fact is reversed only once."),
    e.CannotReverse: by_reason(
        REVERSAL_FAULTS, N_("This document cannot be reversed any more. Record a new one instead.")
    ),
    e.PeriodClosed: N_("The month %(month)s is closed. Record it in the open month."),
    e.PeriodNotClosable: by_reason(PERIOD_FAULTS, N_("The month %(month)s cannot be closed.")),
    e.PostedFactChanged: N_("Posted facts are never changed. Nothing was recorded."),
    e.RequestNotApproved: _request_not_approved,
    e.LineNotApproved: N_("The approval of this request does not hold this item."),
    e.NothingToDispense: N_("Enter the quantity of at least one item."),
    e.NoticesStand: _notices,
    e.OwingNotOpen: N_("This owing slip holds only %(left)s more."),
    e.DraftClosed: _draft_closed,
    e.DraftHeldByOther: N_(
        "%(holder)s has this person's list in hand. Ask them to clear it, or come back later."
    ),
    e.DraftChanged: N_("The list has changed in another window. Look at it again, then go on."),
    e.SubstitutionRefused: by_reason(
        SUBSTITUTION_FAULTS, N_("This brand cannot stand for the approved one. Choose another.")
    ),
    e.AuthorityMissing: N_(
        "New items: %(lines)s. Nobody has approved them: let a committee member sign here."
    ),
    e.AuthorityRefused: by_reason(
        AUTHORITY_FAULTS, N_("The figures of the authority do not hold together. Check them.")
    ),
    e.NoUsualDose: N_("%(drug)s has no usual dose. Type a dose like 1*2*30, or a quantity."),
    e.WebhookAddressRefused: by_reason(
        WEBHOOK_FAULTS, N_("Notices cannot go to this address. Compare it with its owner.")
    ),
    e.WebhookNameTaken: N_("There is a webhook called %(key)s already. Choose another name."),
    e.ReplyUnreachable: N_(
        "The citizen left no number or address for this way. Choose another way, or tell them by"
        " phone or in person."
    ),
    e.TrackingRefused: N_(
        "No request has this number with this phone. Compare both with your slip, or call the"
        " hotline."
    ),
    e.TrackingThrottled: N_("Too many tries. Wait a little and try again, or call the hotline."),
    e.FeedbackRefused: N_(
        "You have said this already, or the request is not finished yet. Nothing was recorded."
    ),
    e.Busy: N_("The system is busy. Nothing was recorded: press the button again."),
    e.Misconfigured: N_("The setting %(variable)s is not right (%(reason)s)."),
    e.BackupRefused: by_reason(BACKUP_FAULTS, N_("The backup was refused (%(reason)s).")),
    e.ImportUnreadable: N_("This file cannot be read. Save it as CSV or XLSX with a heading row."),
    e.ImportRefused: by_reason(IMPORT_FAULTS, N_("The import cannot go on like this.")),
    **CLAIM_SENTENCES,
    **MONEY_SENTENCES,
    **STOCK_SENTENCES,
    e.InvalidPeriod: N_("The period must begin before it ends and may not be longer than allowed."),
}


def sentence(refusal: e.PharmacyError) -> str:
    """Return a refusal as a sentence in the reader's language, with its line where it has one."""
    words = SENTENCES[type(refusal)]
    text = words(refusal) if callable(words) else gettext(words, **readable_facts(refusal))
    line = refusal.facts().get("line")
    if not line:
        return text
    if isinstance(refusal, e.InvalidClaim):
        return gettext("Claim line %(line)s: %(sentence)s", line=line, sentence=text)
    return gettext("Line %(line)s: %(sentence)s", line=line, sentence=text)
