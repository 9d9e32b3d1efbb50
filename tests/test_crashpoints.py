"""The points at which a test may kill: named, counted, and nothing at all when unset."""

import os
import signal
import subprocess
import sys

import pytest

from evo.crashpoints import ENVIRONMENT, CrashPoint, hook, reached

SCRIPT = """
from evo.crashpoints import CrashPoint, reached
for point in [*CrashPoint, *CrashPoint]:
    reached(point)
    print(point, flush=True)
"""


def test_it_kills_at_the_nth_time():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | {ENVIRONMENT: "answer_stored:2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == [*CrashPoint, *list(CrashPoint)[:2]]


def test_unset_it_does_nothing():
    assert not os.environ.get(ENVIRONMENT)
    for point in CrashPoint:
        reached(point)


@pytest.mark.parametrize("wanted", ["nowhere:1", "answer_stored:soon"])
def test_a_wrong_point_is_refused(wanted):
    with pytest.raises(ValueError, match=r"nowhere|soon"):
        hook(wanted)
