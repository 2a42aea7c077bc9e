"""Forms with lines: numbered in their labels, and more of them when asked for."""

from wtforms import FieldList

from pharmacy.web.forms.base import FactForm
from pharmacy.web.language import N_, gettext

LINES_ADDED = 8


class LinedForm(FactForm):
    """A form that posts a fact of several lines, typed as `lines`."""

    lines: FieldList
    numbered = N_("Line %(line)s: %(field)s")
    """What a field of a line is called."""

    @property
    def status(self) -> int:
        """The HTTP status of its page; mistakes found in lines after validation count too."""
        if self.refusal is not None:
            return self.refusal.status
        return 422 if self.mistakes() else 200

    def number_lines(self) -> None:
        """Number the lines' labels, so that a mistake says its line."""
        for number, entry in enumerate(self.lines.entries, start=1):
            for field in entry.form:
                field.label.text = gettext(
                    self.numbered, line=number, field=gettext(field.label.text)
                )

    def add_lines(self) -> None:
        """Put more empty lines under those typed, as far as the form goes."""
        for _ in range(min(LINES_ADDED, self.lines.max_entries - len(self.lines.entries))):
            self.lines.append_entry()
