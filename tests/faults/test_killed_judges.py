"""Killed from outside while programs are evaluated: judges, zygotes and candidates, in turn and again and again."""

import asyncio
import os
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from evo.config.pipeline import load_pipeline
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.inside import kernel
from evo.records import EvaluationStatus, Program
from tests.contracts.problems import JUDGE, YAML, make_problem
from tests.contracts.walks import Counting

WORKERS = 2
SLOW_JUDGE = JUDGE.replace("import math", "import math, time").replace(
    "    values =", "    time.sleep(0.03)\n    values ="
)
SLOW = "import time\ndef numbers(n, seed):\n    time.sleep(0.03)\n    return [0.25] * n\n"
TURNS = ("judge", "zygote", "candidate")


def helpers(module: str) -> list[int]:
    words = {}
    for pid in kernel.own_children():
        try:
            words[pid] = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
    return [pid for pid, text in words.items() if module.encode() in text]


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def victims(turn: str) -> list[int]:
    match turn:
        case "judge":
            return helpers("evo.evaluate.judge.main")
        case "zygote":
            return helpers("evo.execute.inside.zygote")
        case _:
            return [child for zygote in helpers("evo.execute.inside.zygote") for child in children_of(zygote)]


@pytest.mark.parametrize("kills", [6, pytest.param(30, marks=[pytest.mark.soak])])
def test_only_what_was_in_flight_is_evaluated_again(tmp_path: Path, kills: int):
    problem = make_problem(tmp_path, judge=SLOW_JUDGE, yaml=YAML.replace("numpy", "time"))
    killed: Counter[str] = Counter()
    over, ended = [], [0] * WORKERS

    def strike() -> None:
        deadline = time.monotonic() + 300
        while killed.total() < kills and time.monotonic() < deadline:
            time.sleep(0.12)
            turn = TURNS[killed.total() % len(TURNS)]
            for pid in victims(turn)[:1]:
                with suppress(ProcessLookupError):  # it ended by itself meanwhile
                    os.kill(pid, signal.SIGKILL)
                    killed[turn] += 1
            # An evaluation that is hit twice is the machine's failure, so each has to get to its end first.
            before = tuple(ended)
            while any(now == then for now, then in zip(ended, before, strict=True)) and time.monotonic() < deadline:
                time.sleep(0.01)
        over.append(True)

    async def main() -> tuple[list, int]:
        executor = Counting(workers=WORKERS)
        graph = Graph.of(load_pipeline("default"))
        found = []
        numbers = iter(range(10**6))

        async def lane(number: int, evaluator: Evaluator) -> None:
            while not over or len(found) < 20:
                found.append(await evaluator.evaluate(Program.of(f"{SLOW}# {next(numbers)}\n")))
                ended[number] += 1

        async with Evaluator(problem=problem, graph=graph, executor=executor) as evaluator:
            await asyncio.gather(asyncio.to_thread(strike), *(lane(each, evaluator) for each in range(WORKERS)))
        return found, len(executor.tasks)

    found, runs = asyncio.run(main())
    assert killed.total() == kills
    assert set(killed) == set(TURNS)
    assert {evaluation.status for evaluation in found} == {EvaluationStatus.VALID}
    assert {evaluation.objective for evaluation in found} == {0.75}
    assert len(found) <= runs <= len(found) + kills * WORKERS
    assert kernel.own_children() == []
