"""The form of a goods receipt: its head, and lines of which empty ones are left out.

A line's cost is that of the whole line, as the invoice has it: a price of one pack would have to
be rounded, and stock is carried to the piastre. Quantity is packs times the pack, plus loose units.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from pharmacy.errors import InvalidDate, InvalidReceipt
from pharmacy.models import Drug, Fund, Supplier
from pharmacy.rules.expiry import parse_expiry
from pharmacy.rules.money import format_egp
from pharmacy.services.drug_picking import JOINT, Picked
from pharmacy.services.stock import MOST_UNITS, ReceiptLine
from pharmacy.web.forms.base import (
    CodeField,
    DayField,
    LineForm,
    MoneyField,
    Needed,
    TypedField,
    WholeField,
)
from pharmacy.web.forms.lines import LinedForm
from pharmacy.web.forms.stock import named
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.refusals import sentence

LINES_SHOWN = 8
LINES_MOST = 60
PACKS_MOST = 1_000_000


class ExpiryField(TypedField):
    """The last day of use as packs print it: 03/2027, 2027-03, 31/03/2027."""

    kind = "month"

    def read(self, text: str) -> date:
        """Return the last day of use.

        Raises:
            ValueError: In words, when there is no such date.
        """
        try:
            return parse_expiry(text)
        except InvalidDate as refusal:
            words = gettext("Type the expiry as printed on the pack, like 03/2027.")
            raise ValueError(words) from refusal

    def show(self, value: date) -> str:
        """Return the date as it would be typed."""
        return value.strftime("%d/%m/%Y")


class ReceivedLineForm(LineForm):
    """One lot of one item."""

    drug = StringField(N_("Item"), validators=[Length(max=300)])
    lot = CodeField(N_("Lot"), validators=[Length(max=60)])
    expiry = ExpiryField(N_("Expiry"))
    packs = WholeField(N_("Packs"), maximum=PACKS_MOST)
    units = WholeField(N_("Loose units"), maximum=MOST_UNITS)
    cost = MoneyField(N_("Cost of the line"))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was typed."""
        typed = (self.expiry.typed, self.packs.typed, self.units.typed, self.cost.typed)
        texts = (self.drug.data, self.lot.data, *typed)
        return not any((text or "").strip() for text in texts)


class ReceivingForm(LinedForm):
    """Goods that came in."""

    supplier = SelectField(N_("Supplier"))
    new_supplier = StringField(N_("New supplier"), validators=[Length(max=200)])
    new_supplier_tax = CodeField(N_("Its tax number"), validators=[Length(max=40)])
    document_reference = CodeField(N_("Invoice number"), validators=[Needed(), Length(max=80)])
    fund = SelectField(N_("Fund"), validators=[Needed()])
    fact_on = DayField(N_("Date on the paper"))
    request_number = CodeField(N_("Bought for request number"), validators=[Length(max=40)])
    invoice_total = MoneyField(N_("Total of the invoice"))
    note = TextAreaField(N_("Note"), validators=[Length(max=400)])
    lines = FieldList(FormField(ReceivedLineForm), min_entries=LINES_SHOWN, max_entries=LINES_MOST)

    def fill_choices(self, suppliers: Sequence[Supplier], funds: Sequence[Fund]) -> None:
        """Offer suppliers and funds; number the lines' labels, so that a mistake says its line."""
        self.supplier.choices = [
            ("", gettext("Choose")),
            *((str(row.id), row.name) for row in suppliers),
        ]
        # One of the two is needed, the list or a new name; the list is what is asked for.
        self.supplier.flags.required = True
        self.fund.choices = named(funds, ("", gettext("Choose")))
        self.number_lines()

    @property
    def filled(self) -> list[ReceivedLineForm]:
        """The lines in which something was typed, in their order."""
        return [entry.form for entry in self.lines.entries if not entry.form.is_empty]

    def receipt_lines(
        self, picked: Mapping[str, Picked], request_id: int | None
    ) -> list[ReceiptLine] | None:
        """Return the lines typed, or None when one of them is wrong, which then says so."""
        lines = [
            _receipt_line(line, picked[line.drug.data or ""], request_id) for line in self.filled
        ]
        if not lines:
            self.form_errors = [*self.form_errors, _fault("lines")]
        whole = [line for line in lines if line is not None]
        if not lines or len(whole) != len(lines):
            return None
        return whole if self._agrees(sum(line.value for line in whole)) else None

    def _agrees(self, total: int) -> bool:
        """Tell whether the lines come to the invoice's total, where one was typed."""
        if self.invoice_total.data in {None, total}:
            return True
        self.invoice_total.errors = [
            *self.invoice_total.errors,
            gettext("The lines come to EGP %(total)s, not to this.", total=format_egp(total)),
        ]
        return False

    def explain_line(self, refusal: InvalidReceipt) -> None:
        """Put a refusal of the service beside the field of the line it means."""
        fields = {
            "drug": "drug",
            "lot": "lot",
            "quantity": "packs",
            "value": "cost",
            "expired": "expiry",
        }
        name = fields.get(refusal.reason)
        if name is None or not 1 <= refusal.line <= len(self.filled):
            self.explain(refusal, {"request": "request_number"})
            return
        self.refusal = refusal
        field = self.filled[refusal.line - 1][name]
        field.errors = [*field.errors, sentence(InvalidReceipt(reason=refusal.reason, line=0))]


def offer(drug: Drug) -> str:
    """Return an item as it is offered to choose from: its code, then its name."""
    name = drug.name_en if language() == "en" else drug.name_ar
    strength = "" if drug.strength in name else f" {drug.strength}"
    return f"{drug.code}{JOINT}{name}{strength}"


def _receipt_line(
    line: ReceivedLineForm, picked: Picked, request_id: int | None
) -> ReceiptLine | None:
    """Return a line, or None when something is wrong with it, which then stands beside it."""
    lot = line.lot.data or picked.lot or ""
    expiry = line.expiry.data or picked.expiry
    missing = {
        "drug": None if picked.drug else _not_picked(line.drug.data or "", picked),
        "lot": None if lot else _fault("lot"),
        "expiry": None if expiry or line.expiry.errors else gettext("Type the expiry date."),
        "packs": None if line.packs.data or line.units.data else _fault("quantity"),
        "cost": None if line.cost.data is not None or line.cost.errors else _fault("value"),
    }
    for name, text in missing.items():
        if text is not None:
            line[name].errors = [*line[name].errors, text]
    if line.errors or picked.drug is None or expiry is None or line.cost.data is None:
        return None
    if any(text is not None for text in missing.values()):
        return None
    return ReceiptLine(
        drug_id=picked.drug.id,
        lot=lot,
        expiry=expiry,
        quantity=(line.packs.data or 0) * picked.drug.pack_size + (line.units.data or 0),
        value=line.cost.data,
        request_id=request_id,
    )


def _fault(reason: str) -> str:
    return sentence(InvalidReceipt(reason=reason, line=0))


def _not_picked(text: str, picked: Picked) -> str:
    if not text:
        return _fault("drug")
    if not picked.candidates:
        return gettext("No item of the formulary is called this. Type its code or its name.")
    found = ("; " if language() == "en" else "؛ ").join(offer(drug) for drug in picked.candidates)
    return gettext("Several items are meant by this; choose one: %(items)s", items=found)
