"""`pharmacy token add` and `token revoke`: what other programs sign in with."""

import click

from pharmacy.commands.door import actor_for, moment, opened, say
from pharmacy.rules.vocabulary import Role
from pharmacy.services.token import add_token, revoke_token


@click.group()
def token() -> None:
    """Bearer tokens of other programs."""


@token.command()
@click.argument("name")
@click.option("--staff", "username", required=True, help="The account the program acts as.")
@click.option("--as", "account", metavar="USERNAME", help="The administrator who adds.")
def add(name: str, username: str, account: str | None) -> None:
    """Make a token and print it once; only its hash is kept."""
    with opened() as (_settings, database), database.transaction() as session:
        actor = actor_for(session, Role.ADMINISTRATOR, account)
        made = add_token(session, name, username, actor=actor, now=moment())
    say(f"{name} acts as {username}. This token is shown once:")
    click.echo(made)


@token.command()
@click.argument("name")
@click.option("--as", "account", metavar="USERNAME", help="The administrator who takes it back.")
def revoke(name: str, account: str | None) -> None:
    """Take a token back; it opens nothing from now on."""
    with opened() as (_settings, database), database.transaction() as session:
        actor = actor_for(session, Role.ADMINISTRATOR, account)
        revoke_token(session, name, actor=actor, now=moment())
    say(f"{name} was taken back.")
