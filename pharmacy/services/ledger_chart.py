"""The chart of accounts: codes and names are finance's to choose, what an account is never."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.errors import AccountCodeTaken, MissingFact
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account
from pharmacy.services import audit
from pharmacy.services.ledger import accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNames:
    """What an account is called."""

    code: str
    name_ar: str
    name_en: str


def change_chart(
    session: Session, wanted: Mapping[Account, AccountNames], *, actor: Actor, now: datetime
) -> int:
    """Give accounts other codes and names; return how many of them differ from before.

    Raises:
        NotPermitted: The role does not keep the funds.
        MissingFact: A code or a name is empty.
        AccountCodeTaken: Two accounts would have one code.
    """
    actor.require(Permission.FUND_MANAGE)
    rows = accounts(session)
    codes = {row.code: row.account for row in rows.values() if row.account not in wanted}
    for account, names in wanted.items():
        for name in ("code", "name_ar", "name_en"):
            if not getattr(names, name).strip():
                raise MissingFact(name=f"{account.value}_{name}")
        if codes.setdefault(names.code.strip(), account) is not account:
            raise AccountCodeTaken(key=names.code.strip())
    changed = 0
    for account, names in wanted.items():
        row = rows[account]
        before = {name: getattr(row, name) for name in ("code", "name_ar", "name_en")}
        after = {name: getattr(names, name).strip() for name in before}
        if after != before:
            changed += 1
            # Codes may change places, and no two may be alike for a moment either.
            row.code = f"~{account.value}"
            session.flush()
            audit.record(
                session, "change", "account", account.value,
                before=before, after=after, actor=actor, now=now,
            )  # fmt: skip
    for account, names in wanted.items():
        row = rows[account]
        row.code, row.name_ar, row.name_en = (
            names.code.strip(),
            names.name_ar.strip(),
            names.name_en.strip(),
        )
    session.flush()
    return changed
