"""The bench as a whole, in this process or in a child with one thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from evo.eggroll.bench.claims import Claim
from evo.errors import InfraError

if TYPE_CHECKING:
    from collections.abc import Callable

    from evo.eggroll.bench.kernels import Kernels

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class Progress(Protocol):
    """Is told before each claim, and once more at the end with done = total."""

    def __call__(self, what: str, done: int, total: int, /) -> None:
        """Take note: `what` comes next, `done` of `total` claims are finished."""
        ...


def silent(what: str, done: int, total: int, /) -> None:
    """Take no note."""


def bench(*, quick: bool, progress: Progress = silent, kernels: Kernels | None = None) -> list[Claim]:
    """Measure every claim in this process.

    Timings are CPU seconds of the process: for figures that mean something numpy's matrix products must run on one
    thread, which has to be settled before numpy is loaded. `bench_in_child` does that.

    Args:
        quick: fewer sizes, seeds and samples: under 10 s of CPU instead of under 60.
        progress: told what comes next.
        kernels: the operations on trial; others than our own are for seeing a bound fail.

    Returns:
        The claims, in the order of the table.
    """
    from evo.eggroll.bench import cost, estimate, learners, throughput  # noqa: PLC0415 - numpy, only when it runs
    from evo.eggroll.bench.kernels import Kernels  # noqa: PLC0415 - idem

    trials: list[tuple[str, Callable[..., Claim]]] = [
        ("forward pass", cost.forward),
        ("memory", cost.memory),
        ("update", cost.update),
        ("bias against rank", estimate.bias_of_rank),
        ("bias, sampled", estimate.bias_sampled),
        ("bias against dimension", estimate.bias_of_dimension),
        ("variance", estimate.variance),
        ("linearisation", estimate.linearisation),
        ("rank of the update", estimate.rank_of_update),
        ("quadratic", learners.quadratic),
        ("sine", learners.sine),
        ("CartPole", learners.cartpole),
        ("int8", learners.integer),
    ]
    if throughput.available():
        trials.append(("throughput on the GPU", throughput.throughput))
    claims: list[Claim] = []
    for done, (what, trial) in enumerate(trials):
        progress(what, done, len(trials))
        start = time.process_time()
        claim = trial(kernels or Kernels(), quick=quick)
        claims.append(replace(claim, cpu_seconds=time.process_time() - start))
    progress("done", len(trials), len(trials))
    return claims


def bench_in_child(*, quick: bool, progress: Progress = silent) -> list[Claim]:
    """Measure every claim in a child process whose matrix products run on one thread.

    Arguments and result are those of `bench`.

    Raises:
        InfraError: the child died.
    """
    room = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, (room, os.environ.get("PYTHONPATH"))))
    environment = os.environ | dict.fromkeys(ONE_THREAD, "1") | {"PYTHONPATH": path}
    argv = [sys.executable, "-m", "evo.eggroll.bench", *(["--quick"] if quick else [])]
    claims: list[Claim] = []
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None  # noqa: S101 - it is a pipe
        try:
            for line in child.stdout:
                message = json.loads(line)
                if "claim" in message:
                    claims.append(Claim.from_plain(message["claim"]))
                else:
                    progress(message["what"], message["done"], message["total"])
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise InfraError(
            f"the bench ended with exit code {child.returncode} after {len(claims)} claims; see its message above"
        )
    return claims
