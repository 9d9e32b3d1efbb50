"""What the driver costs per candidate, and whether that stays flat.

The real loop, store, prompts and edit grammar; a model that answers at once and a judge that costs nothing, so all
that is measured is ours. CPU seconds of this process, the writer's thread included.

    python benchmarks/loop.py [--tickets 4000] [--json]
"""

import argparse
import asyncio
import itertools
import json
import re
import statistics
import tempfile
import time
from pathlib import Path

from evo.config.sections import BudgetSpec
from evo.llm.answer_log import Recorded
from evo.propose.answer import AnswerReader
from evo.propose.emitters.crossover import Crossover
from evo.propose.emitters.diff import Diff
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.problem_contract import ProblemContract
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.selectors import Tournament
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Ring
from evo.records import Completion, Direction, Evaluation, EvaluationStatus, Program, StageResult, StageStatus
from evo.rng import stream
from evo.search.attempt import Attempts
from evo.search.gates import Gates
from evo.search.issue import Issuer, Way
from evo.search.library import Library
from evo.search.loop import Search
from evo.search.state import State
from evo.store.store import RunHeader, Store

BODY = "".join(f"def part_{i}(a, b):\n    return a * {i} + b - {i}.5\n\n\n" for i in range(40))
SEEDS = {f"seed{i}": Program.of(f"x = 0.{i}\ny = 0.{i}\n\n{BODY}") for i in (2, 7)}


class Model:
    """Moves both numbers a little, as a diff, as a function of the request alone."""

    async def complete(self, request):
        random = stream(request.seed, "bench", 0)
        found = re.search(r"x = ([\d.e-]+)\ny = ([\d.e-]+)", request.prompt.user.split("## Parent", 1)[1])
        x, y = (min(max(float(v) + random.gauss(0, 0.02), 0.0), 1.0) for v in found.groups())
        new = f"x = {x:.9f}\ny = {y:.9f}"
        return Completion(text=f"A step.\n\n<<<<<<< SEARCH\n{found[0]}\n=======\n{new}\n>>>>>>> REPLACE\n")

    async def close(self):
        pass


class Judge:
    """Reads the two numbers off the text."""

    async def evaluate(self, program):
        x, y = (float(v) for v in re.search(r"x = ([\d.e-]+)\ny = ([\d.e-]+)", program.text).groups())
        return Evaluation(
            program=program.id,
            status=EvaluationStatus.VALID,
            objective=-abs(x - 0.3) - abs(y - 0.6),
            measures={"x": x, "y": y},
            stages=(StageResult(stage="score", status=StageStatus.SUCCESS),),
        )


def build(folder, tickets):
    header = RunHeader(
        id="bench",
        created=0.0,
        version="",
        problem="bench",
        instance="",
        fingerprint="",
        direction="maximize",
        unit="",
        seed=0,
        islands=4,
        cells=2500,
        axes="[]",
        seeds="[]",
        spec="",
        tier="none",
    )
    store = Store.create(folder, header, SEEDS.values())
    space = GridSpace(tuple(Axis(name=name, low=0.0, high=1.0, cells=50) for name in ("x", "y")))
    archives = [Archive(space, Direction.MAXIMIZE, island) for island in range(4)]
    state = State(Archipelago(archives, Ring(every=50), len(SEEDS)), Direction.MAXIMIZE)
    library = Library(store, SEEDS.values(), most=2048)
    contract = ProblemContract(
        label="bench",
        summary="",
        brief="Find the numbers.",
        language="python",
        file="program.py",
        entry="f",
        signature="f()",
        editable="whole",
        objective="closeness",
        params={},
        direction=Direction.MAXIMIZE,
        measures={"x": "", "y": ""},
    )
    issuer = Issuer(
        seed=0,
        seeds=SEEDS,
        ways=(Way(selector=Tournament(), emitters=(Diff(llm="fast", weight=3.0), Crossover(llm="fast"))),),
        prompts=PromptBuilder(contract, emitters=(Diff, Crossover)),
        library=library,
    )
    attempts = Attempts(
        llms={"fast": Recorded(Model(), store)},
        evaluator=Judge(),
        store=store,
        state=state,
        gates=Gates(16, 8),
        reader=AnswerReader(editable="whole"),
    )
    search = Search(
        state=state,
        store=store,
        library=library,
        issuer=issuer,
        attempts=attempts,
        budget=BudgetSpec(tickets=tickets),
        window=32,
        ordered=False,
        problem=None,
        folder=folder,
    )
    return search, store


async def measure(tickets):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        search, store = build(folder, tickets)
        marks = [(time.process_time(), time.perf_counter())]
        async with search:
            async for commit in search:
                if (commit.seq + 1) % 100 == 0:
                    marks.append((time.process_time(), time.perf_counter()))
        store.close()
        assert search.run_state == "finished", search.stop_reason
        size = sum(path.stat().st_size for path in folder.glob("run.db*"))
    cpu = [(b[0] - a[0]) * 10 for a, b in itertools.pairwise(marks)]
    tenth = max(len(cpu) // 10, 1)
    return {
        "tickets": tickets,
        "cpu_ms_per_candidate": round(statistics.median(cpu), 3),
        "first_tenth_ms": round(statistics.median(cpu[:tenth]), 3),
        "last_tenth_ms": round(statistics.median(cpu[-tenth:]), 3),
        "candidates_per_second": round(tickets / (marks[-1][1] - marks[0][1]), 1),
        "bytes_per_candidate": round(size / tickets),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=4000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = asyncio.run(measure(options.tickets))
    print(json.dumps(found) if options.json else "\n".join(f"{key:24} {value}" for key, value in found.items()))


if __name__ == "__main__":
    main()
