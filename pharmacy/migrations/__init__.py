"""The schema's history, inside the package, so that an installed wheel can bring it up to date."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from pharmacy.db import Database


def _config(connection: Connection, seal_key: bytes = b"") -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("pharmacy") / "migrations"))
    config.attributes["connection"] = connection
    config.attributes["seal_key"] = seal_key
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to a revision, whole or not at all; what is not sealed yet is sealed."""
    with database.transaction() as session:
        command.upgrade(_config(session.connection(), session.info["seal_key"]), revision)


def downgrade(database: Database, revision: str = "base") -> None:
    """Take the schema down to a revision, whole or not at all."""
    with database.transaction() as session:
        command.downgrade(_config(session.connection()), revision)


def is_current(database: Database) -> bool:
    """Tell whether the database has the schema this program was written for."""
    with database.reading() as session:
        connection = session.connection()
        head = ScriptDirectory.from_config(_config(connection)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision() == head
