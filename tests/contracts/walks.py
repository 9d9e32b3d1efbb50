"""Stages without processes, for tests of how a graph is walked; and an executor that counts."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from evo.config.document import parse
from evo.config.pipeline import read_pipeline
from evo.evaluate.graph import Graph
from evo.evaluate.stages.stage import BY_WALL, DataKind, StageContract
from evo.evaluate.walk import Done, Walk
from evo.execute.local import LocalExecutor
from evo.records import StageResult, StageStatus

started: list[str] = []
"""The labels of fake stages in the order in which they ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fake:
    """Ends as told: `ends` gives the statuses of its first runs, then SUCCESS."""

    use: ClassVar[str] = "fake"

    label: str
    gives: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    value: float = 1.0
    ends: tuple[str, ...] = ()
    by_wall: bool = False
    seconds: float = 0.0
    seeded: bool = False

    @property
    def contract(self) -> StageContract:
        return StageContract(
            needs=MappingProxyType(dict.fromkeys(self.reads, DataKind.NUMBER)),
            provides=MappingProxyType(dict.fromkeys(self.gives, DataKind.NUMBER)),
            seeded=self.seeded,
        )

    async def run(self, inputs: Mapping[str, object], runtime) -> StageResult:
        before = started.count(self.label)
        started.append(self.label)
        await asyncio.sleep(self.seconds)
        status = StageStatus(self.ends[before]) if before < len(self.ends) else StageStatus.SUCCESS
        outputs = {}
        if status is StageStatus.SUCCESS:
            outputs = {name: self.value + runtime.repetition + sum(inputs.values()) for name in self.gives}
        elif self.by_wall:
            outputs = {BY_WALL: True}
        return StageResult(stage=self.use, status=status, outputs=outputs, detail="as told")


def fakes(**stages: dict) -> Graph:
    """Return the graph of fake stages, each labelled by its name; a scorer `end` that reads nothing is added."""
    deadline = stages.pop("deadline", None)
    mapping = {name: {"use": "fake", "label": name, **options} for name, options in stages.items()}
    if not any("objective" in options.get("gives", ()) for options in stages.values()):
        mapping["end"] = {"use": "fake", "label": "end", "gives": ["objective"], "upstream": []}
    document = {"stages": mapping, **({"deadline": deadline} if deadline else {})}
    return Graph.of(read_pipeline(parse(json.dumps(document), "fakes.yaml"), "fakes"), {"fake": Fake})


def walk(graph: Graph, runtime, cache=None) -> Mapping[str, Done]:
    started.clear()
    return asyncio.run(Walk(graph, runtime, cache).run())


def statuses(done: Mapping[str, Done]) -> dict[str, str]:
    return {name: str(each.result.status) for name, each in done.items()}


class Counting:
    """A real executor that counts what it is given."""

    def __init__(self, workers: int = 1) -> None:
        self.inner, self.tasks, self.questions = LocalExecutor(workers=workers), [], []

    @property
    def tier(self):
        return self.inner.tier

    @property
    def workers(self):
        return self.inner.workers

    async def run(self, task):
        self.tasks.append(task)
        return await self.inner.run(task)

    async def judge(self, question):
        self.questions.append(question)
        return await self.inner.judge(question)

    async def converse(self, task, question):
        self.tasks.append(task)
        self.questions.append(question)
        return await self.inner.converse(task, question)

    async def close(self) -> None:
        await self.inner.close()


class Memory:
    """A stage cache in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, StageResult] = {}
        self.holds_any, self.dear = True, True

    def wants(self, _: StageResult) -> bool:
        return self.dear

    def find(self, key: str) -> StageResult | None:
        return self.kept.get(key)

    def save(self, key: str, result: StageResult) -> None:
        self.kept.setdefault(key, result)
