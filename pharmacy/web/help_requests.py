"""Help texts of the way of a citizen request: its steps, the committee, renewals."""

from pharmacy.web.help_topic import Topic, Trouble
from pharmacy.web.language import N_

REQUESTS = (
    Topic(
        name="request-steps",
        title=N_("The steps of a request"),
        purpose=N_("Check the papers, send the request on, record what is found out, close it."),
        steps=(
            N_("Open the request: the card of next steps holds what you may do with it now."),
            N_("When a paper is missing ask for it: the clock stands until it is there."),
            N_("Record the social research and the medical check; then send the request on."),
            N_("A request that repeats an earlier one is closed with the earlier one's number."),
        ),
        keys=(
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The step is refused"),
                N_("Somebody took a step meanwhile. Look at the request again."),
            ),
            Trouble(
                N_("No beneficiary yet"),
                N_("The committee decides for a named person: name the beneficiary first."),
            ),
            Trouble(
                N_("It cannot stand before this one"),
                N_("Type the number of the request that came first, as it stands on its slip."),
            ),
        ),
    ),
    Topic(
        name="importing",
        title=N_("Import of requests"),
        purpose=N_("Bring the list of another system: each row becomes a request, once."),
        steps=(
            N_("Choose the CSV or XLSX file and the channel, then look at the file with F9."),
            N_("Say which column is which field; save the columns under a name for the next file."),
            N_("Read the preview: what would be recorded, what refused and why. Then press F9."),
            N_("Fetch the refused rows, correct them and bring that file again."),
        ),
        keys=(
            "F9",
            "F4",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The window was closed, or the power went"),
                N_("Open the import under “Not finished”: it goes on where it stood."),
            ),
            Trouble(
                N_("Rows are skipped"),
                N_("The channel brought the same number before, with the same wish."),
            ),
            Trouble(
                N_("The file has too many rows"),
                N_("The administrator imports it on the server: pharmacy import requests FILE."),
            ),
        ),
    ),
    Topic(
        name="committee",
        title=N_("Sittings of the committee"),
        purpose=N_("Plan a sitting, fill its agenda, record the votes, decide, print the minutes."),
        steps=(
            N_("Plan the sitting and fill its agenda; print it for the members."),
            N_("Open it with who is present: fewer than the quorum decide nothing."),
            N_(
                "Open each request, record the vote of every member, then approve, reject or defer."
            ),
            N_("Close the sitting: the minutes are final. Print them and have them signed."),
        ),
        keys=(
            "F4",
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The votes do not carry it"),
                N_("More than half of the votes cast decide; at a tie the request is deferred."),
            ),
            Trouble(
                N_("A vote was recorded wrongly"),
                N_("Votes are never changed. Defer the request and vote in another sitting."),
            ),
            Trouble(
                N_("A request is not on the agenda"),
                N_("Send it to the committee on its own page first, then fill the agenda again."),
            ),
        ),
    ),
    Topic(
        name="renewals",
        title=N_("Renewing an approval"),
        purpose=N_("See what lapses soon, and record the request that goes on with it at one key."),
        steps=(
            N_("The first to lapse stands first. Press F9, or the button of another row."),
            N_("The request is filled from the earlier one; the committee finds the items ready."),
        ),
        keys=(
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("It was renewed before"),
                N_("The message names the request that renews it. Open that one."),
            ),
        ),
    ),
)
