"""`pharmacy token add` and `token revoke`: what other programs sign in with."""

import click

from pharmacy.commands.door import actor_for, moment, opened, say
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Role
from pharmacy.services.token import add_token, revoke_token


@click.group()
def token() -> None:
    """Bearer tokens of other programs."""


@token.command()
@click.argument("name")
@click.option("--staff", "username", required=True, help="The account the program acts as.")
@click.option(
    "--scope",
    "scopes",
    required=True,
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may do; once for each.",
)
@click.option("--as", "account", metavar="USERNAME", help="The administrator who adds.")
def add(name: str, username: str, scopes: tuple[str, ...], account: str | None) -> None:
    """Make a token and print it once; only its hash is kept."""
    wanted = [Scope(scope) for scope in scopes]
    with opened() as (_settings, database), database.transaction() as session:
        actor = actor_for(session, Role.ADMINISTRATOR, account)
        made = add_token(session, name, username, scopes=wanted, actor=actor, now=moment())
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
