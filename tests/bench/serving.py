"""One of the two applications behind waitress, with the house's own settings of it."""

import logging
import sys
from pathlib import Path

import waitress

from pharmacy.app import create_app
from pharmacy.commands.serve import CONNECTIONS_MAX, THREADS
from pharmacy.config import Settings
from pharmacy.db import embedded_url
from tests.bench import floor
from tests.bench.ground import COST, KEY


def main() -> None:
    """Serve `house` or `floor` on a free port, and say which."""
    which, file = sys.argv[1:]
    # Eight clients at eight threads queue now and then; that is what is measured.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if which == "floor":
        app = floor.create_app(file, KEY)
    else:
        settings = Settings(
            instance=Path(file).parent,
            database_url=embedded_url(Path(file)),
            seal_key=KEY,
            secret_key=b"the cookie key of the benchmark!",
            hash_cost=COST,
        )
        app = create_app(settings)
    server = waitress.create_server(
        app, host="127.0.0.1", port=0, threads=THREADS, connection_limit=CONNECTIONS_MAX, ident=None
    )
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main()
