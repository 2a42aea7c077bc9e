"""Alembic's door: runs migrations on the connection that `pharmacy.migrations` hands it."""

from alembic import context

from pharmacy.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
