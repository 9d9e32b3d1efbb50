"""One run in SQLite: the only truth."""
