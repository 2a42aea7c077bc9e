"""Help texts of the cash drawer and of contract pharmacies."""

from pharmacy.web.help_topic import Topic, Trouble
from pharmacy.web.language import N_

CLAIMS = (
    Topic(
        name="drawer",
        title=N_("The cash drawer"),
        purpose=N_("Count what citizens paid at the end of the shift and hand it over."),
        steps=(
            N_("Count the notes and coins and type how many there are of each."),
            N_("Only then does the page show what the drawer should hold."),
            N_("If they differ, count once more, and write why."),
            N_("Finance or a manager takes the money and signs with badge and PIN."),
            N_("Print the minutes; both sign them."),
        ),
        keys=("F9", "F1", "Shift+F1"),
        troubles=(
            Trouble(
                N_("The drawer moved while it was counted"),
                N_("Somebody dispensed or undid meanwhile. Look at the new difference and sign."),
            ),
            Trouble(
                N_("The books say less than nothing"),
                N_("More was given back than was taken. Write from whose money it came."),
            ),
            Trouble(
                N_("The count was typed wrong"),
                N_("Finance undoes it on its page; then count the drawer again."),
            ),
        ),
    ),
    Topic(
        name="claims",
        title=N_("Claims of contract pharmacies"),
        purpose=N_("Check what a contract pharmacy asks line by line, decide it, and owe it."),
        steps=(
            N_("Enter the claim as its paper has it, or bring its lines as a file."),
            N_(
                "Each line is checked: approval, day, fund, what is left, what was due on its "
                "day, the price of that day, receipt, and whether it was claimed or given before."
            ),
            N_("Change what you know better, with a reason and a note; then decide all at once."),
            N_("What is accepted is owed to the pharmacy and uses the approval up."),
            N_("Print the letter: it names the reason of every line not accepted in full."),
        ),
        keys=("F9", "F1", "Shift+F1"),
        troubles=(
            Trouble(
                N_("The file came back"),
                N_("Each row of it has its reason. Mend those rows and bring the whole file."),
            ),
            Trouble(
                N_("A line cannot be accepted in full"),
                N_("The approval holds no more. The committee may approve more; then claim again."),
            ),
            Trouble(
                N_("A line is more than one issue, or not yet due"),
                N_(
                    "The check counts what our counters and other claims gave, before and after. "
                    "Where there was a reason, such as a journey, accept more and write it."
                ),
            ),
            Trouble(
                N_("The decision was wrong"),
                N_("Undo it on the claim's page while nothing of it is paid; then decide anew."),
            ),
            Trouble(
                N_("The fund may not pay for a line"),
                N_(
                    "The approval names other funds, or the fund is kept for another disease, "
                    "person or centre. Refuse the line; it may be claimed again from a fund that "
                    "may pay."
                ),
            ),
        ),
    ),
)
