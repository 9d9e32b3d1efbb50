"""Emitters: configured sources of proposals, one file an operator beside its template."""
