"""How much of a Ray cluster's time is evaluations: four nodes of one CPU on this machine, evaluations of one second.

    python benchmarks/ray_scale.py [--nodes 4] [--each 15] [--json FILE]

Each program sleeps a second, so that the nodes may share fewer cores than they have CPUs. Prints the share of the
ideal time (programs / nodes x 1 s), for candidates alone and for whole pipelines, what a call costs, and what it would
cost to begin a site for every call, as a task of Ray's would.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from evo.config.pipeline import load_pipeline
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.execute.ray import RayCluster
from evo.execute.sandbox import Limits
from evo.records import EvaluationStatus, Program, StageStatus
from evo.testing.tasks import CONTROL, task
from tests.contracts.problems import YAML, make_problem
from tests.extras.ray_nodes import Nodes

NAP = "import time\ndef entry(n):\n    time.sleep(1)\n    return n\n"
NAPPING = "import time\ndef numbers(n, seed):\n    time.sleep(1)\n    return [0.25, 0.5, {share}]\n"
PATIENT = Limits(cpu_seconds=2.0, memory_mb=128, output_kb=100, grace_seconds=60.0)
CALLS = 50


async def candidates(executor, count):
    began = time.perf_counter()
    done = await asyncio.gather(*(executor.run(task(NAP, limits=PATIENT)) for _ in range(count)))
    assert {each.status for each in done} == {StageStatus.SUCCESS}, done
    return time.perf_counter() - began


async def pipelines(evaluator, texts):
    began = time.perf_counter()
    done = await asyncio.gather(*(evaluator.evaluate(Program.of(text)) for text in texts))
    assert {each.status for each in done} == {EvaluationStatus.VALID}, [each.feedback for each in done]
    return time.perf_counter() - began


async def warm(executor):
    began = time.perf_counter()
    for _ in range(CALLS):
        await executor.run(task(CONTROL))
    return (time.perf_counter() - began) / CALLS * 1000


async def fresh(count=5):
    began = time.perf_counter()
    for _ in range(count):
        executor = LocalExecutor(workers=1)
        await executor.run(task(CONTROL))
        await executor.close()
    return (time.perf_counter() - began) / count * 1000


async def measured(options, problem, texts, warmers):
    count = len(texts)
    executor = options.open()
    async with Evaluator(problem=problem, graph=Graph.of(load_pipeline("default")), executor=executor) as evaluator:
        await asyncio.gather(*(evaluator.evaluate(Program.of(text)) for text in warmers))
        ideal = count / options.workers
        local = LocalExecutor(workers=1)
        try:
            await local.run(task(CONTROL))
            here = await warm(local)
        finally:
            await local.close()
        return {
            "nodes": options.workers,
            "evaluations": count,
            "tier": str(executor.tier),
            "candidates_share": ideal / await candidates(executor, count),
            "pipelines_share": ideal / await pipelines(evaluator, texts),
            "call_ms": await warm(executor),
            "call_here_ms": here,
            "site_for_a_call_ms": await fresh(),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=4)
    parser.add_argument("--each", type=int, default=15, help="evaluations a node")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        problem = make_problem(Path(place), yaml=YAML.replace("[math, numpy]", "[time]"))
        nodes = Nodes(Path(place), given.nodes)
        try:
            options = RayCluster(address=nodes.address, workers=given.nodes, token=str(nodes.token))
            texts = [NAPPING.format(share=number / 1000) for number in range(given.nodes * (given.each + 2))]
            cut = given.nodes * 2
            found = asyncio.run(measured(options, problem, texts[cut:], texts[:cut]))
        finally:
            nodes.end()
    found |= {"date": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "python": platform.python_version()}
    found["load"] = os.getloadavg()[0]
    for name, value in found.items():
        print(f"{name:20} {value:.3f}" if isinstance(value, float) else f"{name:20} {value}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
