"""The committee's decision as a form: approved items by dose, validity, ceilings, shares, funds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import (
    FieldList,
    FormField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from pharmacy.errors import BudgetExceeded, BudgetMissing, InvalidNumber, MissingFact
from pharmacy.models import Drug
from pharmacy.rules.arabic import to_western
from pharmacy.rules.dose import COUNTED_BY_DOSE, Dose, directions_ar, directions_en, parse_dose
from pharmacy.services.request_decision import ApprovedItem, Decision
from pharmacy.web.forms.base import (
    BaseForm,
    CodeField,
    DayField,
    LineForm,
    MoneyField,
    Needed,
    TypedField,
    WholeField,
)
from pharmacy.web.language import N_, gettext
from pharmacy.web.refusals import sentence
from pharmacy.web.signing import TYPED_MAX

ROWS = 6
ISSUES_MAX = 60
INTERVAL_MAX = 400
DIRECTIONS_MAX = 300
_PERCENT = re.compile(r"\d{1,3}(?:\.\d{1,2})?")
WHOLE = 10_000


class DoseField(TypedField):
    """A dose typed as units * times a day * days."""

    kind = "code"

    def read(self, text: str) -> Dose:
        """Return the dose.

        Raises:
            InvalidDose: It is none.
        """
        return parse_dose(text)

    def show(self, value: Dose) -> str:
        """Return the dose as it would be typed."""
        units = f"{float(value.units_per_dose):g}"
        return f"{units}*{value.times_per_day}*{value.days}"


class PercentField(TypedField):
    """A share typed in per cent and kept in basis points."""

    kind = "number"

    def read(self, text: str) -> int:
        """Return basis points.

        Raises:
            InvalidNumber: Not a share between nothing and all, or finer than a hundredth.
        """
        plain = to_western(text).replace("٫", ".").replace("٪", "").rstrip("% ")
        pounds, _, hundredths = plain.partition(".")
        if not _PERCENT.fullmatch(plain):
            raise InvalidNumber(minimum=0, maximum=100)
        points = int(pounds) * 100 + int((hundredths or "0").ljust(2, "0"))
        if points > WHOLE:
            raise InvalidNumber(minimum=0, maximum=100)
        return points

    def show(self, value: int) -> str:
        """Return per cent as they would be typed."""
        return f"{value / 100:g}"


class ItemForm(LineForm):
    """One approved item; the dose fills what is left empty."""

    drug = StringField(
        N_("Medicine: code or name"), validators=[Length(max=120)], render_kw={"list": "medicines"}
    )
    pick = SelectField(N_("Which of these"), validate_choice=False, choices=())
    dose = DoseField(N_("Dose"))
    quantity = WholeField(N_("Units each time"), minimum=1, maximum=100_000)
    issues = WholeField(N_("Times"), minimum=1, maximum=ISSUES_MAX)
    interval_days = WholeField(N_("Every (days)"), minimum=1, maximum=INTERVAL_MAX)
    directions_ar = StringField(N_("Directions in Arabic"), validators=[Length(max=DIRECTIONS_MAX)])
    directions_en = StringField(
        N_("Directions in English"), validators=[Length(max=DIRECTIONS_MAX)]
    )

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in the row."""
        typed = (self.quantity.typed, self.dose.typed, self.interval_days.typed)
        return not (self.drug.data or any(text and text.strip() for text in typed))


class ApprovalForm(BaseForm):
    """The whole approval; a decision is protected against being sent twice by the state."""

    decision_number = CodeField(N_("Decision number"), validators=[Needed(), Length(max=60)])
    valid_from = DayField(N_("Valid from"), validators=[Needed()])
    valid_until = DayField(N_("Valid until"), validators=[Needed()])
    items = FieldList(FormField(ItemForm), min_entries=ROWS, max_entries=ROWS)
    case_ceiling = MoneyField(N_("Ceiling of the case"))
    month_ceiling = MoneyField(N_("Ceiling of a month"))
    citizen_percent = PercentField(N_("Citizen's share (per cent)"))
    donor_percent = PercentField(N_("Donors' share (per cent)"))
    citizen_share_max = MoneyField(N_("Citizen pays at most, each time"))
    funds = SelectMultipleField(N_("Funds"), coerce=int)
    note = TextAreaField(N_("Note"), validators=[Length(max=1000)])
    # Asked for when the budget has too little left, so nothing of it is needed before.
    signer = CodeField(
        N_("Badge or sign-in name of the manager"),
        validators=[Length(max=TYPED_MAX)],
        render_kw={"data-badge": ""},
    )
    signer_pin = PasswordField(N_("Their PIN"), validators=[Length(max=TYPED_MAX)])
    override_reason = StringField(
        N_("Why it may go beyond the budget"), validators=[Length(max=DIRECTIONS_MAX)]
    )

    @property
    def asks_signature(self) -> bool:
        """Whether the manager's signature is asked for, or was given."""
        asks = (BudgetExceeded, BudgetMissing)
        return isinstance(self.refusal, asks) or bool(self.signer.data)

    def decision(self, items: Sequence[ApprovedItem]) -> Decision:
        """Return the decision that a form of valid shape describes."""
        return Decision(
            decision_number=self.decision_number.data or "",
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            items=items,
            fund_ids=frozenset(self.funds.data or ()),
            case_ceiling=self.case_ceiling.data,
            month_ceiling=self.month_ceiling.data,
            citizen_basis_points=self.citizen_percent.data or 0,
            donor_basis_points=self.donor_percent.data or 0,
            citizen_share_max=self.citizen_share_max.data,
            note=self.note.data or "",
        )


class RejectionForm(BaseForm):
    """A refusal, with a reason that reports can count."""

    reason = SelectField(N_("Reason"), validators=[Needed()])
    note = TextAreaField(N_("Note"), validators=[Length(max=1000)])


@dataclass(frozen=True, slots=True)
class Found:
    """What a row's text found in the formulary: one drug, several to choose from, or none."""

    drug: Drug | None
    candidates: Sequence[Drug]


def read_items(form: ApprovalForm, found: Mapping[int, Found]) -> list[ApprovedItem]:
    """Return the approved items; what a row lacks is said beside its field.

    Args:
        form: The form, its shape valid.
        found: By row, what the row's text found.
    """
    items = []
    for row, entry in enumerate(form.items):
        line = entry.form
        if not line.is_blank:
            item = _item(line, found.get(row, Found(None, ())))
            if item is not None:
                items.append(item)
    return items


def _item(line: Any, found: Found) -> ApprovedItem | None:  # noqa: ANN401 - WTForms has no types
    if found.drug is None:
        _explain_drug(line, found.candidates)
        return None
    drug, dose = found.drug, line.dose.data
    quantity = line.quantity.data
    if quantity is None and dose is not None and drug.unit in COUNTED_BY_DOSE:
        quantity = dose.quantity
    if quantity is None:
        line.quantity.errors = [sentence(MissingFact(name="quantity"))]
        return None
    return ApprovedItem(
        drug_id=drug.id,
        quantity_per_issue=quantity,
        issues=line.issues.data or 1,
        interval_days=line.interval_days.data or (dose.days if dose else 30),
        dose=(line.dose.typed or "").strip(),
        directions_ar=line.directions_ar.data or (directions_ar(dose, drug.unit) if dose else ""),
        directions_en=line.directions_en.data or (directions_en(dose, drug.unit) if dose else ""),
    )


def _explain_drug(line: Any, candidates: Sequence[Drug]) -> None:  # noqa: ANN401 - WTForms has no types
    if not line.drug.data:
        line.drug.errors = [sentence(MissingFact(name="drug"))]
    elif candidates:
        line.drug.errors = [gettext("Several medicines are called so. Choose one below.")]
        line.pick.choices = [
            (str(drug.id), f"{drug.code} · {drug.name_ar} · {drug.name_en}") for drug in candidates
        ]
    else:
        line.drug.errors = [
            gettext("The formulary holds nothing by this code or name. Try the ingredient.")
        ]
