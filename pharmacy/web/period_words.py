"""What is looked at before a month is closed, in the words of whoever closes it."""

from collections.abc import Mapping

from pharmacy.rules.closing import Found, Look
from pharmacy.web.language import N_, gettext

LOOKS: Mapping[Look, str] = {
    Look.OVER: N_("The month is over"),
    Look.EARLIER: N_("All earlier months are closed"),
    Look.VERIFIED: N_("The ledger verifies, row by row"),
    Look.DRAFTS: N_("No list waits at the counter since that month"),
    Look.DRAWERS: N_("No money of the month lies uncounted in a drawer"),
    Look.ON_THE_WAY: N_("No goods were on the way between sites when the month ended"),
    Look.COUNTED: N_("The stock of each site was counted in the month"),
    Look.CLAIMS: N_("No claim received in the month waits for a decision"),
    Look.OVERDRAWN: N_("No fund's cash was below zero when the month ended"),
    Look.UNMATCHED: N_("Goods, returns and refunds of the month stand on invoices"),
    Look.LATE: N_("Nothing of earlier months was recorded in this one"),
}
TO_DO: Mapping[Look, str] = {
    Look.OVER: N_("Wait until it has ended."),
    Look.EARLIER: N_("Close the months in their order."),
    Look.VERIFIED: N_("Run pharmacy verify and mend what it names."),
    Look.DRAFTS: N_("Dispense or clear them at the counter."),
    Look.DRAWERS: N_("Count them, or say why they are left when you close the month."),
    Look.ON_THE_WAY: N_("They arrive in the month in which they are taken in."),
    Look.COUNTED: N_("Count them, if the by-law asks for a count every month."),
    Look.CLAIMS: N_("Decide on them; what is accepted counts in the month of the decision."),
    Look.OVERDRAWN: N_("Its shares were given back from a drawer; put money into the fund."),
    Look.UNMATCHED: N_("Ask the suppliers; the invoices are matched when they come."),
    Look.LATE: N_("They count in this month and say so; the earlier ones stay as they were."),
}


def looked(found: Found) -> tuple[str, str, str, str]:
    """Return the kind of tag, its word, what was looked at, and what to do about what was found."""
    name, to_do = gettext(LOOKS[found.look]), gettext(TO_DO[found.look])
    if found.count is None:
        return "info", gettext("Looked at when the month is closed"), name, ""
    if found.reason:
        return "warn", gettext("Left with a reason"), name, ""
    if found.stops:
        return "stop", gettext("Stops the closing"), name, to_do
    if found.warns:
        return "warn", gettext("To look at"), name, to_do
    return "ok", gettext("In order"), name, ""
