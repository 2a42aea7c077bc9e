"""What is done in a demonstration when the counter has closed: the store's and the office's work.

Each part has a chance generator of its own, so that one more part leaves the others as they were.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services import demo_invoices
from pharmacy.services.demo_claims import drawer_and_claims
from pharmacy.services.demo_closing import begin_closing
from pharmacy.services.demo_losses import Losses
from pharmacy.services.demo_money import Treasury

Evening = Callable[[Session, date, datetime], None]
"""Does what falls due on a working day, after the counter has closed."""
Begin = Callable[[Session, Mapping[str, Actor], date], Evening]
"""Begins the work of a part: the session, the staff by sign-in name, the day it is all for."""

EVENINGS: tuple[Begin, ...] = (
    Treasury,
    drawer_and_claims,
    demo_invoices.begin,
    Losses,
    begin_closing,
)
"""The parts, in the order in which an evening goes through them."""
