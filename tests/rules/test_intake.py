"""What each channel asks besides what all ask, as a table."""

import pytest

from pharmacy.errors import InvalidField
from pharmacy.rules.email import parse_email
from pharmacy.rules.intake import CHANNEL_FIELDS, read_channel_facts
from pharmacy.rules.vocabulary import Channel

C = Channel


@pytest.mark.parametrize(
    ("channel", "name", "typed", "kept"),
    [
        (C.VILLAGE_CENTRE, "receipt_number", " 4471 ", "4471"),
        (C.HOTLINE, "called_at", "٩:٠٥", "09:05"),
        (C.HOTLINE, "called_at", "23:59", "23:59"),
        (C.HOTLINE, "call_taker", "هدى\u200f سعيد", "هدى سعيد"),
        (C.PORTAL, "complainant", "investor", "investor"),
        (C.APP, "app_account", "mona_s", "mona_s"),
        (C.SOCIAL_MEDIA, "platform", "facebook", "facebook"),
        (C.SOCIAL_MEDIA, "link", "https://example.org/p/7?a=1", "https://example.org/p/7?a=1"),
        (C.SAWTAK_MASMOU, "message_reference", "SM-9", "SM-9"),
    ],
)
def test_a_field_of_the_channel_is_kept_tidied(
    channel: Channel, name: str, typed: str, kept: str
) -> None:
    assert read_channel_facts(channel, {name: typed}) == {name: kept}
    assert read_channel_facts(channel, {name: "  "}) == {}


@pytest.mark.parametrize(
    ("channel", "name", "typed"),
    [
        (C.COUNTER, "handle", "x"),  # another channel's
        (C.PORTAL, "nonsense", "x"),
        (C.HOTLINE, "called_at", "24:00"),
        (C.HOTLINE, "called_at", "noon"),
        (C.HOTLINE, "call_taker", "x" * 201),
        (C.PORTAL, "complainant", "king"),
        (C.SOCIAL_MEDIA, "link", "javascript:alert(1)"),
        (C.SOCIAL_MEDIA, "link", "https://"),
        (C.SOCIAL_MEDIA, "link", "http://[::1"),
        (C.SOCIAL_MEDIA, "handle", 7),
    ],
)
def test_what_is_not_the_channels_or_cannot_be_read_names_its_field(
    channel: Channel, name: str, typed: object
) -> None:
    with pytest.raises(InvalidField) as refusal:
        read_channel_facts(channel, {name: typed})
    assert refusal.value.name == name


def test_every_channel_has_its_row() -> None:
    assert set(CHANNEL_FIELDS) == set(Channel)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mona@Example.EG", "mona@example.eg"),
        (" a.b+c@x-y.gov.eg ", "a.b+c@x-y.gov.eg"),
        ("سعاد@مثال.مصر", "سعاد@مثال.مصر"),
    ],
)
def test_an_address_is_read(typed: str, kept: str) -> None:
    assert parse_email(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "mona", "mona@", "@x.eg", "a b@x.eg", "a@x", "a@x..eg", "a@b@x.eg", "<a@x.eg>"]
)
def test_what_is_surely_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidField):
        parse_email(typed)
