"""A search straight from Python: a seed and a score function go in, and what is found comes back as a value."""
