"""Refusals of the cash drawer and of claims into words."""

from collections.abc import Mapping

from pharmacy import errors as e
from pharmacy.rules.money import format_egp
from pharmacy.web.language import gettext
from pharmacy.web.refusal_facts import Words


def _drawer_moved(refusal: e.DrawerMoved) -> str:
    return gettext(
        "While the drawer was counted, what it should hold went from EGP %(shown)s to EGP"
        " %(expected)s. Look at the difference again, then sign.",
        shown=format_egp(refusal.shown),
        expected=format_egp(refusal.expected),
    )


CLAIM_SENTENCES: Mapping[type[e.PharmacyError], Words] = {e.DrawerMoved: _drawer_moved}
