"""Quality-diversity, pure: spaces, archives, selection, islands. No I/O, no async."""
