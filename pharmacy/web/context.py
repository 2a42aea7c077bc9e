"""What a view may reach for: the settings, the database, the visitor, the clock.

Below this floor nothing is looked up: a view takes `actor()` and `now()` from here and hands them
down to a service.
"""

import secrets
from datetime import UTC, datetime
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.rules.actor import Actor
from pharmacy.services.passwords import Passwords
from pharmacy.services.sign_in import SignedIn


def settings() -> Settings:
    """Return the settings this application was made with."""
    return cast("Settings", current_app.extensions["pharmacy_settings"])


def database() -> Database:
    """Return the database, in whose `transaction()` a POST writes."""
    return cast("Database", current_app.extensions["pharmacy_database"])


def passwords() -> Passwords:
    """Return the hasher of passwords."""
    return cast("Passwords", current_app.extensions["pharmacy_passwords"])


def reading() -> Session:
    """Return this request's one reading session, opened on first use and closed at the end."""
    if "reading" not in g:
        g.reading_door = database().reading()
        g.reading = g.reading_door.__enter__()
    return cast("Session", g.reading)


def close_reading(_error: BaseException | None = None) -> None:
    """Close the reading session, so that a page holds no connection longer than it reads."""
    door = g.pop("reading_door", None)
    g.pop("reading", None)
    if door is not None:
        door.__exit__(None, None, None)


def identity() -> SignedIn | None:
    """Return who is signed in, or None on a public page."""
    return cast("SignedIn | None", g.get("identity"))


def locked() -> SignedIn | None:
    """Return whose session this device holds locked, or None; it opens only the lock screen."""
    return cast("SignedIn | None", g.get("locked"))


def actor() -> Actor:
    """Return the member of staff at work; only views behind a sign-in rule ask."""
    who = identity()
    assert who is not None, "a view behind a sign-in rule is entered signed in"
    return who.actor


def now() -> datetime:
    """Return the moment of this request: one moment for all that one request does."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast("datetime", g.now)


def reference() -> str:
    """Return the request's own number, printed on error pages and in the log."""
    if "reference" not in g:
        g.reference = secrets.token_hex(4).upper()
    return cast("str", g.reference)
