"""Help texts of funds: money that comes and goes, budgets, gifts meant for somebody."""

from pharmacy.web.help_topic import Topic, Trouble
from pharmacy.web.language import N_

FUNDS = (
    Topic(
        name="funds",
        title=N_("Funds"),
        purpose=N_(
            "What each fund holds in cash and in medicine, what it owes for them, what came in and"
            " was paid, and what its budget has left."
        ),
        steps=(
            N_("Receive money or pay an expense; print the voucher and have it signed."),
            N_(
                "A fund may be for one disease, one person or one centre: what is bought with it"
                " goes to nobody else."
            ),
            N_(
                "Grant a budget for a fiscal year, July to June. An approval that would go beyond"
                " what is left is refused, unless the manager signs for it."
            ),
            N_(
                "A budget is promised what approvals in force will still cost in its year. What was"
                " not given by 30 June is promised of the new year: write its budget down before 1"
                " July, for without it approvals are refused."
            ),
            N_(
                "What another fund's stock gave is promised no more: the budget has it left again,"
                " and the fund that gave it has spent it."
            ),
            N_("Undo a wrong voucher from its page; the document itself stays."),
        ),
        keys=(
            "F4",
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The fund holds less"),
                N_("Pay less, or from another fund; a fund never pays what it does not have."),
            ),
            Trouble(
                N_("The month is closed"),
                N_("Type the real day: it is posted today and says when it happened."),
            ),
            Trouble(
                N_("Nothing is left of the budget"),
                N_("Write another entry of the budget with its decision, or ask the manager."),
            ),
        ),
    ),
)
