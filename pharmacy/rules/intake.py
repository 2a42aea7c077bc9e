"""What each channel asks besides what all of them ask: one table of fields.

The values are kept with the request as they were read; nothing in the house decides by them, so
none is needed: a caller may not know the number of the call. Sources: the registration form of the
unified complaints portal (kind of complainant, occupation), the reports of Sawtak Masmou, which
count messages and complaints apart, and what the centres write on their receipts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from pharmacy.errors import InvalidField
from pharmacy.rules.arabic import clean, to_western
from pharmacy.rules.request_vocabulary import Complainant, Platform
from pharmacy.rules.vocabulary import Channel


class FactKind(StrEnum):
    """How a field is read."""

    TEXT = "text"
    CODE = "code"
    TIME = "time"
    LINK = "link"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class ChannelField:
    """A field of a channel; `words` is the closed list of a field of kind WORD."""

    name: str
    kind: FactKind
    words: type[StrEnum] | None = None


LENGTH_MAX = 200
LINK_MAX = 500
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")

_RECEIPT = ChannelField("receipt_number", FactKind.CODE)
_COMPLAINANT = ChannelField("complainant", FactKind.WORD, Complainant)
_OCCUPATION = ChannelField("occupation", FactKind.TEXT)

CHANNEL_FIELDS: Mapping[Channel, tuple[ChannelField, ...]] = MappingProxyType(
    {
        Channel.CITY_CENTRE: (_RECEIPT,),
        Channel.VILLAGE_CENTRE: (_RECEIPT,),
        Channel.HOTLINE: (
            ChannelField("called_at", FactKind.TIME),
            ChannelField("call_taker", FactKind.TEXT),
        ),
        Channel.PORTAL: (_COMPLAINANT, _OCCUPATION),
        Channel.APP: (ChannelField("app_account", FactKind.CODE), _OCCUPATION),
        Channel.SOCIAL_MEDIA: (
            ChannelField("platform", FactKind.WORD, Platform),
            ChannelField("handle", FactKind.CODE),
            ChannelField("link", FactKind.LINK),
        ),
        Channel.SAWTAK_MASMOU: (ChannelField("message_reference", FactKind.CODE),),
        Channel.PUBLIC_MEETING: (),
        Channel.COUNTER: (),
    }
)


def read_channel_facts(channel: Channel, given: Mapping[str, object]) -> dict[str, object]:
    """Return what a channel's fields say, tidied; empty ones are left out.

    Raises:
        InvalidField: A field is not this channel's, is too long, or cannot be read.
    """
    fields = {field.name: field for field in CHANNEL_FIELDS[channel]}
    read: dict[str, object] = {}
    for name, value in given.items():
        if name not in fields or not isinstance(value, str):
            raise InvalidField(name=name)
        text = clean(value)
        if text:
            read[name] = _read(fields[name], text)
    return read


def _read(field: ChannelField, text: str) -> str:
    if len(text) > (LINK_MAX if field.kind is FactKind.LINK else LENGTH_MAX):
        raise InvalidField(name=field.name)
    if field.words is not None and text not in {word.value for word in field.words}:
        raise InvalidField(name=field.name)
    if field.kind is FactKind.TIME:
        found = _TIME.fullmatch(to_western(text))
        if found is None:
            raise InvalidField(name=field.name)
        return f"{int(found[1]):02d}:{found[2]}"
    if field.kind is FactKind.LINK and not _is_link(text):
        raise InvalidField(name=field.name)
    return text


def _is_link(text: str) -> bool:
    """Tell whether a text is an address of the web: it is drawn as one that can be opened."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text
