"""Help texts of stock documents."""

from pharmacy.web.help_topic import Topic, Trouble
from pharmacy.web.language import N_

STOCK = (
    Topic(
        name="stock-documents",
        title=N_("Stock documents"),
        purpose=N_(
            "Goods that leave without a citizen's request, come back, are counted or sent to "
            "another site."
        ),
        steps=(
            N_("Choose the document, then scan each batch or take it from the list."),
            N_("Type packs and loose units; the cost is what each batch carries."),
            N_(
                "A manager signs beside you with badge or name and PIN; witnesses or committee "
                "are named."
            ),
            N_("Press F9, print the paper and have it signed."),
            N_("A count may be taken on paper first: print its sheet on the page of the count."),
            N_("A count is typed before the books are shown; the difference needs its reason."),
            N_("What a citizen brings back is found by the receipt, and is only destroyed."),
        ),
        keys=(
            "F9",
            "Ctrl+Enter",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("It moved since it was compared"),
                N_("Somebody issued of it meanwhile. Count that batch again."),
            ),
            Trouble(
                N_("It did not come from this supplier"),
                N_("Open the batch: the document that brought it in names who sold it."),
            ),
            Trouble(
                N_("The document was wrong"),
                N_("Undo it on its page, again by two; then enter the right one."),
            ),
        ),
    ),
)
