"""Alembic migrations of a bac: every schema of one database, in one line of history."""
