"""Random answers against a whole run: no text that a model can say stops it, and equal ones end it equally.

The answers come from a grammar of what models write and of what unkind ones could: blocks and whole files, file names,
sizes, encodings, texts that parsers dislike. Everything is real (the loop, the store, prompts, edits, novelty, judges)
but for the sandboxed call of the program, whose output is a function of its text.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from types import MappingProxyType

import pytest

import evo
from evo.config.component import Component
from evo.config.run import RunSpec, ScheduleSpec
from evo.config.sections import BudgetSpec, NoveltySpec
from evo.execute.executor import TaskResult
from evo.execute.local import Local, LocalExecutor
from evo.llm.model import Free
from evo.records import Completion, Finish, StageStatus, files_flaw
from evo.rng import stream
from evo.store.reading.view import open_run
from evo.text import sanitise
from tests.contracts.problems import SEED, make_problem

SMALL = 250
LARGE = 20_000
ENTRY = "def numbers(n, seed):\n"
BODIES = (
    *(
        "    return [0.25] * n\n",
        "    return [0.5, 0.1, 0.9]\n",
        "    return 1 / 0\n",
        "    x = 3\n    return [x] * n\n",
    ),
    "    for i in range(n):\n        if i:\n            pass\n    return [seed % 2] * n\n",
)
UNKIND = (
    lambda random: "if 0:\n    pass\n" + "elif 0:\n    pass\n" * random.choice((3, 1100)),
    lambda random: 'x = f"' + "{y}" * random.choice((3, 3000, 80_000)) + '"\n',
    lambda random: "x = " + random.choice("-~(") * random.choice((9, 300, 30_000)) + "1\n",
    lambda random: "import " + "a." * random.choice((3, 4000, 30_000)) + "a\n",
    lambda random: "x = 0x" + "f" * random.choice((8, 20_000)) + "\n",
    lambda random: "".join(" " * i + "if 1:\n" for i in range(random.choice((5, 120)))) + "pass\n",
    lambda random: "x = '" + "a" * random.choice((10, 5000, 300_000)) + "'\n",
    lambda random: "a\n" * random.choice((10, 3000)),
    lambda _: "    \tx\n\x0c y = '\\N{BULLET}'\n",
    lambda _: "match x:\n    case [1, *y, {'k': z}]:\n        pass\n",
)
NAMES = (
    *(
        "program.py",
        "./program.py",
        "a/b.py",
        "a",
        "program.py/x.py",
        "A/b.py",
        "../x.py",
        "/etc/x.py",
        "a//b.py",
        "x.",
    ),
    *(
        "n" * 200 + ".py",
        "/".join(["d"] * 30) + "/x.py",
        ".hidden.py",
        "output.json",
        "best/x.py",
        "notes.md",
        "CON.py",
    ),
)
MARKS = (
    "\ufeff",
    "\r\n",
    "\x00",
    "\x1b[31m",
    "\u202e",
    "\U000e0041",
    "\ud800",
    "\u2028",
    "é",
    "𝄞",
    "\x85",
    "\x0b",
    "`",
)
PROSE = (
    "Use a finer grid.",
    "**Summary:** try more",
    "- one\n- two",
    "<think>hm</think>",
    "*" * 3000,
    "File: x.py",
    "",
)
FENCES = ("```", "````", "~~~", *("```python",) * 4, "```diff", "```json", "~~~~py", "   ```")
MARKERS = ("<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "<<<<< SEARCH", ">>>>>>>>> REPLACE  ", "\\=======")


def program(random: Random) -> str:
    text = "".join(random.choice(UNKIND)(random) for _ in range(random.choice((0, 0, 1, 2))))
    entry = random.choice((ENTRY, ENTRY, ENTRY, "def other():\n")) + random.choice(BODIES)
    return (text + entry if random.random() < 0.5 else entry + text) + f"# {random.randrange(40)}\n"


def rewrite(random: Random) -> str:
    fence = random.choice(FENCES)
    name = random.choice(("", "", "", f"File: {random.choice(NAMES)}\n", f"**{random.choice(NAMES)}**\n"))
    closing = random.choice((*("`~"[fence.strip()[0] == "~"] * 4,) * 6, "```", ""))
    return f"{name}{fence}\n{program(random)}{closing}\n"


def replacement(random: Random) -> str:
    name = random.choice(("", "", f"File: {random.choice(NAMES)}\n"))
    searched = random.choice((*SEED.splitlines(keepends=True), *BODIES, "", program(random), "x\n"))
    said = random.choice((*BODIES, "", program(random)))
    return f"{name}<<<<<<< SEARCH\n{searched}=======\n{said}>>>>>>> REPLACE\n"


def many(random: Random) -> str:
    count = random.choice((3, 40, 1200))
    return "".join(f"File: {random.choice('ab')}/f{n}.py\n```\nx = {n}\n```\n" for n in range(count))


def rubbish(random: Random) -> str:
    parts = (*PROSE, *FENCES, *MARKERS, *NAMES, *MARKS, "\n", "\n\n", "x = 1\n")
    return "".join(random.choice(parts) for _ in range(random.choice((1, 20, 200))))


def say(random: Random) -> str:
    kinds = (*(rewrite,) * 6, *(replacement,) * 4, many, rubbish)
    text = "\n\n".join(
        (random.choice(PROSE), *(random.choice(kinds)(random) for _ in range(random.choice((1, 1, 1, 1, 2, 4)))))
    )
    for _ in range(random.choice((0, 0, 0, 1, 5))):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(MARKS) + text[at:]
    return text[: random.choice((*(len(text),) * 7, random.randrange(len(text) + 1)))]


@dataclass(frozen=True, kw_only=True)
class Fuzz(Free):
    """A model that says anything, as a function of the request alone; what it says is stored as a model's is."""

    def connect(self, context):
        return self

    async def complete(self, request) -> Completion:
        random = stream(request.seed, "fuzz", request.subject)
        finish = random.choices(list(Finish), weights=(20, *(1 for _ in list(Finish)[1:])))[0]
        return Completion(text=sanitise(say(random)), finish=finish)

    async def close(self) -> None:
        pass


class Unrun(LocalExecutor):
    """Judges as they are; programs are not run, and say what their text makes them say."""

    async def run(self, task) -> TaskResult:
        assert not files_flaw(task.files), "nothing else than a program comes so far"
        drawn = blake2b(json.dumps(dict(task.files)).encode(), digest_size=4).digest()
        if drawn[0] < 40:
            return TaskResult(status=StageStatus.FAILED, detail="ValueError: no", cpu_seconds=0.01)
        output = [drawn[1] / 255, drawn[2] / 255, drawn[3] / (200 if drawn[0] < 80 else 255)]
        return TaskResult(status=StageStatus.SUCCESS, output=json.dumps(output).encode(), cpu_seconds=0.01)


@dataclass(frozen=True, kw_only=True)
class UnrunOptions(Local):
    def open(self) -> Unrun:
        return Unrun(workers=self.workers, sandbox="none")


def spec(folder, tickets: int, seed: int) -> RunSpec:
    return RunSpec(
        problem=str(make_problem(folder / f"problem{seed}").folder),
        seed=seed,
        budget=BudgetSpec(tickets=tickets),
        executor=UnrunOptions(workers=2),
        schedule=ScheduleSpec(slots=4, window=8),
        novelty=NoveltySpec(normalised=True, readded=0.9),
        emitters=tuple(Component(use=use, options=MappingProxyType({"llm": "fast"})) for use in ("diff", "crossover")),
        llms=MappingProxyType({"fast": Fuzz()}),
    )


def fuzz(folder, tickets: int, seed: int):
    """Run, and return the end, the hash of the log, and every text of it that is shown to anybody."""

    async def whole():
        patient = spec(folder, tickets, seed)
        async with evo.start(patient, runs_dir=folder / "runs") as search:
            # What the run would pause for after twenty failures in a row is no failure of its own.
            async for _ in search:
                pass
        return search

    search = asyncio.run(whole())
    with open_run(search.folder) as view:
        commits = list(view.commits())
    return search, commits


def texts(commits):
    for commit in commits:
        yield commit.proposal.detail
        yield commit.proposal.summary
        if commit.evaluation:
            yield commit.evaluation.feedback
            yield from (stage.detail for stage in commit.evaluation.stages)


@pytest.mark.parametrize("tickets", [SMALL, pytest.param(LARGE, marks=[pytest.mark.soak, pytest.mark.timeout(7200)])])
def test_no_answer_stops_a_run_and_equal_ones_end_it_equally(tmp_path, tickets):
    first, commits = fuzz(tmp_path / "first", tickets, 3)
    assert (first.run_state, first.stop_reason) == ("finished", "tickets")
    assert len(commits) == tickets
    seen = {stage.status for commit in commits if commit.evaluation for stage in commit.evaluation.stages}
    assert seen & {StageStatus.SUCCESS, StageStatus.FAILED} == {StageStatus.SUCCESS, StageStatus.FAILED}
    assert not seen & {StageStatus.INFRA_ERROR, StageStatus.JUDGE_ERROR}
    places = [sys.prefix, sys.base_prefix, str(tmp_path)]
    assert not [text for text in texts(commits) if any(place in text for place in places)]
    assert len({commit.proposal.outcome for commit in commits}) >= 6
    again, _ = fuzz(tmp_path / "again", tickets, 3)
    assert again.state.hash == first.state.hash
