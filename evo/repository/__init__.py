"""A repository as a program: its tree as it lies on disk, what is told of it, and the way back into git."""
