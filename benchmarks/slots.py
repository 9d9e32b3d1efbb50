"""Many model slots and one process that drives them: how busy they are, what a call costs, what it keeps in memory.

    python -m benchmarks.slots                                  1,000 slots of 10 s (lognormal, sigma 0.6), two minutes
    python -m benchmarks.slots --slots 100 --commit ordered     at the default window
    python -m benchmarks.slots --windows                        which windows keep how many slots busy, simulated

The real loop, store and client against a stub in a process of its own that answers every call with another program.
Evaluation costs nothing. Counted from the third latency on, when the slots have filled, to the end of `--seconds`: busy
is the time that the stub spent on calls over slots times span, CPU that of this process with all its threads.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from benchmarks.overhead import CONTRACT, HEADER, ROOT, Instant
from evo.config.run import ScheduleSpec
from evo.config.sections import BudgetSpec
from evo.llm.answer_log import Recorded
from evo.llm.model import LLMClient, LLMContext
from evo.llm.openai.options import OpenAI
from evo.propose.answer import AnswerReader
from evo.propose.emitters.diff import Diff
from evo.propose.prompt.builder import PromptBuilder
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.selectors import Tournament
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Isolated
from evo.records import Direction, Program
from evo.search.attempt import Attempts
from evo.search.gates import Gates
from evo.search.issue import Issuer, Way
from evo.search.library import Library
from evo.search.loop import Search
from evo.search.state import State
from evo.store.store import Store

WORKERS = 2
LINES = f"# {'text ' * 60}\n" * 10


async def serve(latency: float, sigma: float) -> None:
    """Answer chat completions after a lognormal while; `/mark` tells calls begun, calls in flight and busy seconds."""
    drawn = random.Random(0)
    seen = {"calls": 0, "flying": 0, "busy": 0.0, "at": time.monotonic()}

    def turn(step: int) -> None:
        now = time.monotonic()
        seen["busy"] += seen["flying"] * (now - seen["at"])
        seen["at"], seen["flying"] = now, seen["flying"] + step

    async def complete(request: web.Request) -> web.Response:
        turn(1)
        seen["calls"] += 1
        number = seen["calls"]
        try:
            await request.read()
            await asyncio.sleep(latency * drawn.lognormvariate(0.0, sigma))
        finally:
            turn(-1)
        text = f"step\n\n```python\nx = {number}\n{LINES}```\n"
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        used = {"prompt_tokens": 500, "completion_tokens": 300, "total_tokens": 800}
        told = {"id": str(number), "object": "chat.completion", "created": 0, "model": "stub", "usage": used}
        return web.json_response({**told, "choices": [choice]})

    async def mark(_: web.Request) -> web.Response:
        turn(0)
        return web.json_response(seen)

    app = web.Application(client_max_size=1 << 24)
    app.router.add_post("/v1/chat/completions", complete)
    app.router.add_get("/mark", mark)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=4096)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


@dataclass(frozen=True)
class Mark:
    """What stub and driver have done so far."""

    calls: int
    busy: float
    at: float
    cpu: float


def marked(url: str) -> Mark:
    """Return how far things are."""
    with urllib.request.urlopen(f"{url}/mark", timeout=30) as response:
        seen = json.load(response)
    return Mark(calls=seen["calls"], busy=seen["busy"], at=seen["at"], cpu=time.process_time())


def resident() -> float:
    """Return the memory of this process in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def searching(client: LLMClient, folder: Path, schedule: ScheduleSpec) -> tuple[Search, Store]:
    """Return the loop over the stub, as a run of one archive has it."""
    store = Store.create(folder, HEADER)
    seeds = {"seed": Program.of("x = 0\n")}
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=50),))
    state = State(Archipelago([Archive(space, Direction.MAXIMIZE, 0)], Isolated(), 1), Direction.MAXIMIZE)
    library = Library(store, seeds.values(), most=2048)
    issuer = Issuer(
        seed=0,
        seeds=seeds,
        ways=(Way(selector=Tournament(), emitters=(Diff(llm="fast"),)),),
        prompts=PromptBuilder(CONTRACT, emitters=(Diff,)),
        library=library,
    )
    attempts = Attempts(
        llms={"fast": Recorded(client, store)},
        evaluator=Instant(),
        store=store,
        state=state,
        gates=Gates(schedule.slots, WORKERS),
        reader=AnswerReader(editable="whole"),
    )
    search = Search(
        state=state,
        store=store,
        library=library,
        issuer=issuer,
        attempts=attempts,
        budget=BudgetSpec(tickets=10**9),
        window=schedule.window_for(WORKERS),
        ordered=schedule.commit == "ordered",
        problem=None,  # pyright: ignore[reportArgumentType] - the loop only carries it
        folder=folder,
    )
    return search, store


async def driven(url: str, folder: Path, schedule: ScheduleSpec, fill: float, seconds: float) -> dict[str, float]:
    """Drive the stub for a while; return what was seen from `fill` seconds on."""
    model = OpenAI(model="stub", base_url=f"{url}/v1", slots=schedule.slots)
    client = model.connect(LLMContext(role="fast", ideas=None, seed=0))
    search, store = searching(client, folder, schedule)
    marks: list[Mark] = []
    begun: list[int] = []

    async def watch() -> None:
        await asyncio.sleep(fill)
        marks.append(await asyncio.to_thread(marked, url))
        begun.append(search.state.seq)
        await asyncio.sleep(seconds - fill)
        marks.append(await asyncio.to_thread(marked, url))
        begun.append(search.state.seq)

    async with search:
        watching = asyncio.create_task(watch())
        async for _ in search:
            if watching.done():
                break
        await watching
        memory = resident()
    await client.close()
    store.close()
    first, last = marks
    commits, calls, span = begun[1] - begun[0], last.calls - first.calls, last.at - first.at
    return {
        "slots": schedule.slots,
        "window": schedule.window_for(WORKERS),
        "busy": round((last.busy - first.busy) / (schedule.slots * span), 4),
        "calls": calls,
        "commits_per_second": round(commits / span, 2),
        "driver_cpu_ms_per_call": round(1000 * (last.cpu - first.cpu) / max(calls, 1), 3),
        "driver_cores": round((last.cpu - first.cpu) / span, 3),
        "rss_mb": round(memory, 1),
        "committed": search.state.seq + 1,
    }


def measure(schedule: ScheduleSpec, *, latency: float, sigma: float, seconds: float) -> dict[str, float]:
    """Return the figures of one drive."""
    command = [sys.executable, "-m", "benchmarks.slots", "--serve", "--latency", str(latency), "--sigma", str(sigma)]
    stub = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert stub.stdout
    try:
        url = stub.stdout.readline().strip()
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(driven(url, Path(folder), schedule, 3 * latency, seconds))
    finally:
        stub.terminate()
        stub.communicate()


def simulated(slots: int, window: int, sigma: float, *, answers: int) -> float:
    """Return the share of slots that are busy under `ordered` where evaluation takes no time."""
    drawn, now, busy, begun = random.Random(0), 0.0, 0.0, (0.0, 0.0)
    issued = committed = 0
    waiting: deque[int] = deque()
    flying: list[tuple[float, int]] = []
    done: set[int] = set()
    while committed < answers:
        while issued < committed + window:
            waiting.append(issued)
            issued += 1
        while waiting and len(flying) < slots:
            heapq.heappush(flying, (now + drawn.lognormvariate(0.0, sigma), waiting.popleft()))
        many, (then, ticket) = len(flying), heapq.heappop(flying)
        busy, now = busy + many * (then - now), then
        done.add(ticket)
        while committed in done:
            done.discard(committed)
            committed += 1
        if committed < 4 * slots:
            begun = (now, busy)
    return (busy - begun[1]) / (now - begun[0]) / slots


def windows(sigma: float) -> None:
    """Print a table: the share of busy slots by window, as multiples of the slots, and at the default."""
    multiples = (1, 2, 3, 4, 6, 8)
    print(
        "| slots | " + " | ".join(f"{each} x" for each in multiples) + " | default |\n|" + "---|" * (len(multiples) + 2)
    )
    for slots in (4, 8, 16, 32, 100, 300, 1000):
        default = ScheduleSpec(slots=slots).window_for(WORKERS)
        tried = [*(each * slots for each in multiples), default]
        shares = [f"{simulated(slots, each, sigma, answers=max(30 * slots, 20_000)):.2f}" for each in tried]
        print(f"| {slots} | " + " | ".join(shares) + f" ({default}) |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slots", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=10.0, help="median, in seconds")
    parser.add_argument("--sigma", type=float, default=0.6)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--commit", choices=("ordered", "arrival"), default="arrival")
    parser.add_argument("--windows", action="store_true", help="the table of windows, simulated")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.latency, options.sigma))
        return
    if options.windows:
        windows(options.sigma)
        return
    schedule = ScheduleSpec(slots=options.slots, commit=options.commit)
    found = measure(schedule, latency=options.latency, sigma=options.sigma, seconds=options.seconds)
    print(json.dumps({"commit": options.commit, **found}))


if __name__ == "__main__":
    main()
