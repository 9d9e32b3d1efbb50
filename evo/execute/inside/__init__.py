"""What runs behind the walls, and the zygote that forks it: the standard library alone."""
