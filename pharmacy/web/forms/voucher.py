"""Forms of vouchers: the filter of their list, and undoing one."""

from collections.abc import Sequence

from wtforms import SelectField, StringField
from wtforms.validators import Length

from pharmacy.models import Fund, Site
from pharmacy.rules.stock_vocabulary import ANY_LOSS, RECALLED, LossReason
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.services.voucher_view import VoucherFilter
from pharmacy.web.forms.base import CodeField, FactForm, FilterForm, Needed
from pharmacy.web.forms.stock import PeriodDayField, chosen_id, named
from pharmacy.web.language import N_, gettext
from pharmacy.web.signing import SignatureFields
from pharmacy.web.words import choices, options, word

UNDOING_REASONS = (
    ReversalReason.WRONG_ENTRY,
    ReversalReason.WRONG_DRUG,
    ReversalReason.WRONG_QUANTITY,
)


class VoucherSearch(FilterForm):
    """The filter of the list of vouchers."""

    kind = SelectField(N_("Kind"), validate_choice=False)
    site = SelectField(N_("Site"), validate_choice=False)
    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))
    reference = CodeField(N_("Reference"))
    lost = SelectField(N_("Lost by"), validate_choice=False)
    fund = SelectField(N_("Fund"), validate_choice=False)

    def fill_choices(
        self, sites: Sequence[Site], funds: Sequence[Fund], kinds: Sequence[VoucherKind]
    ) -> None:
        """Give the selects their words in the reader's language."""
        self.kind.choices = choices(kinds, empty=gettext("All"))
        self.site.choices = named(sites, ("", gettext("All sites")))
        reasons = [(reason.value, word(reason)) for reason in LossReason]
        recalled = (RECALLED, word(VoucherKind.RECALL_WITHDRAWAL))
        every = (ANY_LOSS, gettext("Every loss"))
        self.lost.choices = options([every, *reasons, recalled], empty=gettext("All"))
        self.fund.choices = named(funds, ("", gettext("All")))

    @property
    def wanted(self) -> VoucherFilter:
        """The filter; what is not known is left out."""
        kind = self.kind.data
        return VoucherFilter(
            kind=VoucherKind(kind) if kind in set(VoucherKind) else None,
            site_id=chosen_id(self.site.data),
            date_from=self.date_from.data,
            date_to=self.date_to.data,
            document_reference=self.reference.data or "",
            lost=self.lost.data if self.lost.data in {*LossReason, RECALLED, ANY_LOSS} else "",
            fund_id=chosen_id(self.fund.data),
        )


class UndoForm(FactForm):
    """Why a voucher is undone."""

    reason = SelectField(N_("Reason"), validators=[Needed()])
    note = StringField(N_("Note"), validators=[Length(max=300)])

    def fill_choices(self) -> None:
        """Give the select its words in the reader's language."""
        self.reason.choices = choices(UNDOING_REASONS, empty=gettext("Choose"))


class SignedUndoForm(SignatureFields, UndoForm):
    """Why a document is undone that two signed: two undo it."""
