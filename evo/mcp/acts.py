"""The tools that do something: score, ask and tell, steer, begin and stop runs. Each needs a permit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from evo.config.problem import load_problem
from evo.errors import UsageError
from evo.mcp.launch import offer
from evo.mcp.policy import Permit
from evo.mcp.reads import PROBLEM, RUN, program_files
from evo.mcp.tool import Argument, McpTool
from evo.records import Program
from evo.search.wishes import ACTIONS, BUDGET, PIN, SEED
from evo.store.reading.address import SEED as FIRST
from evo.store.reading.address import find_program
from evo.wheel.helm import describe_evaluation
from evo.wheel.study import outside_settings

if TYPE_CHECKING:
    from evo.canonical import JSON
    from evo.mcp.bench import Bench
    from evo.mcp.tool import Given

_WAIT_MOST = 300.0
_WISHES = (*(each for each in ACTIONS if each != BUDGET), "pause")
"""What clients may ask for: when a run ends, and so what it costs, is its owner's to say."""
_WINDOW = 4
"""Tickets that are out at a time in a run that is told: the next ones start from what was told."""
_WAIT = Argument(
    meaning="seconds to wait for a ticket, or for a verdict", kind="number", default=30, least=0, most=_WAIT_MOST
)
_BY = Argument(meaning="who asks or tells, as the log is to know them", default="")
_LIMITS = {
    "tickets": "budget.tickets",
    "usd": "budget.usd",
    "seconds": "budget.seconds",
    "target": "budget.target",
    "seed": "seed",
}
_START = {
    "config": Argument(meaning="a config's name, or a problem as NAME or NAME/INSTANCE", needed=True),
    "tickets": Argument(meaning="the run ends after so many", kind="whole", least=1, most=1_000_000),
    "usd": Argument(meaning="the run ends before it costs more", kind="number", least=0),
    "seconds": Argument(meaning="the run ends after so long", kind="number", least=1),
    "target": Argument(meaning="the run ends at this objective", kind="number"),
    "seed": Argument(meaning="of every random choice", kind="whole", least=0),
    "outside": Argument(meaning="every ticket is for whoever asks; no model is asked", kind="flag", default=False),
}


async def score(bench: Bench, given: Given) -> JSON:
    """Return what a program scores."""
    address = bench.problem(given["problem"])
    spec = (await asyncio.to_thread(load_problem, address)).spec
    program = Program.of(program_files(given["program"], spec.program.file), language=spec.language)
    found = await bench.scorer.score(address, program)
    return {"program": program.id, **describe_evaluation(found)}


async def ask(bench: Bench, given: Given) -> JSON:
    """Return tickets of a run, taken for whoever asks."""
    most, by, wait = given["most"], given["by"], given["wait"]
    tickets = await bench.wheel(given["run"], lambda wheel: wheel.ask(most, by=by, wait=wait))
    return {"run": bench.folder(given["run"]).name, "tickets": [*tickets]}


async def tell(bench: Bench, given: Given) -> JSON:
    """Return what a run makes of what is told."""
    said = {name: value for name, value in given.items() if name not in {"run", "wait"} and value is not None}
    return await bench.wheel(given["run"], lambda wheel: wheel.tell(said, wait=given["wait"]))


async def steer(bench: Bench, given: Given) -> JSON:
    """Return the event that a wish has become."""
    wish = {name: value for name, value in given.items() if name not in {"run", "author"} and value is not None}
    if wish["do"] == PIN:
        wish["words"] = await asyncio.to_thread(_pinned, bench, given["run"], str(wish.get("words", "")))
    if wish["do"] == SEED:
        wish |= await asyncio.to_thread(_sown, bench, given["run"], wish.pop("files", None))
    return await bench.wheel(given["run"], lambda wheel: wheel.steer(wish, by=given["author"]))


def _pinned(bench: Bench, run: str, name: str) -> str:
    with bench.opened(run) as view:
        return find_program(view, name)


def _sown(bench: Bench, run: str, files: object) -> dict[str, object]:
    """Return a program under the path and in the language that the seeds of a run have."""
    if not isinstance(files, str | dict):
        raise UsageError("steer: seed: expected files, the text of the only file or texts by their paths")
    with bench.opened(run) as view:
        like = view.program(find_program(view, FIRST))
    only, language = (next(iter(like.files)), like.language) if like else ("program.py", "python")
    return {"files": program_files(cast("str | dict[str, object]", files), only), "language": language}


def estimate(bench: Bench, given: Given) -> JSON:
    """Return what a run would cost at most, and the approval that `start` asks for."""
    found = offer(bench.config(given["config"]), _settings(given), bench.runs_dir)
    left = bench.launcher.left()
    affordable = found.usd is not None and found.usd <= left
    return {"estimate": found.said, "left_usd": left, "affordable": affordable, "approval": found.approval}


async def start(bench: Bench, given: Given) -> JSON:
    """Begin a run whose estimate was seen."""
    folder = await bench.launcher.begin(bench.config(given["config"]), _settings(given), given["approval"])
    return {"run": folder.name, "left_usd": bench.launcher.left()}


async def stop(bench: Bench, given: Given) -> JSON:
    """Stop a run that this server has begun."""
    folder = bench.folder(given["run"])
    return {"run": folder.name, "state": await bench.launcher.stop(folder)}


def _settings(given: Given) -> list[str]:
    outside = outside_settings(window=_WINDOW) if given["outside"] else []
    said = [f"{key}={given[name]!r}" for name, key in _LIMITS.items() if given[name] is not None]
    return [*outside, *said]


ACTS = (
    McpTool(
        name="score",
        permit=Permit.SCORE,
        says="Run a program in the sandbox and have it judged, outside of any run.",
        takes={
            "problem": PROBLEM,
            "program": Argument(
                meaning="the text of the only file, or texts by their paths", kind="files", needed=True
            ),
        },
        does=score,
        waits=True,
    ),
    McpTool(
        name="ask",
        permit=Permit.TELL,
        says="Take tickets of a run: each with a program to start from, its score, what was tried, and the prompt. "
        "A ticket is yours for its lease; end it with tell.",
        takes={
            "run": RUN,
            "most": Argument(meaning="how many, at most", kind="whole", default=1, least=1, most=100),
            "by": _BY,
            "wait": _WAIT,
        },
        does=ask,
        waits=True,
    ),
    McpTool(
        name="tell",
        permit=Permit.TELL,
        says="Tell the program that you made for a ticket; it is judged. In its place: an answer in blocks, or failed, "
        "why there is none.",
        takes={
            "run": RUN,
            "ticket": Argument(meaning="as ask named it", needed=True),
            "program": Argument(meaning="the text of the only file, or texts by their paths", kind="files"),
            "answer": Argument(meaning="SEARCH/REPLACE blocks or whole files, as a model answers"),
            "failed": Argument(meaning="why the ticket is given back"),
            "why": Argument(meaning="what was done, in one line, for later prompts"),
            "cost": Argument(meaning="usd that it took", kind="number", least=0),
            "score": Argument(meaning="made elsewhere; only where the run trusts it", kind="score"),
            "by": _BY,
            "wait": _WAIT,
        },
        does=tell,
        waits=True,
    ),
    McpTool(
        name="steer",
        permit=Permit.STEER,
        says="Ask something of a run's tickets to come: a hint or a ban in prompts, a program to start from (pin), a "
        "program to score (seed), an operator's weight, a role's model; or that the run pauses.",
        takes={
            "run": RUN,
            "do": Argument(meaning="what is asked for", needed=True, among=_WISHES),
            "words": Argument(meaning="of a hint or a ban; the program of a pin; a seed's name"),
            "share": Argument(meaning="of the tickets that heed a hint or a pin", kind="number", least=0, most=1),
            "text": Argument(meaning="with ban: no new program may have this, literally"),
            "operator": Argument(meaning="whose weight"),
            "weight": Argument(meaning="its share of the tickets", kind="number", least=0),
            "role": Argument(meaning="that is answered by another one"),
            "by": Argument(meaning="the role that answers in its place"),
            "files": Argument(meaning="of a seed: the text of the only file, or texts by their paths", kind="files"),
            "author": Argument(meaning="who asks, as the log is to know them", default="agent"),
        },
        does=steer,
        waits=True,
    ),
    McpTool(
        name="estimate",
        permit=Permit.RUN,
        says="Say what a run would cost at most, and give the approval that start asks for; starts nothing.",
        takes=_START,
        does=estimate,
    ),
    McpTool(
        name="start",
        permit=Permit.RUN,
        says="Begin a run whose estimate you have seen, with the same arguments and its approval.",
        takes={**_START, "approval": Argument(meaning="from the tool estimate", needed=True)},
        does=start,
        waits=True,
    ),
    McpTool(
        name="stop",
        permit=Permit.RUN,
        says="Stop a run that this server has begun; what is in flight is finished and kept.",
        takes={"run": RUN},
        does=stop,
        waits=True,
    ),
)
"""Those that need a permit beside `read`."""
