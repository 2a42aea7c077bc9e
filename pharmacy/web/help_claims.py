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
        ),
    ),
)
