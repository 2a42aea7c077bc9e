"""Forms of suppliers' invoices: recording one, the filter of their list, paying several."""

from collections.abc import Mapping, Sequence

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from pharmacy.errors import PharmacyError
from pharmacy.models import Fund, Supplier, SupplierInvoice
from pharmacy.rules.vocabulary import InvoiceState, PaymentMethod
from pharmacy.services.invoice_payment import PaidInvoice
from pharmacy.services.invoice_view import InvoiceFilter, Matched
from pharmacy.web.forms.base import (
    CodeField,
    DayField,
    FactForm,
    FilterForm,
    MoneyField,
    Needed,
)
from pharmacy.web.forms.stock import PeriodDayField, chosen_id, named
from pharmacy.web.language import N_, gettext, ngettext
from pharmacy.web.words import choices

NUMBER_MAX = 80
TEXT_MAX = 300
BAND_NAMES = (
    N_("Not due yet"),
    N_("1 to 30 days"),
    N_("31 to 60 days"),
    N_("61 to 90 days"),
    N_("Over 90 days"),
)


class InvoiceSearch(FilterForm):
    """The filter of the list of invoices."""

    supplier = SelectField(N_("Supplier"), validate_choice=False)
    state = SelectField(N_("State"), validate_choice=False)
    number = CodeField(N_("Invoice number"))
    fund = SelectField(N_("Fund"), validate_choice=False)
    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))
    as_of = PeriodDayField(N_("As it stood on"))
    band = SelectField(N_("Days overdue"), validate_choice=False)

    def fill_choices(self, suppliers: Sequence[Supplier], funds: Sequence[Fund]) -> None:
        """Give the selects their words in the reader's language."""
        self.supplier.choices = _suppliers(suppliers, gettext("All"))
        self.fund.choices = named(funds, ("", gettext("All")))
        # Bands stand in the address from 1, for nothing there means all.
        bands = [(str(place), gettext(name)) for place, name in enumerate(BAND_NAMES, start=1)]
        self.band.choices = [("", gettext("All")), *bands]
        self.state.choices = choices(InvoiceState, empty=gettext("All"))

    @property
    def wanted(self) -> InvoiceFilter:
        """The filter; what is not known is left out."""
        state, place = self.state.data, chosen_id(self.band.data)
        return InvoiceFilter(
            supplier_id=chosen_id(self.supplier.data),
            state=InvoiceState(state) if state in set(InvoiceState) else None,
            number=self.number.data or "",
            fund_id=chosen_id(self.fund.data),
            date_from=self.date_from.data,
            date_to=self.date_to.data,
            as_of=self.as_of.data,
            band=place - 1 if place and place <= len(BAND_NAMES) else None,
        )


class SupplierChoice(FilterForm):
    """Whose invoice is recorded or paid."""

    supplier = SelectField(N_("Supplier"), validators=[Needed()], validate_choice=False)

    def fill_choices(self, suppliers: Sequence[Supplier]) -> None:
        """Offer the suppliers."""
        self.supplier.choices = _suppliers(suppliers, gettext("Choose"))


def _voucher(text: object) -> int:
    """Return the id of a voucher ticked; 0, which is none, for nonsense."""
    return chosen_id(str(text)) or 0


class InvoiceForm(FactForm):
    """An invoice as it lies on the desk."""

    number = CodeField(N_("Invoice number"), validators=[Needed(), Length(max=NUMBER_MAX)])
    dated_on = DayField(N_("Date of the invoice"), validators=[Needed()])
    due_on = DayField(N_("Payment due"), validators=[Needed()])
    amount = MoneyField(N_("Amount of the invoice"), validators=[Needed()])
    receipts = SelectMultipleField(N_("Goods it is for"), coerce=_voucher, validate_choice=False)
    reason = StringField(N_("Reason for a difference"), validators=[Length(max=TEXT_MAX)])

    def fill_choices(self, rows: Sequence[Matched]) -> None:
        """Offer the receipts and returns that stand on no invoice."""
        self.receipts.choices = [(row.voucher_id, row.number) for row in rows]


class PaymentForm(FactForm):
    """How invoices are paid; `payment_form` adds an amount for each."""

    on = DayField(N_("Date on the paper"), validators=[Needed()])
    method = SelectField(N_("Way of payment"), validators=[Needed()])
    reference = CodeField(N_("Number of the cheque or transfer"), validators=[Length(max=60)])
    purpose = StringField(N_("For what"), validators=[Length(max=TEXT_MAX)])
    rows: Sequence[SupplierInvoice] = ()

    def _field_of(self, refusal: PharmacyError, renamed: Mapping[str, str]) -> str | None:
        """Return the amount of the invoice that the refusal names, or what any form would."""
        number = refusal.facts().get("number")
        found = next((_field(row) for row in self.rows if row.number == number), None)
        return found or super()._field_of(refusal, renamed)

    def purpose_of(self, rows: Sequence[SupplierInvoice]) -> str:
        """Return what was typed, or, where nothing was, the invoices that are paid."""
        if self.purpose.data:
            return str(self.purpose.data)
        ids = {one.invoice_id for one in self.paid(rows)}
        return invoices_paid([row.number for row in rows if row.id in ids])[:TEXT_MAX]

    @property
    def total(self) -> int:
        """What the amounts typed come to, as far as they are amounts: piastres."""
        return sum(self[_field(row)].data or 0 for row in self.rows)

    def paid(self, rows: Sequence[SupplierInvoice]) -> list[PaidInvoice]:
        """Return what a form of valid shape pays; what was left empty is not paid."""
        return [
            PaidInvoice(row.id, self[_field(row)].data) for row in rows if self[_field(row)].data
        ]

    def amount_of(self, row: SupplierInvoice) -> MoneyField:
        """Return the field of an invoice's amount."""
        field: MoneyField = self[_field(row)]
        return field


def payment_form(rows: Sequence[SupplierInvoice], **shown: object) -> PaymentForm:
    """Return the form of a payment of these invoices."""
    fields = {_field(row): MoneyField(N_("To pay")) for row in rows}
    made: type[PaymentForm] = type("PaymentOf", (PaymentForm,), fields)
    form = made(data=shown or None)
    form.rows = rows
    form.method.choices = choices(PaymentMethod)
    return form


def invoices_paid(numbers: Sequence[str]) -> str:
    """Return what a payment of these invoices is for."""
    return ngettext(
        "Payment of invoice %(numbers)s",
        "Payment of invoices %(numbers)s",
        len(numbers),
        numbers="، ".join(numbers),
    )


def _field(row: SupplierInvoice) -> str:
    return f"pay_{row.id}"


def _suppliers(rows: Sequence[Supplier], none: str) -> list[tuple[str, str]]:
    return [("", none), *((str(row.id), row.name) for row in rows)]
