"""Alembic runs this for every migration: over the connection that `migrate` gives, in its transaction."""

from alembic import context

from bookfilm.store.ledger.tables import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables,
    # SQLite's tables are changed within a transaction too: a migration that dies half way has changed nothing.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
