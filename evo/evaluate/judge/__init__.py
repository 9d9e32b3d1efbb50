"""What runs in the judge's process: the standard library and `judging` alone."""
