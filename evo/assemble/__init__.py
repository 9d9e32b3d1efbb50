"""The composition root: from declared files to living objects."""
