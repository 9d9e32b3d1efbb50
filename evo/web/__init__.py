"""The page: a read-only server over a folder of runs, and the modules that a browser draws it with."""
