"""Figures of runs: pure functions of what was recorded."""
