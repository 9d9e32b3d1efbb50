"""How busy the model slots are, and what a call costs the client: the real loop against a stub in its own process.

    python -m benchmarks.overhead                     800 calls, 8 slots, 1 s +/- 0.5 s
    python -m benchmarks.overhead --calls 160 --scale 0.2

Evaluation costs nothing here, so that only the loop, the store and the client are measured. Busy is what the server
saw: the time that it spent on calls over slots times span, from the first call to the last answer, tail included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from evo.config.sections import BudgetSpec
from evo.llm.answer_log import Recorded
from evo.llm.model import LLMContext
from evo.llm.openai.options import OpenAI
from evo.propose.answer import AnswerReader
from evo.propose.emitters.diff import Diff
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.problem_contract import ProblemContract
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.selectors import Uniform
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Isolated
from evo.records import Direction, Evaluation, EvaluationStatus, Program, Prompt, Request
from evo.search.attempt import Attempts
from evo.search.gates import Gates
from evo.search.issue import Issuer, Way
from evo.search.library import Library
from evo.search.loop import Search
from evo.search.state import State
from evo.store.store import RunHeader, Store

ROOT = Path(__file__).parents[1]
SLOTS = 8
CONTRACT = ProblemContract(
    label="stub",
    summary="find a number",
    brief="Find a number. " * 40,
    language="python",
    file="program.py",
    entry="x",
    signature="x = number",
    editable="whole",
    objective="size",
    direction=Direction.MAXIMIZE,
    params={},
    measures={"x": "the number"},
)
HEADER = RunHeader(
    **dict.fromkeys(("id", "version", "problem", "instance", "fingerprint", "unit", "spec"), ""),
    created=0.0,
    direction="maximize",
    seed=0,
    islands=1,
    cells=10,
    axes="[]",
    seeds="[]",
    tier="none",
)


class Instant:
    """Scores at once."""

    async def evaluate(self, program: Program) -> Evaluation:
        """Return a number that depends on the program."""
        x = (int(program.id[:6], 16) % 1000) / 1000
        return Evaluation(program=program.id, status=EvaluationStatus.VALID, objective=x, measures={"x": x})


def started(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start the stub; return its process and its base url."""
    folder.mkdir(parents=True, exist_ok=True)
    answers: list[str] = []
    for number in range(200):
        path = folder / f"{number}.md"
        path.write_text(f"step\n\n```python\nx = {number}\n" + f"# {'text ' * 60}\n" * 10 + "```\n", encoding="utf-8")
        answers += ["--answer", str(path)]
    command = [sys.executable, "-m", "evo", "mock-server", "--port", "0", *arguments, *answers]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout
    return process, process.stdout.readline().strip()


def stopped(process: subprocess.Popen[str]) -> None:
    """Stop the stub."""
    process.terminate()
    process.communicate()


async def searched(url: str, folder: Path, calls: int, slots: int) -> float:
    """Run the loop over so many calls; return the CPU seconds that it took."""
    store = Store.create(folder, HEADER)
    seeds = {"seed": Program.of("x = 0\n")}
    state = State(
        Archipelago(
            [Archive(GridSpace((Axis(name="x", low=0.0, high=1.0, cells=10),)), Direction.MAXIMIZE, 0)], Isolated(), 1
        ),
        Direction.MAXIMIZE,
    )
    library = Library(store, seeds.values(), most=4096)
    client = OpenAI(model="stub", base_url=url).connect(LLMContext(role="fast", ideas=None, seed=0))
    issuer = Issuer(
        seed=0,
        seeds=seeds,
        ways=(Way(selector=Uniform(), emitters=(Diff(llm="fast"),)),),
        prompts=PromptBuilder(CONTRACT, emitters=(Diff,)),
        library=library,
    )
    attempts = Attempts(
        llms={"fast": Recorded(client, store)},
        evaluator=Instant(),
        store=store,
        state=state,
        gates=Gates(slots, 2),
        reader=AnswerReader(editable="whole"),
    )
    before = time.process_time()
    async with Search(
        state=state,
        store=store,
        library=library,
        issuer=issuer,
        attempts=attempts,
        budget=BudgetSpec(tickets=calls + 1),
        window=4 * slots,
        ordered=False,
        problem=None,  # pyright: ignore[reportArgumentType] - the loop only carries it
        folder=folder,
    ) as search:
        async for _ in search:
            pass
    took = time.process_time() - before
    await client.close()
    store.close()
    return took


async def asked(url: str, calls: int) -> float:
    """Return the CPU seconds of the client alone for each of so many calls, eight side by side."""
    client = OpenAI(model="stub", base_url=url).connect(LLMContext(role="fast", ideas=None, seed=0))
    prompt = Prompt(system="You improve programs.", user="x = 1\n" * 600)

    async def some(first: int) -> None:
        for number in range(first, calls, SLOTS):
            await client.complete(
                Request(purpose="propose", subject=str(number), prompt=prompt, seed=number, llm="fast")
            )

    await some(calls - 1)
    before = time.process_time()
    await asyncio.gather(*(some(first) for first in range(SLOTS)))
    took = time.process_time() - before
    await client.close()
    return took / calls


def usage(url: str) -> dict[str, float]:
    """Return the stub's own account."""
    with urllib.request.urlopen(f"{url}/usage", timeout=10) as response:
        return json.load(response)


def measure(calls: int, slots: int, scale: float) -> dict[str, float]:
    """Return slots_busy (a share), loop_cpu_ms and client_cpu_ms per call, for latencies of 1 s +/- 0.5 s x scale."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        process, url = started(folder / "a", "--latency", f"uniform:{scale}:{scale / 2}")
        try:
            (folder / "run").mkdir()
            loop_cpu = asyncio.run(searched(url, folder / "run", calls, slots))
            seen = usage(url)
        finally:
            stopped(process)
        process, url = started(folder / "b")
        try:
            client_cpu = asyncio.run(asked(url, 400))
        finally:
            stopped(process)
    return {
        "calls": seen["requests"],
        "slots_busy": seen["busy_seconds"] / (slots * seen["span_seconds"]),
        "loop_cpu_ms": 1000 * loop_cpu / calls,
        "client_cpu_ms": 1000 * client_cpu,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Slots busy and CPU per call.")
    parser.add_argument("--calls", type=int, default=800)
    parser.add_argument("--slots", type=int, default=SLOTS)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    print(json.dumps(measure(options.calls, options.slots, options.scale), indent=2))


if __name__ == "__main__":
    main()
