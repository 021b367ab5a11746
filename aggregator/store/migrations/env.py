"""Where alembic is told what to work on: the connection, already in a transaction, that `migration` hands over."""

from __future__ import annotations

from alembic import context

from aggregator.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
