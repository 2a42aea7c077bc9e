"""Help texts of receiving, vouchers, reports and administration."""

from pharmacy.web.help_topic import Topic, Trouble
from pharmacy.web.language import N_

OFFICE = (
    Topic(
        name="receiving",
        title=N_("Receiving goods"),
        purpose=N_(
            "Bring goods into stock with lot, expiry and cost; the permit is printed and signed."
        ),
        steps=(
            N_("Choose supplier, fund and invoice number."),
            N_(
                "One line for each lot: item or scan of the pack, lot, expiry, packs, cost of "
                "the line."
            ),
            N_("Type the invoice's total: it is checked against the lines."),
            N_("Press F9, print the permit and have it signed."),
        ),
        keys=(
            "F2",
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The lines do not come to the total"),
                N_("Compare line by line with the invoice; costs are of the whole line."),
            ),
            Trouble(
                N_("This has expired"),
                N_("Do not take it in. Give it back to the supplier."),
            ),
            Trouble(
                N_("The form was already sent"),
                N_("It is in stock once. Open the vouchers and look before you enter it again."),
            ),
        ),
    ),
    Topic(
        name="vouchers",
        title=N_("Vouchers"),
        purpose=N_("Every document that moved stock or money, numbered and sealed."),
        steps=(
            N_("Find one by number, kind or day."),
            N_("Open it: lines, postings, and the seal that binds it to the one before."),
            N_("Undo a wrong receipt with a reason; the document itself stays."),
        ),
        keys=(
            "F2",
            "↑ ↓",
            "Enter",
            "F9",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("Something of it was issued since"),
                N_("Undo the later documents first, the newest first."),
            ),
            Trouble(
                N_("It was already reversed"),
                N_("The page names the document that undid it."),
            ),
            Trouble(
                N_("A document of money is not found"),
                N_(
                    "Finance, the manager and the auditor see it; the counter sees the counts of "
                    "its own drawer."
                ),
            ),
        ),
    ),
    Topic(
        name="months",
        title=N_("Closing a month"),
        purpose=N_(
            "A closed month takes no more documents; its totals are kept, sealed, and never change."
        ),
        steps=(
            N_("Open the month: the checklist says what stops its closing and what only warns."),
            N_("Press F9: the whole ledger is verified, and the list is shown once more."),
            N_("Press F9 again to close it for ever, print the certificate and have it signed."),
        ),
        keys=("F9", "F4", "F1"),
        troubles=(
            Trouble(
                N_("Something of that month comes in later"),
                N_("Record it with the day on its paper: it counts today and says when it was."),
            ),
            Trouble(
                N_("Something in a closed month is wrong"),
                N_("Undo it today: the closed month stays, the correction counts in this one."),
            ),
        ),
    ),
    Topic(
        name="reports",
        title=N_("Reports"),
        purpose=N_(
            "Cost, stock and expiry, to read, print and export; every figure opens the lines "
            "behind it."
        ),
        steps=(
            N_("Choose the period and how to group; take the saved periods for a usual month."),
            N_("Open a figure to see its lines."),
            N_(
                "The register of controlled medicines and the overrides of warnings stand here too."
            ),
            N_("Print the PDF for signing, or export XLSX or CSV for work."),
        ),
        keys=(
            "F2",
            "↑ ↓",
            "Enter",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("Nothing in this period"),
                N_("Choose another period above, or take a filter away."),
            ),
            Trouble(
                N_("The period is refused"),
                N_("It must begin before it ends and may not be longer than allowed."),
            ),
        ),
    ),
    Topic(
        name="staff",
        title=N_("Staff accounts"),
        purpose=N_("Open and close accounts, give roles, places, badges and first passwords."),
        steps=(
            N_(
                "Open an account: name in both languages, role, and the site where the person "
                "works."
            ),
            N_("The first password is shown once; the person changes it."),
            N_("Print the badge; the person sets the PIN alone."),
            N_("Close the account of whoever leaves; what they recorded stays under their name."),
        ),
        keys=(
            "F9",
            "↑ ↓",
            "Enter",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("Your own account"),
                N_("Nobody changes their own role or closes their own account. Ask a colleague."),
            ),
            Trouble(
                N_("The name is taken"),
                N_("Choose another sign-in name, even if the old account is closed."),
            ),
        ),
    ),
    Topic(
        name="programs",
        title=N_("Programs and their tokens"),
        purpose=N_("Let another program record and read, within limits, in an account's name."),
        steps=(
            N_("Open an account for the program, with the role and the place it works for."),
            N_("Make a token: name, account, and ticks for as little as it needs."),
            N_("The token is shown once. Copy it into the program at once."),
            N_("Take it back when the program is given up, or the token was seen by anybody."),
        ),
        keys=(
            "F4",
            "F9",
            "Enter",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("The program is refused"),
                N_("Look at its ticks, and at what the role of its account may do: both count."),
            ),
            Trouble(
                N_("The token is lost"),
                N_("Nobody can show it again. Take it back and make a new one."),
            ),
        ),
    ),
    Topic(
        name="audit",
        title=N_("Audit log"),
        purpose=N_("Who changed what, and who looked at whose file."),
        steps=(
            N_("Filter by person, day or kind."),
            N_("Each change shows the values before and after."),
            N_("Looks at masked numbers carry their reason."),
        ),
        keys=(
            "F2",
            "↑ ↓",
            "Enter",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("Nothing is listed"),
                N_("Clear the filter, or choose another day."),
            ),
        ),
    ),
    Topic(
        name="settings",
        title=N_("Settings"),
        purpose=N_("Words on papers, limits and rules of the counter, changed with a trace."),
        steps=(
            N_("Change a value and press F9; the log keeps the old one."),
            N_("Limits apply from the next dispensing on, never to what is posted."),
        ),
        keys=(
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The value is refused"),
                N_("The message names the bounds. Type a figure between them."),
            ),
        ),
    ),
    Topic(
        name="calendar",
        title=N_("The working calendar"),
        purpose=N_(
            "Which days offices are closed, and within how many working days a citizen is answered."
        ),
        steps=(
            N_(
                "Add or take out a holiday; a list of a whole year is imported with "
                "pharmacy import holidays."
            ),
            N_("Set the working days of each category under Time limits and press F9."),
            N_("The due days of open requests are counted anew at once; what is settled stays."),
        ),
        keys=(
            "F9",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("A movable feast falls on another day"),
                N_("Take the estimated day out and add the day that the Cabinet announced."),
            ),
        ),
    ),
)
