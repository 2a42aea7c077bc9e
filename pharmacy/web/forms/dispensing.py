"""Forms of the counter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Length

from pharmacy.errors import PharmacyError
from pharmacy.rules.arabic import clean, parse_integer
from pharmacy.rules.vocabulary import NoticeCode
from pharmacy.services.dispensing_posting import OrderLine, Override
from pharmacy.web.forms.base import CodeField, FactForm, Needed, WholeField
from pharmacy.web.language import N_
from pharmacy.web.refusals import sentence

MOST_UNITS = 100_000
MOST_LINES = 40
WALK_IN_LINES = 3


class DispensingForm(FactForm):
    """What is handed out against one request; the lines come by approved item."""

    request_id = HiddenField()
    partial = BooleanField(N_("Give what there is and owe the rest"))
    collected_by_name = StringField(N_("Collected by"), validators=[Length(max=120)])
    collected_by_relation = StringField(N_("Relation"), validators=[Length(max=60)])
    collected_by_identity = CodeField(N_("Their ID"), validators=[Length(max=40)])
    note = StringField(N_("Note"), validators=[Length(max=300)])


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines as typed: what may be ordered, what was typed, and what is wrong by item."""

    order: Sequence[OrderLine]
    typed: Mapping[int, str]
    errors: Mapping[int, str]


def read_lines() -> Lines:
    """Read `item`, `quantity` and `owing` of each line; empty or zero leaves the line out."""
    values = request.form
    order: list[OrderLine] = []
    typed: dict[int, str] = {}
    errors: dict[int, str] = {}
    rows = zip(
        values.getlist("item"),
        values.getlist("quantity"),
        values.getlist("owing"),
        strict=False,
    )
    for item_text, quantity_text, owing_text in list(rows)[:MOST_LINES]:
        item_id = parse_integer(item_text, minimum=1, maximum=2**62)
        typed[item_id] = clean(quantity_text)
        try:
            quantity = parse_integer(typed[item_id] or "0", minimum=0, maximum=MOST_UNITS)
        except PharmacyError as refusal:
            errors[item_id] = sentence(refusal)
            continue
        owing_id = parse_integer(owing_text, minimum=1, maximum=2**62) if owing_text else None
        if quantity:
            order.append(OrderLine(approval_item_id=item_id, quantity=quantity, owing_id=owing_id))
    return Lines(order, typed, errors)


def read_overrides() -> list[Override]:
    """Read the reason given for each notice that may be overridden: `reason-<code>`."""
    reasons = ((code, clean(request.form.get(f"reason-{code.value}", ""))) for code in NoticeCode)
    return [Override(code=code, reason=reason) for code, reason in reasons if reason]


class ReversalForm(FactForm):
    """Undoing a dispensing, whole or by line."""

    reason = SelectField(N_("Reason"), validators=[Needed()])
    lines = SelectMultipleField(N_("Lines"), coerce=int)
    note = StringField(N_("Note"), validators=[Length(max=300)])


class WalkInForm(FactForm):
    """A walk-in's request, recorded before anything is handed out; approved on the spot or not."""

    beneficiary_id = HiddenField()
    asked_for = StringField(N_("What is asked for"), validators=[Needed(), Length(max=500)])
    prescriber = StringField(N_("Prescriber"), validators=[Length(max=120)])
    decision_number = CodeField(N_("Decision number"), validators=[Length(max=60)])
    approver = CodeField(N_("Committee member"), validators=[Length(max=64)])
    approver_password = PasswordField(N_("Their password"))
    drug_1 = StringField(N_("Medicine"), validators=[Length(max=120)])
    quantity_1 = WholeField(N_("Quantity"), minimum=1, maximum=MOST_UNITS)
    dose_1 = CodeField(N_("Dose"), validators=[Length(max=20)])
    drug_2 = StringField(N_("Medicine"), validators=[Length(max=120)])
    quantity_2 = WholeField(N_("Quantity"), minimum=1, maximum=MOST_UNITS)
    dose_2 = CodeField(N_("Dose"), validators=[Length(max=20)])
    drug_3 = StringField(N_("Medicine"), validators=[Length(max=120)])
    quantity_3 = WholeField(N_("Quantity"), minimum=1, maximum=MOST_UNITS)
    dose_3 = CodeField(N_("Dose"), validators=[Length(max=20)])
