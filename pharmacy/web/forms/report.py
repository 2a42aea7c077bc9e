"""The filter of a report of the registry; all of it stands in the address, to be kept and sent."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from wtforms import SelectField

from pharmacy.models import Drug, Supplier
from pharmacy.rules.vocabulary import PartyKind
from pharmacy.services.cost_choices import rows_for
from pharmacy.services.ledger import accounts
from pharmacy.services.report_query import NAMED, TOP_MOST, USUAL, WORDS_OF, Filter, ReportQuery
from pharmacy.web.forms.base import WholeField
from pharmacy.web.forms.request_reports import PeriodFilter
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.papers.figure_paper import account_name
from pharmacy.web.report_catalogue import ReportSpec
from pharmacy.web.report_words import filter_name, grouping_name
from pharmacy.web.words import choices


class ReportFilter(PeriodFilter):
    """Period, arrangement and every filter there is; a report's form keeps those it takes."""

    by = SelectField(N_("By"), validate_choice=False)
    then = SelectField(N_("Then by"), validate_choice=False)
    site = SelectField(N_("Site"), validate_choice=False)
    fund = SelectField(N_("Fund"), validate_choice=False)
    centre = SelectField(N_("Centre"), validate_choice=False)
    drug = SelectField(N_("Item"), validate_choice=False)
    supplier = SelectField(N_("Supplier"), validate_choice=False)
    account = SelectField(N_("Account"), validate_choice=False)
    kind = SelectField(N_("Kind"), validate_choice=False)
    top = WholeField(N_("The highest"), minimum=1, maximum=TOP_MOST)

    _party = PartyKind.SUPPLIER

    def narrow_to(self, spec: ReportSpec) -> None:
        """Take out what a report does not ask, and give its arrangements their words."""
        self._party = spec.party
        self.supplier.label.text = filter_name(Filter.SUPPLIER, spec.party)
        for one in Filter:
            if one not in spec.filters and one.value in self:
                del self[one.value]
        arrangements = [(one.value, grouping_name(one)) for one in spec.by]
        if len(spec.by) > 1:
            self.by.choices = arrangements
        else:
            del self.by
        if spec.levels > 1:
            self.then.choices = [("", gettext("Nothing more")), *arrangements]
        else:
            del self.then

    def fill_choices(self, session: Session) -> None:
        """Give the selects that are left their words in the reader's language."""
        every = ("", gettext("All"))
        for one in NAMED:
            if one.value in self:
                rows = rows_for(session, one)
                if one is Filter.SUPPLIER and self._party is PartyKind.CONTRACT_PHARMACY:
                    rows = [row for row in rows if row.kind is self._party]
                self[one.value].choices = [every, *((str(row.id), _name(row)) for row in rows)]
        if "kind" in self:
            self.kind.choices = choices(WORDS_OF[Filter.KIND], empty=every[1])
        if "account" in self:
            self._offer_accounts(session)

    def _offer_accounts(self, session: Session) -> None:
        """Offer the accounts as the chart calls them; one of them is always asked for."""
        rows = accounts(session)
        self.account.choices = [
            (account.value, account_name(row, language())) for account, row in rows.items()
        ]
        if self.account.data not in set(rows):
            self.account.data = USUAL[Filter.ACCOUNT].value

    def query(self, spec: ReportSpec, *, first: date, last: date) -> ReportQuery:
        """Return what was asked for; `first` and `last` where no day was typed."""
        said: dict[str, object] = {name: self._said(name) for name in ("by", "then")}
        for one in spec.filters:
            typed = self[one.value].data
            said[one.value] = chosen_id(typed) if one in NAMED else typed
        return spec.query(self.date_from.filled(first), self.date_to.filled(last), said)

    def _said(self, name: str) -> str | None:
        """Return what was chosen in a field; nothing where the report has no such field."""
        return self[name].data if name in self else None


def _name(row: Any) -> str:  # noqa: ANN401 - of any of the tables that filters name
    """Return a row's name, and a drug's code: several packings share a name."""
    if isinstance(row, Supplier):
        return row.name
    name = str(getattr(row, f"name_{language()}")) or str(row.name_ar)
    return f"{name} ({row.code})" if isinstance(row, Drug) else name
