"""Forms of the ledger: the chart of accounts, and the period of an export."""

from collections.abc import Mapping, Sequence

from wtforms import StringField
from wtforms.validators import Length

from pharmacy.models import LedgerAccount
from pharmacy.rules.vocabulary import Account
from pharmacy.services.ledger_chart import AccountNames
from pharmacy.web.forms.base import BaseForm, CodeField, DayField, FilterForm, Needed
from pharmacy.web.language import N_

CODE_MAX = 20
NAME_MAX = 100
PARTS = ("code", "name_ar", "name_en")


class ExportPeriod(FilterForm):
    """From when to when; all there is where nothing is typed."""

    date_from = DayField(N_("From"))
    date_to = DayField(N_("To"))


class ChartForm(BaseForm):
    """Codes and names of all accounts on one page; `chart_form` adds the fields."""

    def wanted(self) -> Mapping[Account, AccountNames]:
        """Return what a form of valid shape asks for."""
        return {
            one: AccountNames(**{part: self[f"{one.value}_{part}"].data or "" for part in PARTS})
            for one in Account
        }


_FIELDS: dict[str, object] = {}
for _one in Account:
    _FIELDS[f"{_one.value}_code"] = CodeField(
        N_("Code"), validators=[Needed(), Length(max=CODE_MAX)]
    )
    _FIELDS[f"{_one.value}_name_ar"] = StringField(
        N_("Name in Arabic"), validators=[Needed(), Length(max=NAME_MAX)]
    )
    _FIELDS[f"{_one.value}_name_en"] = StringField(
        N_("Name in English"), validators=[Needed(), Length(max=NAME_MAX)]
    )
_FORM: type[ChartForm] = type(
    "WholeChartForm", (ChartForm,), {"__doc__": "Three fields for each account.", **_FIELDS}
)


def chart_form(shown: Sequence[LedgerAccount] | None = None) -> ChartForm:
    """Return the form: as sent, or showing the chart given."""
    if shown is None:
        return _FORM()
    data = {f"{row.account.value}_{part}": getattr(row, part) for row in shown for part in PARTS}
    return _FORM(formdata=None, data=data)
