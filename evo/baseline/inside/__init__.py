"""What runs in the optimiser's process."""
