"""`evo` as a function, as in the tests of the verbs; and the wheel, built once for all processes that test it."""

import fcntl
import os

import pytest

from tests.cli.conftest import evo
from tests.third_party.place import ROOT, build

__all__ = ["evo", "wheel"]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Our wheel, as somebody would get it."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "wheel"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = list(place.glob("evo_search-*.whl"))
        return found[0] if found else build(ROOT, place)
