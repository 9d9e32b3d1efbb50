"""Whether a log means what it says."""
