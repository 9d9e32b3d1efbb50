"""A toy world on the real loop, the real store and the real edit grammar: programs are one number."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from evo.assemble.resolve import resolve
from evo.config.problem import Problem
from evo.config.problem_spec import MeasureSpec, ObjectiveSpec, ProblemLimits, ProblemSpec, ProgramSpec
from evo.config.sections import BudgetSpec
from evo.llm.model import Free
from evo.propose.prompt.problem_contract import ProblemContract
from evo.qd.spaces import Axis
from evo.records import Completion, Direction, Evaluation, EvaluationStatus, Finish, StageResult, StageStatus
from evo.rng import stream
from evo.store.store import RunHeader, Store
from evo.testing import SmallSearch

CONTRACT = ProblemContract(
    label="toy",
    summary="find 0.3",
    brief="Find 0.3.",
    language="python",
    file="program.py",
    entry="x",
    signature="x = number",
    editable="whole",
    objective="closeness",
    direction=Direction.MAXIMIZE,
    params={},
    measures={"x": "the number"},
)


PROBLEM = Problem(
    spec=ProblemSpec(
        name="toy",
        summary="find 0.3",
        program=ProgramSpec(entry="x", signature="x = number"),
        objective=ObjectiveSpec(direction=Direction.MAXIMIZE, name="closeness"),
        measures={"x": MeasureSpec(meaning="the number", low=0.0, high=1.0)},
    ),
    folder=Path("toy"),
    instance="",
    overridden=False,
    params={},
    best_known=None,
    limits=ProblemLimits(),
    brief="Find 0.3.",
    seeds=(),
    judge=Path("toy/evaluate.py"),
    ideas=None,
    picture=None,
    cases=None,
    fingerprint="toy",
    judge_params={},
    former=False,
)
GRAPH = SimpleNamespace(measures={}, nodes=(), parts=())


def resolved(spec):
    """The parts of a declared toy run, as a real one's are made."""
    return resolve(spec, PROBLEM, GRAPH, templates=None)


@dataclass
class Given:
    """A model whose client is there already."""

    client: object

    def connect(self, context):
        return self.client


@dataclass
class Model(Free):
    """Answers with a number near the parent's, as a function of the request alone; latency is its own."""

    latency: float = 0.0
    calls: list = field(default_factory=list)
    prompts: list = field(default_factory=list)
    finish: Finish = Finish.STOP
    repeat: bool = False
    hang_after: int | None = None

    async def complete(self, request):
        self.calls.append(request.subject)
        self.prompts.append(request.prompt.user)
        random = stream(request.seed, "toy", request.subject)
        if request.purpose != "propose":
            await asyncio.sleep(self.latency * random.random())
            count = int(re.search(r"(?:List|at most) (\d+)", request.prompt.user)[1])
            return Completion(text="".join(f"- try {random.random():.4f}\n" for _ in range(count)), prompt_tokens=100)
        if self.hang_after is not None and int(request.subject) >= self.hang_after:
            await asyncio.sleep(3600)
        if self.latency:
            await asyncio.sleep(stream(request.seed, "latency", 0).random() * self.latency)
        if self.finish is not Finish.STOP:
            return Completion(text="", finish=self.finish, detail="429 rate limit")
        aim = re.search(r"## Approach to follow\n\ntry ([\d.]+)\n", request.prompt.user)
        parent = float((aim or re.search(r"x = ([\d.e-]+)", request.prompt.user))[1])
        digits = 1 if self.repeat else 6
        number = round(min(max(parent + random.gauss(0, 0.1), 0.0), 1.0), digits)
        return Completion(text=f"step\n\n```python\nx = {number}\n```\n")

    def connect(self, context):
        return self

    async def close(self):
        pass


@dataclass
class Judge:
    """Scores closeness to 0.3; numbers over 0.9 fail. Counts what it was asked."""

    latency: float = 0.0
    asked: list = field(default_factory=list)
    error: Exception | None = None
    status: StageStatus = StageStatus.FAILED

    async def evaluate(self, program):
        self.asked.append(program.id)
        if self.error and len(self.asked) > 6:
            raise self.error
        if self.latency:
            await asyncio.sleep(stream(0, "judge", program.id).random() * self.latency)
        x = float(program.text.split("=")[1])
        if x > 0.9:
            stage = StageResult(stage="score", status=self.status, detail="too large")
            return Evaluation(program=program.id, status=EvaluationStatus.FAILED, stages=(stage,), feedback="too large")
        stage = StageResult(stage="score", status=StageStatus.SUCCESS)
        return Evaluation(
            program=program.id,
            status=EvaluationStatus.VALID,
            objective=-abs(x - 0.3),
            measures={"x": x},
            stages=(stage,),
        )


@dataclass
class World:
    folder: Path
    model: Model = field(default_factory=Model)
    judge: Judge = field(default_factory=Judge)
    budget: BudgetSpec = field(default_factory=lambda: BudgetSpec(tickets=60))
    ordered: bool = True
    window: int = 4
    slots: int = 4
    workers: int = 2
    seed: int = 0
    seeds: tuple = ("x = 0.8\n", "x = 0.05\n")

    def store(self):
        if (self.folder / "run.db").exists():
            return Store.open(self.folder)
        return Store.create(self.folder, HEADER)

    def search(self, store):
        return SmallSearch(
            budget=self.budget,
            seed=self.seed,
            seeds=self.seeds,
            model=self.model if hasattr(self.model, "connect") else Given(self.model),
            evaluator=self.judge,
            contract=CONTRACT,
            axes=(Axis(name="x", low=0.0, high=1.0, cells=20),),
            slots=self.slots,
            workers=self.workers,
            window=self.window,
            ordered=self.ordered,
        ).search(store)

    async def go(self, *, stop_after=None, drain_after=None):
        """Run, or go on; return the search and the commits of this session."""
        store = self.store()
        commits = []
        try:
            async with self.search(store) as search:
                async for commit in search:
                    commits.append(commit)
                    if len(commits) == stop_after:
                        break
                    if len(commits) == drain_after:
                        search.drain()
        finally:
            store.close()
        return search, commits

    def run(self, **how):
        return asyncio.run(self.go(**how))

    def log(self):
        store = Store.open(self.folder)
        try:
            return list(store.commits())
        finally:
            store.close()


OLD_SESSIONS = "ALTER TABLE sessions ADD COLUMN amendment TEXT NOT NULL DEFAULT ''; DROP TABLE events;"
"""SQL that gives a run the sessions of versions 1 and 2, whose amendments stood with them."""

HEADER = RunHeader(
    id="toy",
    created=0.0,
    version="0",
    problem="toy",
    instance="",
    fingerprint="",
    direction="maximize",
    unit="",
    seed=0,
    islands=2,
    cells=20,
    axes="[]",
    seeds="[]",
    spec="",
    tier="none",
)


@pytest.fixture
def world(tmp_path):
    counter = iter(range(1000))

    def make(**options):
        folder = tmp_path / f"run{next(counter)}"
        folder.mkdir()
        return World(folder=folder, **options)

    return make
