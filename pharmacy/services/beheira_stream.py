"""The stream of citizen requests: on which day, by which channel, at which centre; nothing kept.

Each series (a centre, the portal, ...) is spread over the days by exact sums, so that the counts
come out whatever the seed, and the stream needs no memory of what went before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from pharmacy.rules.vocabulary import CentreKind, Channel
from pharmacy.services.beheira_scale import Scale, Season, apportion, working_day

_CITY_SHARE, _VILLAGE_SHARE = (60, 240), (25, 110)
_COMPLAINTS = (12, 32)


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one request in the stream."""

    channel: Channel
    centre_id: int | None
    meeting: int | None


@dataclass(frozen=True, slots=True)
class _Series:
    slot: Slot
    total: int
    phase: int
    season: Season


@dataclass(frozen=True, slots=True)
class Meeting:
    """A public meeting: its number from 0, its day and how many complaints were taken there."""

    number: int
    held_on: date
    complaints: int


class Stream:
    """Every request of the period, day by day, in an order of its own on each day.

    Args:
        scale: How many there are.
        centres: (id, kind) of every centre.
        seed: The same seed gives the same stream.
    """

    def __init__(self, scale: Scale, centres: Sequence[tuple[int, CentreKind]], seed: int) -> None:
        self.days = scale.days()
        self._seed = seed
        chance = Random(f"{seed}:stream")  # noqa: S311 - a play, not a secret
        offices = Season(self.days, chance, weekends=False)
        always = Season(self.days, chance, weekends=True)
        shares = [
            chance.randint(*(_CITY_SHARE if kind is CentreKind.CITY else _VILLAGE_SHARE))
            for _, kind in centres
        ]
        self._series = [
            _Series(Slot(_channel(kind), centre_id, None), total, chance.randrange(1000), offices)
            for (centre_id, kind), total in zip(
                centres, apportion(scale.centre_requests, shares), strict=True
            )
        ]
        others = (
            (Channel.PORTAL, scale.portal),
            (Channel.SOCIAL_MEDIA, scale.social_media),
            (Channel.SAWTAK_MASMOU, scale.sawtak_masmou),
        )
        self._series += [
            _Series(Slot(channel, None, None), total, chance.randrange(1000), always)
            for channel, total in others
        ]
        self.meetings = _meetings(scale, chance)
        self._by_day = {meeting.held_on: meeting for meeting in self.meetings}

    def counts(self) -> list[int]:
        """Return how many requests each day brings."""
        return [
            sum(series.season.on(number, series.total, series.phase) for series in self._series)
            + (self._by_day[day].complaints if day in self._by_day else 0)
            for number, day in enumerate(self.days)
        ]

    def __iter__(self) -> Iterator[tuple[date, list[Slot]]]:
        """Give each day with its requests."""
        chance = Random(f"{self._seed}:order")  # noqa: S311 - a play, not a secret
        for number, day in enumerate(self.days):
            slots: list[Slot] = []
            for series in self._series:
                slots += [series.slot] * series.season.on(number, series.total, series.phase)
            meeting = self._by_day.get(day)
            if meeting is not None:
                slot = Slot(Channel.PUBLIC_MEETING, None, meeting.number)
                slots += [slot] * meeting.complaints
            chance.shuffle(slots)
            yield day, slots


def _channel(kind: CentreKind) -> Channel:
    return Channel.CITY_CENTRE if kind is CentreKind.CITY else Channel.VILLAGE_CENTRE


def _meetings(scale: Scale, chance: Random) -> list[Meeting]:
    """Hold the meetings at even distances, no two on one day."""
    weights = [chance.randint(*_COMPLAINTS) for _ in range(scale.meetings)]
    length = (scale.last_day - scale.first_day).days - 7
    return [
        Meeting(
            number,
            working_day(
                scale.first_day.fromordinal(
                    scale.first_day.toordinal() + 3 + number * length // scale.meetings
                )
            ),
            complaints,
        )
        for number, complaints in enumerate(apportion(scale.meeting_complaints, weights))
    ]
