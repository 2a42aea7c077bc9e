"""Forms of the steps of a request, and of what is found out about it."""

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from pharmacy.rules.request_vocabulary import Finding, Insurance
from pharmacy.services.request_study import (
    HOUSEHOLD_MOST,
    INCOME_MOST,
    Examination,
    Research,
)
from pharmacy.web.forms.base import BaseForm, CodeField, DayField, MoneyField, Needed, WholeField
from pharmacy.web.language import N_

NOTE_MAX = 1000
DIAGNOSIS_MAX = 500


class StepForm(BaseForm):
    """A step in the life of a request; the state protects it against being sent twice."""

    note = TextAreaField(N_("Note"), validators=[Length(max=NOTE_MAX)])


class ReasonedStepForm(StepForm):
    """A step that names a reason, or the paper that is asked for."""

    reason = SelectField(N_("Reason"), validators=[Needed()])


class CloseForm(ReasonedStepForm):
    """Why a request ends without a decision."""

    earlier = CodeField(N_("Number of the earlier request"), validators=[Length(max=40)])


class ResearchForm(BaseForm):
    """What a social research found."""

    household_size = WholeField(
        N_("Persons in the household"), validators=[Needed()], minimum=1, maximum=HOUSEHOLD_MOST
    )
    monthly_income = MoneyField(N_("Income of a month"), validators=[Needed()])
    insurance = SelectField(N_("Who else pays for the treatment"), validators=[Needed()])
    finding = RadioField(N_("Finding"), validators=[Needed()])
    note = TextAreaField(N_("Report"), validators=[Length(max=NOTE_MAX)])

    def found(self) -> Research:
        """Return what a form of valid shape says."""
        return Research(
            household_size=self.household_size.data,
            monthly_income=min(self.monthly_income.data, INCOME_MOST + 1),
            insurance=Insurance(self.insurance.data),
            finding=Finding(self.finding.data),
            note=self.note.data or "",
        )


class ExaminationForm(BaseForm):
    """What a medical check found."""

    diagnosis = StringField(N_("Diagnosis"), validators=[Needed(), Length(max=DIAGNOSIS_MAX)])
    condition = SelectField(N_("Chronic condition"))
    prescription_on = DayField(N_("Prescription written on"))
    prescription_seen = BooleanField(N_("The prescription was seen"))
    to_buy = BooleanField(N_("The formulary lacks something of it: to be bought"))
    finding = RadioField(N_("Finding"), validators=[Needed()])
    note = TextAreaField(N_("Report"), validators=[Length(max=NOTE_MAX)])

    def found(self) -> Examination:
        """Return what a form of valid shape says."""
        return Examination(
            diagnosis=self.diagnosis.data or "",
            finding=Finding(self.finding.data),
            condition_id=int(self.condition.data) if self.condition.data else None,
            prescription_seen=self.prescription_seen.data,
            prescription_on=self.prescription_on.data,
            to_buy=self.to_buy.data,
            note=self.note.data or "",
        )
