"""What a run can cost at most, before it is begun."""
