"""A committee of four around a table, for tests of its sittings."""

from typing import Any

from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import AgendaOutcome, RequestAction, VoteChoice
from pharmacy.rules.vocabulary import Role
from pharmacy.services.request_decision import approve
from pharmacy.services.request_handling import move
from pharmacy.services.settings import change_setting
from pharmacy.services.sitting import NewSitting, close_sitting, open_sitting, plan
from pharmacy.services.sitting_agenda import decide, fill, vote
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_actor,
    add_beneficiary,
    add_drug,
    add_request,
    decision,
    item,
    unique,
)


class Table:
    """A committee of four around a table, and what they do."""

    def __init__(self, pharmacy: Pharmacy) -> None:
        self.pharmacy = pharmacy
        self.database = pharmacy.database
        self.chair = pharmacy[Role.COMMITTEE]
        others = [add_actor(self.database, Role.COMMITTEE) for _ in range(3)]
        self.members = [self.chair, *others]
        self.ids = [member.staff_id for member in self.members]

    def before(self, **facts: Any) -> int:
        """A request that waits for the committee."""
        request_id = add_request(self.pharmacy, add_beneficiary(self.pharmacy), **facts)
        with self.database.transaction() as session:
            for action in (RequestAction.CHECK, RequestAction.SEND_TO_COMMITTEE):
                clerk = self.pharmacy[Role.CLERK]
                move(session, request_id, action, actor=clerk, now=NOW)
        return request_id

    def new(self, **facts: Any) -> NewSitting:
        given = {
            "submission_id": unique("sitting"),
            "held_on": TODAY,
            "place": "قاعة الديوان",
            "chair_id": self.chair.staff_id,
            "member_ids": frozenset(self.ids),
        }
        return NewSitting(**{**given, **facts})

    def plan(self, **facts: Any) -> int:
        with self.database.transaction() as session:
            return plan(session, self.new(**facts), actor=self.chair, now=NOW)

    def fill(self, sitting_id: int, most: int = 30) -> int:
        with self.database.transaction() as session:
            return fill(session, sitting_id, most=most, actor=self.chair, now=NOW)

    def open(self, sitting_id: int, present: int = 3, chair: int | None = None) -> None:
        came = frozenset(self.ids[:present])
        chair_id = chair or self.chair.staff_id
        with self.database.transaction() as session:
            who = self.chair
            open_sitting(session, sitting_id, present=came, chair_id=chair_id, actor=who, now=NOW)

    def vote(self, item_id: int, *choices: VoteChoice, actor: Actor | None = None) -> None:
        given = dict(zip(self.ids, choices, strict=False))
        with self.database.transaction() as session:
            vote(session, item_id, given, actor=actor or self.chair, now=NOW)

    def decide(self, item_id: int, outcome: AgendaOutcome, reason: str) -> None:
        with self.database.transaction() as session:
            decide(session, item_id, outcome, reason=reason, actor=self.chair, now=NOW)

    def approve(self, request_id: int, item_id: int | None, **facts: Any) -> int:
        wanted = decision(item(add_drug(self.pharmacy)))
        with self.database.transaction() as session:
            who = self.chair
            return approve(
                session, request_id, wanted, agenda_item_id=item_id, actor=who, now=NOW, **facts
            )

    def close(self, sitting_id: int) -> None:
        with self.database.transaction() as session:
            close_sitting(session, sitting_id, note="انتهت", actor=self.chair, now=NOW)

    def set(self, name: str, value: str) -> None:
        with self.database.transaction() as session:
            admin = self.pharmacy[Role.ADMINISTRATOR]
            change_setting(session, name, value, actor=admin, now=NOW)
