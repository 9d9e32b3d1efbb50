"""One part of every kind, written against the public names of `evo` alone."""
