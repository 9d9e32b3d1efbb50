"""What a judge's call costs: CPU microseconds of judge and candidate together, through the whole evaluation.

Run as `python benchmarks/calls.py [--json]`; exit code 1 if a bound is missed. The judge measures itself with
`time.process_time` around every call, so that a median can be taken; the candidate's clock is read before and after all
of them. The clock's own cost is included.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from evo.config.pipeline import load_pipeline
from evo.config.problem import load_problem
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.records import Program

CALL_BOUND, ITEM_BOUND = 50.0, 5.0
ASK_BOUND, BATCH_BOUND = 60.0, 200.0
PROBLEM = """
name: calls
summary: int to int
program: {entry: plus_one, imports: [math, time, numpy], called_by: judge}
objective: {name: call, direction: minimize, unit: microseconds}
limits: {cpu_seconds: 20, memory_mb: 256, output_kb: 1000, judge_seconds: 20}
"""
JUDGE = """
import statistics
import time

import numpy as np

from evo.judging import QueryLedger, consult

CALLS, BATCH = 10_000, 10_000


def consultation(candidate, asks, size):
    # CPU seconds a question: both sides, the ledger's share included.
    ledger = QueryLedger(asks * size, {"number": 1})

    def ask(body):
        ledger.charge("number", size)
        return body + 1 if size == 1 else np.frombuffer(body.data, body.dtype)

    before, start = candidate.call("spent"), time.process_time()
    consult(candidate, "curious", asks, size, ledger=ledger, ask=ask)
    return (time.process_time() - start + candidate.call("spent") - before) / asks


def evaluate(candidate, params):
    assert candidate.call("plus_one", 1) == 2
    costs = []
    theirs = candidate.call("spent")
    for number in range(CALLS):
        start = time.process_time()
        candidate.call("plus_one", number)
        costs.append(time.process_time() - start)
    theirs = candidate.call("spent") - theirs
    before, start = candidate.call("spent"), time.process_time()
    results = candidate.map("plus_one", [(number,) for number in range(10 * CALLS)])
    item = time.process_time() - start + candidate.call("spent") - before
    assert results[-1] == 10 * CALLS
    ask, batch = consultation(candidate, CALLS, 1), consultation(candidate, CALLS // 10, BATCH)
    return {
        "objective": 1e6 * (statistics.median(costs) + theirs / CALLS),
        "metrics": {
            "judge": 1e6 * statistics.median(costs),
            "program": 1e6 * theirs / CALLS,
            "item": 1e6 * item / len(results),
            "ask": 1e6 * ask,
            "batch": 1e6 * batch,
        },
    }
"""
CANDIDATE = """
import time

import numpy as np


def plus_one(number):
    return number + 1


def curious(asks, size):
    question = 1 if size == 1 else np.arange(float(size))
    for _ in range(asks):
        reply = yield {"ask": question}
    return 0


def spent():
    return time.process_time()
"""


async def measure(folder: Path) -> dict[str, float]:
    for name, text in {"problem.yaml": PROBLEM, "evaluate.py": JUDGE, "brief.md": "-", "seeds/s.py": CANDIDATE}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    problem, graph = load_problem(str(folder)), Graph.of(load_pipeline("minimal"))
    async with Evaluator(problem=problem, graph=graph, executor=LocalExecutor()) as evaluator:
        found = await evaluator.evaluate(Program.of(CANDIDATE))
    if found.objective is None:
        raise SystemExit(found.feedback)
    return {"call": found.objective, **found.metrics}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(Path(folder)))
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        print(f"a call, int -> int   {found['call']:6.1f} us CPU (at most {CALL_BOUND:g}; median of 10,000)")
        print(f"  of it the judge    {found['judge']:6.1f}")
        print(f"  of it the program  {found['program']:6.1f} (mean)")
        print(f"an item of a map     {found['item']:6.2f} us CPU (at most {ITEM_BOUND:g})")
        print(f"a question, int      {found['ask']:6.1f} us CPU (at most {ASK_BOUND:g}; mean, with the ledger)")
        print(f"10,000 numbers       {found['batch']:6.1f} us CPU (at most {BATCH_BOUND:g}; there and back)")
    bounds = {"call": CALL_BOUND, "item": ITEM_BOUND, "ask": ASK_BOUND, "batch": BATCH_BOUND}
    return int(any(found[name] > most for name, most in bounds.items()))


if __name__ == "__main__":
    sys.exit(main())
