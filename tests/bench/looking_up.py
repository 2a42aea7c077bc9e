"""What a search is measured against, and both served: `house` or `floor` on either engine.

The floor is Flask with one raw statement: a request by its number, its page a line of text. No
search can be quicker than finding one row by its key over the same web server and driver.
"""

import logging
import sys
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, request

from pharmacy.app import create_app
from pharmacy.commands.serve import CONNECTIONS_MAX, THREADS
from pharmacy.config import Settings
from pharmacy.db import Database
from tests.bench.ground import COST, KEY

BY_NUMBER = (
    "SELECT r.id, r.number, r.received_on, r.citizen_name, r.asked_for FROM citizen_request r"
    " WHERE r.number = {mark}"
)


def by_number(database: Database, number: str) -> Any:
    """Find one request by its number, straight through the driver."""
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(BY_NUMBER.format(mark="?" if database.embedded else "%s"), (number,))
        return cursor.fetchone()
    finally:
        connection.close()


def floor(url: str) -> Flask:
    """Return the floor's application."""
    app, database = Flask(__name__), Database(url)

    @app.get("/requests")
    def find() -> str:
        return str(by_number(database, request.args["q"]))

    @app.get("/login")
    def door() -> str:
        return ""

    @app.post("/login")
    def enter() -> str:
        return "in"

    return app


def main() -> None:
    """Serve one of the two on a free port, and say which."""
    which, url, folder = sys.argv[1:]
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = Settings(
        instance=Path(folder),
        database_url=url,
        seal_key=KEY,
        secret_key=b"the cookie key of the benchmark!",
        hash_cost=COST,
    )
    app = floor(url) if which == "floor" else create_app(settings)
    server = waitress.create_server(
        app, host="127.0.0.1", port=0, threads=THREADS, connection_limit=CONNECTIONS_MAX, ident=None
    )
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main()
