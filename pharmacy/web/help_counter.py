"""Help texts of the desk: signing in, the counter and what hangs on it."""

from pharmacy.web.help_topic import Topic, Trouble
from pharmacy.web.language import N_

COUNTER = (
    Topic(
        name="start",
        title=N_("First steps"),
        purpose=N_("Your first page: it opens the sections that your role may use."),
        steps=(
            N_("A clerk records what a citizen asked for, through whichever channel it came."),
            N_(
                "The committee approves items, quantities, how often and until when, or refuses "
                "with a reason."
            ),
            N_(
                "The pharmacist dispenses against the approval; the batches that expire first "
                "go first."
            ),
            N_("What could not be given is written on an owing slip and given later."),
            N_("A mistake is never edited: it is reversed, with a reason, and recorded again."),
        ),
        keys=(
            "F1",
            "Shift+F1",
            "F2",
            "F9",
            "Enter",
            "↑ ↓",
        ),
        troubles=(
            Trouble(
                N_("A section is not in the bar"),
                N_("Your role does not open it. Ask an administrator which role you need."),
            ),
            Trouble(
                N_("A page reports an error with a reference"),
                N_("When a page reports an error, note its reference and give it to your manager."),
            ),
            Trouble(
                N_("The system is busy"),
                N_("Nothing was recorded. Press the same button again; it is recorded once."),
            ),
        ),
    ),
    Topic(
        name="account",
        title=N_("Signing in and your password"),
        purpose=N_("Who you are decides what you may do, and every paper bears your name."),
        steps=(
            N_("Type your name and your password at the start of the day."),
            N_("A first password from the administrator is changed at once."),
            N_(
                "Set your own six-digit PIN; with your badge it opens a locked counter and "
                "signs for others."
            ),
            N_("Sign out when you go home; lock when you only step away."),
        ),
        keys=(
            "F1",
            "Shift+F1",
            "Enter",
        ),
        troubles=(
            Trouble(
                N_("The name or the password is wrong"),
                N_("Look at the keyboard's language and at Caps Lock, then try again."),
            ),
            Trouble(
                N_("Too many attempts"),
                N_("Wait the minutes it names. An administrator can give a new first password."),
            ),
            Trouble(
                N_("The PIN is refused"),
                N_("Choose six digits that are neither all alike nor in a row."),
            ),
        ),
    ),
    Topic(
        name="counter",
        title=N_("The counter"),
        purpose=N_("Hand out medicine: two scans and one key when it is a repeat."),
        steps=(
            N_(
                "Scan the card, an old receipt or the request slip, or type three letters of "
                "the name and Enter."
            ),
            N_("What is due stands there. Read the notices: each says why and what can be done."),
            N_("Scan each pack in your hand: medicine, lot and expiry are matched with the line."),
            N_(
                "For a new prescription type the medicine's name, Enter, then the dose 1*2*30: "
                "one, twice a day, thirty days."
            ),
            N_("Explain and tick what was explained; name who collects when it is somebody else."),
            N_("Press F9 once. It is recorded once, and the receipt and labels are ready."),
        ),
        keys=(
            "F2",
            "F4",
            "F9",
            "Ctrl+Enter",
            "Enter",
            "Esc",
            "↑ ↓",
            "Del",
            "Ctrl+Z",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("Not yet due, or a ceiling is reached"),
                N_(
                    "The notice names the last collection, the next day and what is left. Come "
                    "back on that day, or go on with a reason if your role may."
                ),
            ),
            Trouble(
                N_("Allergy, or a stop in red"),
                N_("Nobody overrides a stop. Remove the line and call the prescriber."),
            ),
            Trouble(
                N_("The pack is expired, recalled, used or of another lot"),
                N_("Put it aside and scan another pack of the same medicine."),
            ),
            Trouble(
                N_("Nothing on the shelf"),
                N_(
                    "Record it as not available: the citizen gets a slip and stands on the call "
                    "list."
                ),
            ),
            Trouble(
                N_("A colleague has this person in hand"),
                N_("One person has one draft. Ask the colleague to finish it or to hand it over."),
            ),
            Trouble(
                N_("The draft changed, or is no longer open"),
                N_("Another window changed it. Look at the lines again, then press F9."),
            ),
            Trouble(
                N_("An approval is missing"),
                N_(
                    "A committee member signs with badge and PIN, or a standing authority "
                    "covers it."
                ),
            ),
            Trouble(
                N_("No connection"),
                N_(
                    "Nothing is dispensed and nothing is printed. The lines stay; go on when it "
                    "is back."
                ),
            ),
        ),
    ),
    Topic(
        name="lock",
        title=N_("Locked counter"),
        purpose=N_("Keeps the counter shut while you are away; what lies on it stays yours."),
        steps=(
            N_("Scan your badge to lock, or leave the counter alone for a few minutes."),
            N_("To open it scan a badge and type its six-digit PIN."),
            N_("Another badge switches the counter to that colleague; your drafts wait for you."),
        ),
        keys=(
            "Enter",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("The badge or the PIN is refused"),
                N_(
                    "Only staff badges are read here. After five wrong PINs sign in with the "
                    "password."
                ),
            ),
            Trouble(
                N_("A pack or a card does nothing"),
                N_("That is meant: open the counter first."),
            ),
            Trouble(
                N_("The badge is lost"),
                N_("Tell the administrator at once; a new badge makes the old one useless."),
            ),
        ),
    ),
    Topic(
        name="dispensing",
        title=N_("A dispensing: print again, undo"),
        purpose=N_(
            "Shows what was handed out and by whom; prints its papers and undoes a mistake."
        ),
        steps=(
            N_(
                "Print the receipt and labels. The first receipt is the original; every later "
                "one says that it is a copy and which."
            ),
            N_("To undo, choose the reason and the lines; none chosen means all of them."),
            N_("A second person signs with badge and PIN."),
            N_(
                "Stock and cost go back to the same batches and funds; the first document stays "
                "readable."
            ),
        ),
        keys=(
            "F4",
            "F9",
            "F1",
            "Shift+F1",
        ),
        troubles=(
            Trouble(
                N_("It was already reversed"),
                N_("Nothing more is to be done. Record the right dispensing at the counter."),
            ),
            Trouble(
                N_("The signature is refused"),
                N_(
                    "The second signature is another person's: badge and PIN of a colleague who "
                    "may undo."
                ),
            ),
            Trouble(
                N_("The month is closed"),
                N_("It is undone with today's date, in the open month."),
            ),
            Trouble(
                N_("The printer failed"),
                N_("The dispensing stands. Print it again here; it will say that it is a copy."),
            ),
        ),
    ),
    Topic(
        name="owed",
        title=N_("Owed and waited for"),
        purpose=N_("Who is still owed medicine or asked for what was not there, and whom to call."),
        steps=(
            N_("Lines whose medicine has arrived stand first. Call the person."),
            N_("Write down what came of the call."),
            N_(
                "When the person comes, scan the slip or the card at the counter: what is owed "
                "is on the list."
            ),
        ),
        keys=(
            "F2",
            "↑ ↓",
            "Enter",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("The owing slip holds less than was asked"),
                N_(
                    "Part of it was given since, or the approval has ended. Look at the "
                    "person's file."
                ),
            ),
            Trouble(
                N_("There is a slip but no name in the list"),
                N_("It was given or has lapsed. The request's page says which."),
            ),
        ),
    ),
    Topic(
        name="scanner-setup",
        title=N_("Scanner test and setup"),
        purpose=N_("Shows what the scanner sends and whether the program reads it rightly."),
        steps=(
            N_("Set the scanner to USB keyboard, US layout, Enter at the end, nothing before."),
            N_("Switch control characters on, so that the separator of the square codes arrives."),
            N_("Scan a card, a pack and a square code; each must read green."),
        ),
        keys=(
            "F2",
            "Esc",
            "F1",
        ),
        troubles=(
            Trouble(
                N_("The lot has swallowed the serial"),
                N_("The separator is lost. Switch control characters on in the scanner."),
            ),
            Trouble(
                N_("Arabic letters appear"),
                N_(
                    "That is no fault: the keys themselves are read. Only the field shows other "
                    "letters."
                ),
            ),
        ),
    ),
)
