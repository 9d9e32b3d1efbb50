"""What runs in one process with an evaluator of somebody else's and a program: the standard library alone."""
