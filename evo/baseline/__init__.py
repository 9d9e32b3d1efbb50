"""What an optimiser of numbers finds in the same problem."""
