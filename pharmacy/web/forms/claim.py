"""Forms of claims: the claim as its paper has it, the decision on each line, the contract."""

from collections.abc import Mapping, Sequence

from flask_wtf.file import FileField
from wtforms import FieldList, FormField, SelectField, StringField
from wtforms.validators import Length

from pharmacy.errors import InvalidClaim
from pharmacy.models import Fund, Supplier
from pharmacy.rules.vocabulary import ClaimReason
from pharmacy.services.claim import MOST_LINES, MOST_UNITS, NewLine
from pharmacy.services.claim_decision import LineDecision
from pharmacy.services.claim_facts import Checked
from pharmacy.services.claim_view import ClaimFilter, ClaimState
from pharmacy.services.drug_picking import Picked
from pharmacy.web.forms.base import (
    BaseForm,
    CodeField,
    DayField,
    FilterForm,
    LineForm,
    MoneyField,
    Needed,
    WholeField,
)
from pharmacy.web.forms.lines import LinedForm
from pharmacy.web.forms.stock import PeriodDayField, chosen_id, named
from pharmacy.web.language import N_, gettext
from pharmacy.web.refusals import sentence
from pharmacy.web.words import choices

LINES_SHOWN = 8
LINES_TYPED = 60
NUMBERED = N_("Claim line %(line)s: %(field)s")
STATES: Mapping[ClaimState, str] = {
    ClaimState.WAITING: N_("To be decided"),
    ClaimState.ACCEPTED: N_("Accepted in full"),
    ClaimState.IN_PART: N_("Accepted in part"),
    ClaimState.REJECTED: N_("Not accepted"),
}


class ClaimSearch(FilterForm):
    """The filter of the list of claims."""

    pharmacy = SelectField(N_("Pharmacy"), validate_choice=False)
    state = SelectField(N_("State"), validate_choice=False)
    fund = SelectField(N_("Fund"), validate_choice=False)
    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))
    open_from = PeriodDayField(N_("Under review from"))
    as_of = PeriodDayField(N_("As it stood on"))

    def fill_choices(self, pharmacies: Sequence[Supplier], funds: Sequence[Fund]) -> None:
        """Offer pharmacies, funds and states."""
        self.fund.choices = named(funds, ("", gettext("All")))
        self.pharmacy.choices = [
            ("", gettext("All")),
            *((str(row.id), row.name) for row in pharmacies),
        ]
        self.state.choices = [
            ("", gettext("All")),
            *((state.value, gettext(text)) for state, text in STATES.items()),
        ]

    @property
    def wanted(self) -> ClaimFilter:
        """The filter; what is not known is left out."""
        state = self.state.data or ""
        return ClaimFilter(
            pharmacy_id=chosen_id(self.pharmacy.data),
            fund_id=chosen_id(self.fund.data),
            state=ClaimState(state) if state in set(ClaimState) else None,
            date_from=self.date_from.data,
            date_to=self.date_to.data,
            open_from=self.open_from.data,
            as_of=self.as_of.data,
        )


class PharmacyForm(BaseForm):
    """A pharmacy under contract."""

    name = StringField(N_("Name"), validators=[Needed(), Length(max=200)])
    tax_number = CodeField(N_("Tax number"), validators=[Length(max=40)])
    phone = CodeField(N_("Phone"), validators=[Length(max=40)])


class ClaimLineForm(LineForm):
    """One medicine that was given."""

    drug = StringField(N_("Item"), validators=[Length(max=300)])
    request = CodeField(N_("Request number"), validators=[Length(max=40)])
    given_on = DayField(N_("Given on"))
    quantity = WholeField(N_("Units"), minimum=1, maximum=MOST_UNITS)
    amount = MoneyField(N_("Amount"))
    receipt = CodeField(N_("Receipt number"), validators=[Length(max=60)])

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was typed."""
        typed = (self.given_on.typed, self.quantity.typed, self.amount.typed)
        texts = (self.request.data, self.drug.data, self.receipt.data, *typed)
        return not any((text or "").strip() for text in texts)

    def explain_fault(self, reason: str) -> None:
        """Say beside a field that it does not hold."""
        field = self[reason]
        if not field.errors:
            field.errors = [sentence(InvalidClaim(reason=reason, line=0))]


class ClaimForm(LinedForm):
    """A claim: its head, and lines typed or brought as a file."""

    pharmacy = SelectField(N_("Pharmacy"), validators=[Needed()])
    number = CodeField(N_("Number of the claim"), validators=[Needed(), Length(max=60)])
    dated_on = DayField(N_("Date of the claim"), validators=[Needed()])
    fund = SelectField(N_("Fund"), validators=[Needed()])
    claim_total = MoneyField(N_("Total of the claim"))
    file = FileField(N_("Lines as a file"))
    numbered = NUMBERED
    lines = FieldList(FormField(ClaimLineForm), min_entries=LINES_SHOWN, max_entries=LINES_TYPED)

    def fill_choices(self, pharmacies: Sequence[Supplier], funds: Sequence[Fund]) -> None:
        """Offer pharmacies and funds; number the lines' labels."""
        self.pharmacy.choices = [
            ("", gettext("Choose")),
            *((str(row.id), row.name) for row in pharmacies),
        ]
        self.fund.choices = named(funds, ("", gettext("Choose")))
        self.number_lines()

    @property
    def filled(self) -> list[ClaimLineForm]:
        """The lines in which something was typed, in their order."""
        return [entry.form for entry in self.lines.entries if not entry.form.is_empty]

    def new_lines(
        self, requests: Mapping[str, int | None], picked: Mapping[str, Picked]
    ) -> list[NewLine] | None:
        """Return the lines typed, or None when one of them is wrong, which then says so."""
        lines = [
            _new_line(line, requests[line.request.data or ""], picked[line.drug.data or ""])
            for line in self.filled
        ]
        whole = [line for line in lines if line is not None]
        return whole if len(whole) == len(lines) and self.agrees(whole) else None

    def agrees(self, lines: Sequence[NewLine]) -> bool:
        """Tell whether the lines come to the claim's total, where one was typed."""
        total = sum(line.amount for line in lines)
        if self.claim_total.data in {None, total}:
            return True
        text = gettext("The lines do not come to this total.")
        self.claim_total.errors = [*self.claim_total.errors, text]
        return False


def _new_line(line: ClaimLineForm, request_id: int | None, picked: Picked) -> NewLine | None:
    checks = {
        "request": request_id is not None,
        "drug": picked.drug is not None,
        "given_on": line.given_on.data is not None,
        "quantity": bool(line.quantity.data),
        "amount": bool(line.amount.data),
    }
    for reason, holds in checks.items():
        if not holds:
            line.explain_fault(reason)
    if line.errors or request_id is None or picked.drug is None or not all(checks.values()):
        return None
    return NewLine(
        request_id=request_id,
        drug_id=picked.drug.id,
        given_on=line.given_on.data,
        quantity=line.quantity.data,
        amount=line.amount.data,
        receipt_number=line.receipt.data or "",
    )


class LineDecisionForm(LineForm):
    """What is accepted of a line."""

    quantity = WholeField(N_("Units accepted"), validators=[Needed()], maximum=MOST_UNITS)
    amount = MoneyField(N_("Accepted"), validators=[Needed()])
    reason = SelectField(N_("Reason"))
    note = StringField(N_("Note"), validators=[Length(max=200)])


class DecisionForm(LinedForm):
    """The decision on a claim, line by line as the check proposes it."""

    numbered = NUMBERED
    lines = FieldList(FormField(LineDecisionForm), max_entries=MOST_LINES)

    def furnish(self) -> None:
        """Give the reasons their words; number the lines' labels."""
        for entry in self.lines.entries:
            entry.form.reason.choices = choices(ClaimReason, empty="—")
        self.number_lines()

    @property
    def decisions(self) -> dict[int, LineDecision]:
        """What was decided, by the line's number."""
        return {
            number: LineDecision(
                quantity=entry.form.quantity.data,
                amount=entry.form.amount.data,
                reason=ClaimReason(entry.form.reason.data) if entry.form.reason.data else None,
                note=entry.form.note.data or "",
            )
            for number, entry in enumerate(self.lines.entries, start=1)
        }


def proposed(checked: Sequence[Checked]) -> list[dict[str, object]]:
    """Return what the fields of each line hold before anybody changes them."""
    return [
        {
            "quantity": one.proposal.quantity,
            "amount": one.proposal.amount,
            "reason": one.proposal.reason.value if one.proposal.reason else "",
            "note": "",
        }
        for one in checked
    ]
