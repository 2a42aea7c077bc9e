"""Help texts of what goes out: replies, the public page, the outbox, webhooks."""

from pharmacy.web.help_topic import Topic, Trouble
from pharmacy.web.language import N_

CITIZEN = (
    Topic(
        name="citizens",
        title=N_("Telling citizens"),
        purpose=N_("Write down what a citizen was told, and hear whether it was really solved."),
        steps=(
            N_("Open the request and press Tell the citizen."),
            N_("Choose how: a text message or an e-mail goes out by itself."),
            N_("Read the text made ready for the state over, change it, press F9."),
            N_(
                "The citizen follows the request at the public page by its number and the last four"
                " digits of the phone."
            ),
            N_("Whoever says there that it is not solved stands in the list Not solved."),
        ),
        keys=("F9", "Esc", "F1", "Shift+F1"),
        troubles=(
            Trouble(
                N_("The citizen left no number"),
                N_("Tell them by phone or in person, and write that down."),
            ),
            Trouble(
                N_("The citizen cannot find the request"),
                N_("Compare number and phone with the request; after many tries, wait an hour."),
            ),
        ),
    ),
    Topic(
        name="outbox",
        title=N_("Outbox and webhooks"),
        purpose=N_("What goes out to citizens and other systems, and what could not be sent."),
        steps=(
            N_("Look at Given up: the last error says what went wrong."),
            N_("Mend it, then press Send again."),
            N_("Add a webhook: name, address, channel; its secret is shown once."),
            N_("Try it with Send a test."),
        ),
        keys=("F4", "F9", "↑ ↓", "F1"),
        troubles=(
            Trouble(
                N_("Everything waits"),
                N_("See whether the server looks into the outbox, or run pharmacy outbox."),
            ),
            Trouble(
                N_("The other system takes nothing"),
                N_("Press Send a test and read what it answers; then ask its owner."),
            ),
        ),
    ),
)
