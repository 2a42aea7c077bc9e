"""Reading and changing settings."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.db_session import once
from pharmacy.errors import MissingFact, NotFound
from pharmacy.models import Setting
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import parse_integer
from pharmacy.rules.permissions import Permission
from pharmacy.rules.settings import DIGITS, SETTINGS, SettingKind
from pharmacy.services import audit

_CHANGED = select(Setting.name, Setting.value)


def all_settings(session: Session) -> dict[str, str]:
    """Return every setting: the value somebody set, or its default."""

    def changed_ones() -> dict[str, str]:
        return {row.name: row.value for row in session.connection().execute(_CHANGED)}

    changed = once(session, "settings", changed_ones)
    return {name: changed.get(name, spec.default) for name, spec in SETTINGS.items()}


def paper_digits(session: Session, asked: str | None = None) -> str:
    """Return the digits of a paper: those asked for where they are known, else the setting's."""
    return asked if asked in DIGITS else all_settings(session)["paper_digits"]


def whole_setting(session: Session, name: str) -> int:
    """Return a setting that is a whole number."""
    row = session.get(Setting, name)
    return int(row.value if row else SETTINGS[name].default)


def change_setting(session: Session, name: str, value: str, *, actor: Actor, now: datetime) -> None:
    """Change a setting.

    Raises:
        NotFound: There is no such setting.
        MissingFact: The text is empty, or no choice of the list.
        InvalidNumber: Not a whole number within the setting's bounds.
    """
    actor.require(Permission.SETTINGS_MANAGE)
    spec = SETTINGS.get(name)
    if spec is None:
        raise NotFound(noun="setting", key=name)
    text = value.strip()
    if not (text or spec.optional) or (
        spec.kind is SettingKind.CHOICE and text not in spec.choices
    ):
        raise MissingFact(name=name)
    if spec.kind is SettingKind.WHOLE:
        text = str(parse_integer(text, minimum=spec.minimum, maximum=spec.maximum))
    row = session.get(Setting, name, with_for_update=True)
    before = row.value if row else spec.default
    if row is None:
        row = Setting(name=name)
        session.add(row)
    row.value, row.changed_at, row.changed_by = text, now, actor.staff_id
    session.flush()
    audit.record(
        session,
        "change",
        "setting",
        name,
        before={"value": before},
        after={"value": text},
        actor=actor,
        now=now,
    )
