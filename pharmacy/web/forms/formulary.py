"""Forms of the formulary."""

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from pharmacy.errors import UnreadableBarcode
from pharmacy.models import Drug
from pharmacy.rules.arabic import to_western
from pharmacy.rules.gs1 import GTIN_DIGITS, is_gtin
from pharmacy.rules.vocabulary import (
    ControlledLaw,
    DrugForm,
    PregnancyRisk,
    Storage,
    UnitOfIssue,
    Ven,
)
from pharmacy.services.formulary import DrugFacts
from pharmacy.services.formulary_list import DrugFilter
from pharmacy.web.forms.base import (
    BaseForm,
    CodeField,
    FilterForm,
    MoneyField,
    Needed,
    WholeField,
)
from pharmacy.web.language import N_, gettext
from pharmacy.web.words import choices

PACK_MOST = 10_000
GTINS_MOST = 50
AGE_MOST_MONTHS = 1_200


class DrugSearch(FilterForm):
    """The filter of the formulary."""

    q = StringField(N_("Search"))
    storage = SelectField(N_("Storage"), validate_choice=False)
    ven = SelectField(N_("Importance"), validate_choice=False)
    controlled = BooleanField(N_("Controlled only"))
    inactive = BooleanField(N_("Inactive too"))

    def fill_choices(self) -> None:
        """Give the selects their words in the reader's language."""
        self.storage.choices = choices(Storage, empty=gettext("All"))
        self.ven.choices = choices(Ven, empty=gettext("All"))

    @property
    def wanted(self) -> DrugFilter:
        """The filter; what is not known is left out."""
        return DrugFilter(
            text=self.q.data or "",
            active_only=not self.inactive.data,
            controlled_only=bool(self.controlled.data),
            storage=Storage(self.storage.data) if self.storage.data in set(Storage) else None,
            ven=Ven(self.ven.data) if self.ven.data in set(Ven) else None,
        )


class DrugFactsForm(BaseForm):
    """What is known of an item."""

    code = CodeField(N_("Code"), validators=[Needed(), Length(max=40)])
    name_ar = StringField(N_("Arabic name"), validators=[Needed(), Length(max=200)])
    name_en = StringField(N_("English name"), validators=[Needed(), Length(max=200)])
    inn = StringField(N_("Active ingredients (INN)"), validators=[Needed(), Length(max=300)])
    strength = StringField(N_("Strength"), validators=[Length(max=80)])
    dosage_form = SelectField(N_("Form"), validators=[Needed()])
    unit = SelectField(N_("Unit of issue"), validators=[Needed()])
    pack_size = WholeField(
        N_("Units in a pack"), validators=[Needed()], minimum=1, maximum=PACK_MOST
    )
    atc = CodeField(N_("ATC code"), validators=[Length(max=10)])
    gtins = TextAreaField(N_("Barcodes of packs (GTIN)"), validators=[Length(max=1000)])
    storage = SelectField(N_("Storage"), validators=[Needed()])
    controlled_law = SelectField(N_("Controlled by"))
    controlled_schedule = StringField(
        N_("Table or schedule of that law"), validators=[Length(max=40)]
    )
    ven = SelectField(N_("Importance"))
    pregnancy_risk = SelectField(N_("In pregnancy"))
    minimum_age_months = WholeField(N_("Least age in months"), minimum=1, maximum=AGE_MOST_MONTHS)
    usual_dose = CodeField(N_("Usual dose"), validators=[Length(max=20)])
    reference_price = MoneyField(N_("Reference price of a pack"))
    maker = StringField(N_("Maker"), validators=[Length(max=120)])
    drug_class = StringField(N_("Therapeutic class"), validators=[Length(max=120)])
    route = StringField(N_("Route"), validators=[Length(max=80)])
    market_status = StringField(N_("Market status"), validators=[Length(max=80)])
    warnings_ar = TextAreaField(N_("Warnings on the label, Arabic"), validators=[Length(max=400)])
    warnings_en = TextAreaField(N_("Warnings on the label, English"), validators=[Length(max=400)])
    active = BooleanField(N_("Active"), default=True)

    def fill_choices(self) -> None:
        """Give the selects their words in the reader's language."""
        self.dosage_form.choices = choices(DrugForm, empty=gettext("Choose"))
        self.unit.choices = choices(UnitOfIssue, empty=gettext("Choose"))
        self.storage.choices = choices(Storage)
        self.controlled_law.choices = choices(ControlledLaw, empty=gettext("Not controlled"))
        self.ven.choices = choices(Ven, empty=gettext("Not classified"))
        self.pregnancy_risk.choices = choices(PregnancyRisk, empty=gettext("Nothing known"))

    def show_drug(self, drug: Drug) -> None:
        """Fill in what is on file, unless something was typed."""
        if self.is_submitted():
            return
        for name, field in self._fields.items():
            if hasattr(drug, name) and name not in {"gtins", "csrf_token"}:
                value = getattr(drug, name)
                field.data = "" if value is None and field.type == "SelectField" else value
        self.dosage_form.data = drug.form
        self.gtins.data = "\n".join(gtin.gtin for gtin in drug.gtins)

    def gtin_set(self) -> frozenset[str]:
        """Return the GTINs typed, one a line or with blanks between, each as 14 digits.

        Raises:
            UnreadableBarcode: One of them has a wrong check digit.
        """
        typed = to_western(self.gtins.data or "").replace(",", " ").split()[:GTINS_MOST]
        for text in typed:
            if not is_gtin(text):
                raise UnreadableBarcode(text=text, reason="check_digit")
        return frozenset(text.zfill(GTIN_DIGITS) for text in typed)

    def facts(self) -> DrugFacts:
        """Return what was typed.

        Raises:
            UnreadableBarcode: A GTIN has a wrong check digit.
        """
        law, ven, risk = self.controlled_law.data, self.ven.data, self.pregnancy_risk.data
        return DrugFacts(
            code=self.code.data or "",
            name_ar=self.name_ar.data or "",
            name_en=self.name_en.data or "",
            inn=self.inn.data or "",
            strength=self.strength.data or "",
            form=DrugForm(self.dosage_form.data),
            unit=UnitOfIssue(self.unit.data),
            pack_size=self.pack_size.data,
            atc=(self.atc.data or "").upper() or None,
            gtins=self.gtin_set(),
            maker=self.maker.data or "",
            drug_class=self.drug_class.data or "",
            route=self.route.data or "",
            storage=Storage(self.storage.data),
            controlled_law=ControlledLaw(law) if law else None,
            controlled_schedule=self.controlled_schedule.data or None,
            ven=Ven(ven) if ven else None,
            pregnancy_risk=PregnancyRisk(risk) if risk else None,
            minimum_age_months=self.minimum_age_months.data,
            warnings_ar=self.warnings_ar.data or "",
            warnings_en=self.warnings_en.data or "",
            usual_dose=self.usual_dose.data or "",
            reference_price=self.reference_price.data,
            market_status=self.market_status.data or "",
            active=bool(self.active.data),
        )
