"""The forms of stock documents: batches with quantities, counts, and what a citizen brings back."""

from collections.abc import Mapping, Sequence

from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from pharmacy.errors import InvalidStockLine
from pharmacy.models import Batch, Drug, Site, Supplier
from pharmacy.rules.stock_vocabulary import CountOccasion, LossReason, ReturnReason
from pharmacy.services.batch_picking import PickedBatch
from pharmacy.services.citizen_return import BroughtBack
from pharmacy.services.drug_picking import JOINT
from pharmacy.services.stock import MOST_UNITS
from pharmacy.services.stock_count import Counted
from pharmacy.services.stock_document import BatchLine
from pharmacy.web.forms.base import (
    BaseForm,
    CodeField,
    FilterForm,
    LineForm,
    Needed,
    WholeField,
)
from pharmacy.web.forms.lines import LinedForm
from pharmacy.web.forms.receiving import PACKS_MOST
from pharmacy.web.forms.stock import chosen_id, named
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.refusals import sentence
from pharmacy.web.signing import SignatureFields
from pharmacy.web.words import choices

LINES_SHOWN = 6
LINES_MOST = 100
NAMES_MAX = 600


class OutLineForm(LineForm):
    """So much of one batch."""

    # A scanner ends with Enter: it leads on to the quantity.
    batch = StringField(N_("Batch"), validators=[Length(max=300)], render_kw={"data-next": ""})
    packs = WholeField(N_("Packs"), maximum=PACKS_MOST)
    units = WholeField(N_("Loose units"), maximum=MOST_UNITS)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was typed."""
        texts = (self.batch.data, self.packs.typed, self.units.typed)
        return not any((text or "").strip() for text in texts)


class DocumentForm(LinedForm):
    """What the forms of stock documents have in common."""

    def beside(self, refusal: InvalidStockLine, fields: Mapping[int, Field]) -> None:
        """Put a refusal of the service beside the field of the line it means."""
        field = fields.get(refusal.line)
        if field is None:
            self.explain(refusal, {"reason": ""})
            return
        self.refusal = refusal
        field.errors = [*field.errors, sentence(refusal)]


class StockOutForm(SignatureFields, DocumentForm):
    """Goods that leave; the fields that its kind does not ask for are taken off."""

    reason = SelectField(N_("Reason"), validators=[Needed()])
    supplier = SelectField(N_("Supplier"), validators=[Needed()])
    institution = SelectField(N_("Institution"))
    new_institution = StringField(N_("New institution"), validators=[Length(max=200)])
    to_site = SelectField(N_("To the site"), validators=[Needed()])
    document_reference = CodeField(
        N_("Number of the credit note"), validators=[Needed(), Length(max=80)]
    )
    committee = TextAreaField(N_("Witnesses"), validators=[Needed(), Length(max=NAMES_MAX)])
    note = TextAreaField(N_("Note"), validators=[Length(max=400)])
    lines = FieldList(FormField(OutLineForm), min_entries=LINES_SHOWN, max_entries=LINES_MOST)

    def keep_only(self, names: Sequence[str]) -> None:
        """Take off the fields that this kind of document does not ask for."""
        own = {"submission_id", "csrf_token", "note", "lines", *names}
        for name in [name for name in self._fields if name not in own]:
            del self[name]

    def fill_choices(
        self,
        suppliers: Sequence[Supplier],
        institutions: Sequence[Supplier],
        others: Sequence[Site],
    ) -> None:
        """Offer reasons, parties and other sites in the reader's language."""
        none = ("", gettext("Choose"))
        self.reason.choices = choices(LossReason, empty=none[1])
        self.supplier.choices = [none, *((str(row.id), row.name) for row in suppliers)]
        self.institution.choices = [none, *((str(row.id), row.name) for row in institutions)]
        # One of the two is needed, the list or a new name; the list is what is asked for.
        self.institution.flags.required = True
        self.to_site.choices = named(others, none)

    def put(self, rows: Sequence[tuple[Batch, Drug]]) -> None:
        """Put the whole of some batches into the first lines."""
        for number, (batch, drug) in enumerate(rows[:LINES_MOST]):
            if number == len(self.lines.entries):
                self.lines.append_entry()
            line = self.lines.entries[number].form
            line.batch.data = offer_batch(batch, drug)
            line.packs.data, line.units.data = divmod(batch.on_hand, drug.pack_size)

    @property
    def filled(self) -> list[OutLineForm]:
        """The lines in which something was typed, in their order."""
        return [entry.form for entry in self.lines.entries if not entry.form.is_empty]

    def batch_lines(self, picked: Mapping[str, PickedBatch]) -> list[BatchLine] | None:
        """Return the lines typed, or None when one of them is wrong, which then says so."""
        lines = [_batch_line(line, picked[line.batch.data or ""]) for line in self.filled]
        if not lines:
            self.form_errors = [*self.form_errors, _fault("lines")]
        whole = [line for line in lines if line is not None]
        return whole if lines and len(whole) == len(lines) else None

    def explain_line(self, refusal: InvalidStockLine) -> None:
        """Put a refusal beside the batch, or the quantity, that it means."""
        name = "packs" if refusal.reason in {"quantity", "short"} else "batch"
        self.beside(refusal, {n: line[name] for n, line in enumerate(self.filled, start=1)})


class CountSearch(FilterForm):
    """Which batches are counted."""

    q = StringField(N_("Search"))


class CountedLineForm(LineForm):
    """What was counted of one batch, and what the books were shown to hold."""

    batch_id = HiddenField()
    counted = WholeField(N_("Counted"), maximum=MOST_UNITS)
    expected = HiddenField()

    @property
    def pair(self) -> tuple[int, int]:
        """The batch and what was counted of it."""
        return chosen_id(self.batch_id.data) or 0, self.counted.data or 0


class CountSheetForm(BaseForm):
    """A blind count: what is there, before the books are looked at."""

    lines = FieldList(FormField(CountedLineForm), max_entries=LINES_MOST)

    @property
    def filled(self) -> list[CountedLineForm]:
        """The lines that were counted; nothing of a batch is 0, an empty field is not counted."""
        return [entry.form for entry in self.lines.entries if entry.form.counted.data is not None]


class CountForm(SignatureFields, DocumentForm):
    """A count beside the books, to be posted by two."""

    occasion = SelectField(N_("Occasion"), validators=[Needed()])
    committee = TextAreaField(N_("Committee"), validators=[Needed(), Length(max=NAMES_MAX)])
    note = TextAreaField(N_("Why it differs"), validators=[Length(max=400)])
    lines = FieldList(FormField(CountedLineForm), max_entries=LINES_MOST)

    def fill_choices(self) -> None:
        """Give the occasions their words in the reader's language."""
        self.occasion.choices = choices(CountOccasion, empty=gettext("Choose"))

    @property
    def filled(self) -> list[CountedLineForm]:
        """The lines that were counted."""
        return [entry.form for entry in self.lines.entries if entry.form.counted.data is not None]

    @property
    def counted(self) -> list[Counted]:
        """The lines as they are to be posted."""
        return [
            Counted(
                batch_id=line.pair[0],
                counted=line.pair[1],
                expected=chosen_id(line.expected.data) or 0,
            )
            for line in self.filled
        ]


class BroughtBackLineForm(LineForm):
    """So much of a line of a dispensing."""

    line_no = HiddenField()
    quantity = WholeField(N_("Brought back"), maximum=MOST_UNITS)


class CitizenReturnForm(DocumentForm):
    """What a citizen brings back of a dispensing, and why."""

    reason = SelectField(N_("Reason"), validators=[Needed()])
    note = TextAreaField(N_("Note"), validators=[Length(max=400)])
    lines = FieldList(FormField(BroughtBackLineForm), max_entries=LINES_MOST)

    def fill_choices(self) -> None:
        """Give the reasons their words in the reader's language."""
        self.reason.choices = choices(ReturnReason, empty=gettext("Choose"))

    @property
    def filled(self) -> list[BroughtBackLineForm]:
        """The lines of which something came back."""
        return [entry.form for entry in self.lines.entries if entry.form.quantity.data]

    @property
    def brought_back(self) -> list[BroughtBack]:
        """The lines as they are to be posted."""
        return [
            BroughtBack(line_no=chosen_id(line.line_no.data) or 0, quantity=line.quantity.data)
            for line in self.filled
        ]


def offer_batch(batch: Batch, drug: Drug) -> str:
    """Return a batch as it is offered to choose from: its number, item, lot and expiry."""
    name = drug.name_en if language() == "en" else drug.name_ar
    return JOINT.join((str(batch.id), drug.code, name, batch.lot, f"{batch.expiry:%m/%Y}"))


def names_of(text: str | None) -> list[str]:
    """Return the names typed one a line."""
    return [name.strip() for name in (text or "").splitlines() if name.strip()]


def _batch_line(line: OutLineForm, picked: PickedBatch) -> BatchLine | None:
    """Return a line, or None when something is wrong with it, which then stands beside it."""
    if picked.batch is None or picked.drug is None:
        line.batch.errors = [*line.batch.errors, _not_picked(line.batch.data or "", picked)]
        return None
    if line.errors:
        return None
    quantity = (line.packs.data or 0) * picked.drug.pack_size + (line.units.data or 0)
    if not quantity:
        line.packs.errors = [*line.packs.errors, _fault("quantity", picked.batch.lot)]
        return None
    return BatchLine(batch_id=picked.batch.id, quantity=quantity)


def _fault(reason: str, lot: str = "") -> str:
    return sentence(InvalidStockLine(reason=reason, line=0, lot=lot))


def _not_picked(text: str, picked: PickedBatch) -> str:
    if not text or not picked.candidates:
        return _fault("batch")
    joined = ("; " if language() == "en" else "؛ ").join(
        offer_batch(*pair) for pair in picked.candidates
    )
    return gettext("Several batches are meant by this; choose one: %(batches)s", batches=joined)
