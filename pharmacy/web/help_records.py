"""Help texts of people, requests, decisions, medicines and stock."""

from pharmacy.web.help_topic import Topic, Trouble
from pharmacy.web.language import N_

RECORDS = (
    Topic(
        name="beneficiaries",
        title=N_("Finding and recording people"),
        purpose=N_("Find a person, or record one who is not on file; everyone has one record."),
        steps=(
            N_("Search first: card, national ID, phone, or the first letters of each name."),
            N_(
                "Nobody found: press F4, type name and identity. Birth date and sex come from "
                "the national ID."
            ),
            N_("If similar people are shown, open each before you add another."),
            N_("Print the card and hand it over."),
        ),
        keys=(
            "F2",
            "F4",
            "F9",
            "↑ ↓",
            "Enter",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("Somebody like this is on file"),
                N_(
                    "Look at the records found. Go on with the right one, or tick that this is "
                    "another person."
                ),
            ),
            Trouble(
                N_("The national ID is refused"),
                N_(
                    "It says where it goes wrong: length, century, birth date or governorate. "
                    "Read it from the card again."
                ),
            ),
            Trouble(
                N_("The identity belongs to another record"),
                N_("Open that record. Two records of one person are merged by a manager."),
            ),
        ),
    ),
    Topic(
        name="beneficiary-file",
        title=N_("The beneficiary's file"),
        purpose=N_(
            "Everything about one person: approvals, what was handed out, requests, papers, and "
            "who looked."
        ),
        steps=(
            N_("Read allergies and approvals at the top; the tabs hold the history."),
            N_("Correct the record with F9; the old values stay in the log."),
            N_("To see the full number or phone give a reason; it is written down."),
            N_("Print a new card when the old one is lost."),
        ),
        keys=(
            "F2",
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The record is closed"),
                N_(
                    "The person has died, or the record was merged: the link opens the one that "
                    "goes on."
                ),
            ),
            Trouble(
                N_("A record cannot be merged"),
                N_("It is the same record, or it was merged before. Choose another."),
            ),
        ),
    ),
    Topic(
        name="requests",
        title=N_("Citizen requests"),
        purpose=N_("Record what a citizen asked for, follow it, and answer."),
        steps=(
            N_("Press F4, choose the channel and the centre, and write what was asked for."),
            N_("Name the beneficiary: search, or record the person."),
            N_("Print the slip with its number and hand it over."),
            N_("Filter the list by state, channel or centre; its address keeps the filter."),
            N_("After the decision tell the citizen; the page offers the words."),
        ),
        keys=(
            "F2",
            "F4",
            "F9",
            "↑ ↓",
            "Enter",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("The outside reference is already recorded"),
                N_("The message names the request. Open it instead of recording it twice."),
            ),
            Trouble(
                N_("A centre is needed"),
                N_("Requests through a centre name one of the channel's kind: city or village."),
            ),
            Trouble(
                N_("It cannot go to that state"),
                N_("Somebody decided meanwhile. Look at the request again."),
            ),
        ),
    ),
    Topic(
        name="attachments",
        title=N_("Papers of a request"),
        purpose=N_(
            "Prescriptions, reports and copies of cards are kept with the request, shown marked "
            "and removed when their time is over."
        ),
        steps=(
            N_("Open the request and press Papers."),
            N_("Say what it is, choose the photo or scan, press F9."),
            N_("Open one: it is shown as a copy that names you and the moment."),
            N_("The manager removes what is kept longer than its time."),
        ),
        keys=(
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The kind is not taken"),
                N_("Save it as JPEG, PNG or PDF; another name does not make it one."),
            ),
            Trouble(
                N_("The file cannot be opened"),
                N_("It is damaged or locked by a password. Scan the paper again."),
            ),
        ),
    ),
    Topic(
        name="intake",
        title=N_("Meetings and messages"),
        purpose=N_(
            "Complaints of public meetings are typed line by line; messages of Sawtak Masmou "
            "become complaints or are kept."
        ),
        steps=(
            N_("Record the meeting: date, place, who led it."),
            N_("Type name, phone and wish; Enter records the line and the next stands ready."),
            N_("Record a message as it came, with the initiative's number."),
            N_("Make it a complaint, or keep it with a reason: both are counted."),
        ),
        keys=(
            "F4",
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The meeting is there already"),
                N_("The same day and place is one meeting: it opens, go on typing."),
            ),
            Trouble(
                N_("The message was dealt with before"),
                N_("Open it: it names its complaint or why it was kept."),
            ),
        ),
    ),
    Topic(
        name="decision",
        title=N_("Deciding on a request"),
        purpose=N_(
            "The committee approves items, quantities, how often and until when, or refuses "
            "with a reason."
        ),
        steps=(
            N_("Type the decision's number and one line for each item."),
            N_("Say how many units each time, how many times and after how many days."),
            N_("Set the end of the approval, and ceilings and shares where they differ."),
            N_("Press F9. The pharmacy may hand out at once."),
            N_(
                "A standing authority lets the counter give a walk-in patient medicine up to a "
                "ceiling and a day."
            ),
        ),
        keys=(
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The figures do not hold together"),
                N_(
                    "The message names the field: dates, shares, ceilings, or an item that "
                    "stands twice."
                ),
            ),
            Trouble(
                N_("Who approves does not dispense"),
                N_("A colleague hands out what you approved."),
            ),
            Trouble(
                N_("No beneficiary yet"),
                N_("Link the request to a beneficiary first."),
            ),
        ),
    ),
    Topic(
        name="formulary",
        title=N_("The formulary"),
        purpose=N_(
            "The medicines the fund gives, with their codes, classes, usual dose and barcodes."
        ),
        steps=(
            N_("Search by code, name or ingredient."),
            N_("Give a new item its ATC class: the warnings rest on it."),
            N_("Add the pack's GTIN, so that a scan of it is known."),
        ),
        keys=(
            "F2",
            "F9",
            "↑ ↓",
            "Enter",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("Another item has this code"),
                N_("Open that item. One code or GTIN names one item."),
            ),
            Trouble(
                N_("The code cannot be read"),
                N_("The check digit is wrong. Scan it again instead of typing it."),
            ),
        ),
    ),
    Topic(
        name="stock",
        title=N_("Stock and batches"),
        purpose=N_(
            "What is on hand, what it is worth, what expires soon, and the card of each item."
        ),
        steps=(
            N_("Filter by site, name or how soon it expires."),
            N_("Open an item for its card: every movement with its document."),
            N_(
                "Open a batch to hold it back, recall or release it, with a reason; print its "
                "shelf label there."
            ),
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
                N_("The batch may not be issued"),
                N_(
                    "It is expired, quarantined or recalled. Put it aside; a release needs a "
                    "reason."
                ),
            ),
            Trouble(
                N_("The figure differs from the shelf"),
                N_("Nothing is edited: look for a missing document, then reverse or receive."),
            ),
        ),
    ),
)
