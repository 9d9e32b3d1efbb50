"""A run's database, read: nothing here writes."""
