import os
import subprocess
import sys
import time

import pytest

from evo.evaluate.judge.counters import Counters


@pytest.mark.skipif(sys.platform != "linux", reason="the clock of another process is Linux's")
def test_the_time_of_another_process_is_read_from_outside_and_stays_known():
    busy = subprocess.Popen(
        [sys.executable, "-c", "import sys\nprint(sum(range(3000000)), flush=True)\nsys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    counters = Counters(busy.pid)
    busy.stdout.readline()
    used = counters.cpu_seconds()
    assert 0 < used < 30
    counters.close()
    busy.kill()
    busy.communicate()
    assert counters.cpu_seconds() >= used


def test_instructions_are_counted_or_it_is_said_why_not():
    counters = Counters(os.getpid())
    before = counters.instructions()
    sum(range(100000))
    after = counters.instructions()
    if before is None:
        assert counters.uncounted
        assert after is None
    else:
        assert after - before > 100000
    counters.close()


def test_a_process_that_nobody_knows_has_used_nothing():
    counters = Counters(0)
    assert (counters.cpu_seconds(), counters.instructions()) == (0.0, None)
    assert counters.uncounted
    assert time.process_time() > 0
