"""`pharmacy staff add`: an account from the command line."""

import secrets

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.commands.door import actor_for, moment, opened, say
from pharmacy.models import Centre, Site
from pharmacy.rules.vocabulary import Role
from pharmacy.services.passwords import Passwords
from pharmacy.services.staff import StaffFacts, add_staff

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 20


def new_password() -> str:
    """Return a random password without letters that are mistaken for each other."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


@click.group()
def staff() -> None:
    """Accounts of staff."""


@staff.command()
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", "name_ar", required=True, help="Arabic name, on papers.")
@click.option("--name-en", default="", help="English name; the Arabic one otherwise.")
@click.option("--site", default="", help="Code of the place that holds stock, like P1.")
@click.option("--centre", default="", help="Code of the one centre whose requests are seen.")
@click.option("--as", "account", metavar="USERNAME", help="The administrator who adds.")
def add(
    *,
    username: str,
    role: str,
    name_ar: str,
    name_en: str,
    site: str,
    centre: str,
    account: str | None,
) -> None:
    """Add an account; its password is printed once and changed at the first sign-in."""
    password = new_password()
    with opened() as (settings, database):
        cost = settings.hash_cost
        hasher = Passwords(passes=cost.passes, memory=cost.memory, lanes=cost.lanes)
        password_hash = hasher.hash(password)
        with database.transaction() as session:
            facts = StaffFacts(
                username=username,
                name_ar=name_ar,
                name_en=name_en,
                role=Role(role),
                site_id=_id_of(session, Site, site),
                centre_id=_id_of(session, Centre, centre),
            )
            actor = actor_for(session, Role.ADMINISTRATOR, account)
            add_staff(session, facts, password_hash=password_hash, actor=actor, now=moment())
    say(f"{username} may sign in. This password is shown once and must then be changed:")
    click.echo(password)


def _id_of(session: Session, model: type[Site | Centre], code: str) -> int | None:
    if not code:
        return None
    found = session.scalar(select(model.id).where(model.code == code))
    if found is None:
        raise click.ClickException(f"There is no {model.__name__.lower()} {code}.")
    return found
