"""`evo` as a function, as in the tests of the verbs."""

from tests.cli.conftest import evo

__all__ = ["evo"]
