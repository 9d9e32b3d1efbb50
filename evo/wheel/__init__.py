"""Agents and people at the wheel: asking a run for tickets, telling it programs, from this process or another one."""
