"""The loop: tickets in order, what each asks, and the fold of what came of it."""
