"""Trackers: a run told to files and services beside its own log, which stays the only truth."""
