"""What an import says of a row, in the reader's language."""

import re
from collections.abc import Mapping, Sequence

from pharmacy.services.importing import Note, NoteCode, Verdict
from pharmacy.web.language import N_, gettext, speaking
from pharmacy.web.refusals import sentence
from reports.spreadsheets import guard

# Telephone numbers and amounts, which nothing can run.
_NUMBER = re.compile(r"[+-]?[0-9٠-٩ ()./-]*")

NOTES: Mapping[NoteCode, str] = {
    NoteCode.BLANK: N_("The row is empty."),
    NoteCode.UNCHANGED: N_("The same is on file already."),
    NoteCode.ALREADY_THERE: N_("This is on file already (%(key)s)."),
    NoteCode.SAME_AS_ROW: N_("The row repeats row %(row)s word for word."),
    NoteCode.DIFFERS_FROM_ROW: N_(
        "Row %(row)s has the same name or code and says something else. Keep one of the two."
    ),
    NoteCode.CELLS: N_("The row has %(cells)s cells more than there are headings."),
    NoteCode.MISSING: N_("The field %(field)s is empty and is needed."),
    NoteCode.UNKNOWN_WORD: N_("“%(text)s” is no known word for the field %(field)s."),
    NoteCode.NOT_FOUND: N_("There is nothing on file under “%(text)s” (%(field)s)."),
    NoteCode.TEXT_TIDIED: N_(
        "A line break or a doubled space became one space in these fields: %(fields)s."
    ),
    NoteCode.MARKER_MOVED: N_(
        "The mark in the name became the market status “%(status)s”; the item is inactive."
    ),
    NoteCode.NO_INGREDIENT: N_(
        "No active ingredient is named, so that its safety cannot be checked; the item is inactive."
    ),
    NoteCode.PRICE_ROUNDED: N_("The price %(text)s was rounded to whole piastres."),
    NoteCode.CONTROL_DIGIT: N_(
        "The last digit of the national ID is unusual; it may be right. Compare it with the card."
    ),
}


def note_sentence(note: Note) -> str:
    """Return a note as a sentence."""
    return gettext(NOTES[note.code], **note.facts)


def reasons(verdict: Verdict) -> str:
    """Return all that is to be said of a row."""
    said = [note_sentence(note) for note in verdict.notes]
    if verdict.refusal is not None:
        said.append(sentence(verdict.refusal))
    return " ".join(said)


def remark_headings(headings: Sequence[str]) -> list[str]:
    """Return the headings of a list of rows with a remark: ours, then those of the file."""
    return ["row", "outcome", "reason_ar", "reason_en", *headings]


def remark_row(verdict: Verdict) -> list[object]:
    """Return a row with a remark, in both languages, and its cells as they stood.

    What a spreadsheet would run gets an apostrophe, which is taken off when the list comes again.
    """
    with speaking("ar"):
        arabic = reasons(verdict)
    with speaking("en"):
        english = reasons(verdict)
    cells = [cell if _NUMBER.fullmatch(cell) else guard(cell) for cell in verdict.row.cells]
    return [verdict.row.number, verdict.outcome.value, arabic, english, *cells]
