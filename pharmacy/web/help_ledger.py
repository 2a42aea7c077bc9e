"""Help texts of the ledger: invoices, the chart of accounts, the way out of the books."""

from pharmacy.web.help_topic import Topic, Trouble
from pharmacy.web.language import N_

LEDGER = (
    Topic(
        name="invoices",
        title=N_("Suppliers' invoices"),
        purpose=N_(
            "Record an invoice against the goods it is for, and pay one or several of a supplier."
        ),
        steps=(
            N_("Choose the supplier; their goods without an invoice are listed."),
            N_("Type number, dates and amount, tick the goods, press F9."),
            N_("If the sums differ, type the reason: the difference is posted with it."),
            N_("To pay, type an amount beside each invoice; one payment is of one fund."),
            N_("Undo a wrong payment from its voucher: its invoices are open again."),
        ),
        keys=("F9", "F1", "Shift+F1"),
        troubles=(
            Trouble(
                N_("The goods are not in the list"),
                N_("They came as a gift, were undone, or stand on another invoice already."),
            ),
            Trouble(
                N_("The invoice was recorded wrong"),
                N_("Undo it on its page while nothing of it is paid; then record the right one."),
            ),
            Trouble(
                N_("Goods went back after they were paid"),
                N_(
                    "Tick the return with the goods of a later invoice; or, when the supplier pays"
                    " back, receive the refund into the fund."
                ),
            ),
            Trouble(
                N_("The fund holds less"),
                N_("Pay a part of the invoice, or receive money into the fund first."),
            ),
        ),
    ),
    Topic(
        name="ledger",
        title=N_("Chart of accounts"),
        purpose=N_(
            "The codes and names of the accounts, and the books as files for other programs."
        ),
        steps=(
            N_("Change codes and names as your books have them; the types stay."),
            N_("For an outside check, save the Beancount file and run bean-check on it."),
            N_("The journal is plain CSV: one line for each entry, debit positive."),
        ),
        keys=("F9", "F1", "Shift+F1"),
        troubles=(
            Trouble(
                N_("Two accounts would have one code"),
                N_("Give one of them another; codes may change places in one go."),
            ),
        ),
    ),
)
