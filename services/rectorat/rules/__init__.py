"""The rules of the rectorat: pure functions (no database, no HTTP)."""
