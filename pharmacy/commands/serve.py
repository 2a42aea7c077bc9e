"""`pharmacy serve`: the application behind waitress."""

import socket
from dataclasses import replace

import click
import waitress

from pharmacy.app import create_app
from pharmacy.commands.door import is_demo, opened, say
from pharmacy.commands.outbox import sending
from pharmacy.config import Settings
from pharmacy.db import Database

THREADS = 8
# A browser holds several connections open; the default of 100 is full with a few dozen clerks.
CONNECTIONS_MAX = 1000


@click.command()
@click.option("--host", help="Address to listen on; PHARMACY_HOST otherwise.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="PHARMACY_PORT otherwise; 0 takes a free one."
)
def serve(host: str | None, port: int | None) -> None:
    """Serve the application; an interrupt (Ctrl+C) ends it."""
    with opened() as (settings, database):
        run(with_address(settings, host, port), database)


def with_address(settings: Settings, host: str | None, port: int | None) -> Settings:
    """Return the settings with the address given on the command line.

    A host named on the command line is one the server answers to.
    """
    chosen = host or settings.host
    hosts = settings.trusted_hosts
    if chosen not in hosts and host:
        hosts = (*hosts, chosen)
    return replace(
        settings, host=chosen, port=settings.port if port is None else port, trusted_hosts=hosts
    )


def run(settings: Settings, database: Database) -> None:
    """Serve until interrupted, and send what is due in the outbox meanwhile.

    A database of invented people marks every page and paper.
    """
    app = create_app(replace(settings, demo=settings.demo or is_demo(database)), database)
    with _listening(settings) as listener, sending(settings, database):
        port = listener.getsockname()[1]
        say(f"Serving http://{settings.host}:{port}/ — press Ctrl+C to end.")
        waitress.serve(
            app, sockets=[listener], threads=THREADS, connection_limit=CONNECTIONS_MAX, ident=None
        )


def _listening(settings: Settings) -> socket.socket:
    """Take the address before anything is promised.

    Raises:
        click.ClickException: Another program has it, or this machine does not.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise click.ClickException(
            f"Nothing can listen on {settings.host}:{settings.port} ({error.strerror})."
            " Choose another port with --port."
        ) from error
