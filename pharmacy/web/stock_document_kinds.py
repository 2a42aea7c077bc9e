"""The stock documents that take goods out: what each is called, asks for and posts by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.batch_picking import Fit
from pharmacy.services.stock_out import (
    issue_to_institution,
    return_to_supplier,
    withdraw_recalled,
    write_off,
)
from pharmacy.web.language import N_, gettext

SIGNED = ("signer", "signer_pin")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutKind:
    """A document by which goods leave.

    Attributes:
        kind: The voucher it posts.
        title: What its page is called.
        purpose: What it is for, in a sentence.
        fields: The fields of its head, beside note and lines.
        fit: Which batches it may name.
        verb: The service that posts it; none for a transfer, which has its own.
    """

    kind: VoucherKind
    title: str
    purpose: str
    fields: tuple[str, ...]
    fit: Fit = Fit.ANY
    verb: Callable[..., int] | None = None

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return gettext(self.title)

    @property
    def help(self) -> str:
        """The purpose in the reader's language."""
        return gettext(self.purpose)


OUT_KINDS: Mapping[str, OutKind] = {
    "write-off": OutKind(
        kind=VoucherKind.WRITE_OFF,
        title=N_("Write goods off"),
        purpose=N_("Expired, broken, lost, stolen, spoilt by heat or cold, or brought back."),
        fields=("reason", "committee", *SIGNED),
        verb=write_off,
    ),
    "recall": OutKind(
        kind=VoucherKind.RECALL_WITHDRAWAL,
        title=N_("Withdraw recalled goods"),
        purpose=N_("Batches that the Drug Authority or the maker has recalled."),
        fields=("committee", *SIGNED),
        fit=Fit.RECALLED,
        verb=withdraw_recalled,
    ),
    "supplier-return": OutKind(
        kind=VoucherKind.RETURN_TO_SUPPLIER,
        title=N_("Return goods to the supplier"),
        purpose=N_("Goods go back to whom they came from; what is owed becomes less."),
        fields=("supplier", "document_reference", *SIGNED),
        verb=return_to_supplier,
    ),
    "institution": OutKind(
        kind=VoucherKind.INSTITUTION_ISSUE,
        title=N_("Issue goods to an institution"),
        purpose=N_("A hospital or another institution gets goods without a citizen's request."),
        fields=("institution", "new_institution", *SIGNED),
        fit=Fit.ISSUABLE,
        verb=issue_to_institution,
    ),
    "transfer": OutKind(
        kind=VoucherKind.TRANSFER_OUT,
        title=N_("Send goods to another site"),
        purpose=N_("They stand in transit until the other site takes them in."),
        fields=("to_site",),
        fit=Fit.AVAILABLE,
    ),
}
