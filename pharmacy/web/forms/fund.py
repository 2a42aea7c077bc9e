"""Forms of funds: on file, money that comes and goes, budgets, undoing; and of parties."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from pharmacy.models import Centre, Condition, Fund, Supplier
from pharmacy.rules.calendar import fiscal_year_label
from pharmacy.rules.vocabulary import (
    Account,
    FundKind,
    PartyKind,
    PaymentMethod,
    ReversalReason,
)
from pharmacy.services.fund import FundFacts
from pharmacy.services.money import Money
from pharmacy.services.party import PartyFacts
from pharmacy.web.forms.base import (
    BaseForm,
    CodeField,
    DayField,
    FactForm,
    FilterForm,
    MoneyField,
    Needed,
    PhoneField,
)
from pharmacy.web.forms.stock import PeriodDayField, chosen_id, named
from pharmacy.web.language import N_, gettext
from pharmacy.web.words import choices

NAME_MAX = 160
TEXT_MAX = 300
YEARS_AHEAD, YEARS_BACK = 2, 5
MONEY_REASONS = (ReversalReason.WRONG_ENTRY,)
COMES_AS = {
    Account.FUND_RECEIPTS.value: N_("Money given or allotted to the fund"),
    Account.PAYABLES.value: N_("Refund from a supplier for goods returned or paid twice"),
    Account.FUND_BALANCE.value: N_("Balance the fund had when the books were opened"),
}


class FundPeriod(FilterForm):
    """The period of the figures."""

    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))

    def days(self, first: date, last: date) -> tuple[date, date]:
        """Return the period asked for, or the one given, which the fields then show.

        One that ends too early is turned.
        """
        start, end = self.date_from.filled(first), self.date_to.filled(last)
        return min(start, end), max(start, end)


class FundForm(BaseForm):
    """A fund, and for whom it is."""

    code = CodeField(N_("Code"), validators=[Needed(), Length(max=20)])
    kind = SelectField(N_("Kind"), validators=[Needed()])
    name_ar = StringField(N_("Name in Arabic"), validators=[Needed(), Length(max=NAME_MAX)])
    name_en = StringField(N_("Name in English"), validators=[Length(max=NAME_MAX)])
    donor = SelectField(N_("Who gives it"), validate_choice=False)
    condition = SelectField(N_("Only for this disease"), validate_choice=False)
    centre = SelectField(N_("Only for requests of this centre"), validate_choice=False)
    person = CodeField(N_("Only for this person"), validators=[Length(max=40)])
    restricted = BooleanField(N_("Only where an approval names the fund"))
    active = BooleanField(N_("In use"))

    def fill_choices(
        self,
        conditions: Sequence[Condition],
        centres: Sequence[Centre],
        donors: Sequence[Supplier],
    ) -> None:
        """Give the selects their words in the reader's language."""
        self.kind.choices = choices(FundKind, empty=gettext("Choose"))
        self.condition.choices = named(conditions, ("", gettext("Any disease")))
        self.centre.choices = named(centres, ("", gettext("Any centre")))
        self.donor.choices = offered_parties(donors, gettext("Not stated"))

    def facts(self, beneficiary_id: int | None) -> FundFacts:
        """Return what a form of valid shape says."""
        return FundFacts(
            code=self.code.data or "",
            kind=FundKind(self.kind.data),
            name_ar=self.name_ar.data or "",
            name_en=self.name_en.data or "",
            restricted=bool(self.restricted.data),
            condition_id=chosen_id(self.condition.data),
            beneficiary_id=beneficiary_id,
            centre_id=chosen_id(self.centre.data),
            donor_id=chosen_id(self.donor.data),
            active=bool(self.active.data),
        )


def shown_fund(row: Fund, card_number: str) -> dict[str, object]:
    """Return a fund as its form shows it."""
    return {
        "code": row.code,
        "kind": row.kind.value,
        "name_ar": row.name_ar,
        "name_en": row.name_en,
        "donor": str(row.donor_id or ""),
        "condition": str(row.condition_id or ""),
        "centre": str(row.centre_id or ""),
        "person": card_number,
        "restricted": row.restricted,
        "active": row.active,
    }


def offered_parties(rows: Sequence[Supplier], none: str) -> list[tuple[str, str]]:
    """Return parties to choose from."""
    return [("", none), *((str(row.id), row.name) for row in rows)]


class MoneyForm(FactForm):
    """Money that comes into a fund or goes out of it."""

    fund = SelectField(N_("Fund"), validators=[Needed()])
    amount = MoneyField(N_("Amount"), validators=[Needed()])
    on = DayField(N_("Date on the paper"), validators=[Needed()])
    method = SelectField(N_("Way of payment"), validators=[Needed()])
    reference = CodeField(N_("Number of the cheque or transfer"), validators=[Length(max=60)])
    party = SelectField(N_("Supplier or body on file"), validate_choice=False)
    party_name = StringField(N_("Name on the paper"), validators=[Length(max=NAME_MAX)])
    purpose = StringField(N_("For what"), validators=[Needed(), Length(max=TEXT_MAX)])
    note = TextAreaField(N_("Note"), validators=[Length(max=TEXT_MAX)])

    def fill_choices(self, funds: Sequence[Fund], rows: Sequence[Supplier]) -> None:
        """Give the selects their words in the reader's language."""
        self.fund.choices = named(funds, ("", gettext("Choose")))
        self.method.choices = choices(PaymentMethod)
        self.party.choices = offered_parties(rows, gettext("Nobody on file"))

    def money(self, account: Account, rows: Sequence[Supplier]) -> Money:
        """Return what a form of valid shape says; a party on file stands on the paper by name."""
        party_id = chosen_id(self.party.data)
        name = next((row.name for row in rows if row.id == party_id), "")
        return Money(
            submission_id=self.submission_id.data or "",
            fund_id=chosen_id(self.fund.data) or 0,
            account=account,
            amount=self.amount.data,
            on=self.on.data,
            method=PaymentMethod(self.method.data),
            party_id=party_id if name else None,
            party_name=self.party_name.data or name,
            reference=self.reference.data or "",
            purpose=self.purpose.data or "",
            note=self.note.data or "",
        )


class ReceiptForm(MoneyForm):
    """Money that comes in, also what was there when the books were opened."""

    comes_as = SelectField(N_("Kind of money"), validators=[Needed()])

    def fill_choices(self, funds: Sequence[Fund], rows: Sequence[Supplier]) -> None:
        """Give the selects their words in the reader's language."""
        super().fill_choices(funds, rows)
        self.comes_as.choices = [(value, gettext(name)) for value, name in COMES_AS.items()]


class BudgetForm(FactForm):
    """A grant of budget, or a change of one."""

    year = SelectField(N_("Fiscal year"), validators=[Needed()])
    change = SelectField(N_("What it does"), validators=[Needed()])
    amount = MoneyField(N_("Amount"), validators=[Needed()])
    reason = StringField(
        N_("Reason, with the number of the decision"), validators=[Needed(), Length(max=TEXT_MAX)]
    )

    def fill_choices(self, current: int) -> None:
        """Offer the years around the current one."""
        years = range(current + YEARS_AHEAD, current - YEARS_BACK, -1)
        self.year.choices = [(str(year), fiscal_year_label(year)) for year in years]
        self.change.choices = [
            ("grant", gettext("Adds to the budget")),
            ("cut", gettext("Takes from the budget")),
        ]

    @property
    def signed(self) -> int:
        """The amount with its sign, in piastres."""
        amount = int(self.amount.data)
        return -amount if self.change.data == "cut" else amount


class Asked(TypedDict):
    """Why something is undone, and by which sending of the form."""

    submission_id: str
    reason: ReversalReason
    note: str


class MoneyUndoForm(FactForm):
    """Why a voucher of money, a count, an invoice or a decision is undone."""

    reason = SelectField(N_("Reason"), validators=[Needed()])
    note = StringField(N_("Note"), validators=[Length(max=TEXT_MAX)])

    def fill_choices(self) -> None:
        """Give the select its words in the reader's language."""
        self.reason.choices = choices(MONEY_REASONS)

    @property
    def asked(self) -> Asked:
        """What a form of valid shape says, as the services of undoing want it."""
        return {
            "submission_id": self.submission_id.data or "",
            "reason": ReversalReason(self.reason.data),
            "note": self.note.data or "",
        }


class PartyForm(BaseForm):
    """Somebody the fund deals with."""

    name = StringField(N_("Name"), validators=[Needed(), Length(max=NAME_MAX)])
    kind = SelectField(N_("Kind"), validators=[Needed()])
    phone = PhoneField(N_("Phone"), validators=[Length(max=40)])
    tax_number = CodeField(N_("Tax number"), validators=[Length(max=40)])
    active = BooleanField(N_("In use"))

    def fill_choices(self) -> None:
        """Give the select its words in the reader's language."""
        self.kind.choices = choices(PartyKind, empty=gettext("Choose"))

    def facts(self) -> PartyFacts:
        """Return what a form of valid shape says."""
        return PartyFacts(
            name=self.name.data or "",
            kind=PartyKind(self.kind.data),
            phone=self.phone.data or "",
            tax_number=self.tax_number.data or "",
            active=bool(self.active.data),
        )
