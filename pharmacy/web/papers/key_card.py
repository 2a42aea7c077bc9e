"""The key card and the sheet of commands: what the help pages say, on paper."""

from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.web.help_topic import KEYS
from pharmacy.web.help_topics import COMMANDS, DOSES, SCANS
from pharmacy.web.language import gettext, speaking
from reports.command_sheet import Command, CommandSheet
from reports.key_card import KeyCard


def key_card(*, language: str, demo: bool = False) -> KeyCard:
    """Return what the key card says."""
    with speaking(language):
        return KeyCard(
            keys=tuple((key, gettext(meaning)) for key, meaning in KEYS.items()),
            doses=tuple((dose, gettext(meaning)) for dose, meaning in DOSES),
            scans=tuple((gettext(thing), gettext(effect)) for thing, effect in SCANS),
            demo=demo,
        )


def command_sheet(*, language: str, demo: bool = False) -> CommandSheet:
    """Return the commands with their barcodes."""
    with speaking(language):
        return CommandSheet(
            commands=tuple(
                Command(name=gettext(name), key=key, barcode=in_house(InHousePrefix.COMMAND, body))
                for body, name, key in COMMANDS
            ),
            demo=demo,
        )
