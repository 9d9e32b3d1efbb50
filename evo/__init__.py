"""LLM-driven evolutionary search: a program and a way to score it go in, a better program comes out.

    import evo

    async with evo.start(evo.load_run("configs/smoke.yaml")) as search:
        async for commit in search:
            print(commit.ticket, commit.proposal.outcome, commit.placements)

or, without a loop of one's own, `evo.run(evo.load_run("configs/smoke.yaml"))`. The names below are the public ones;
each is resolved when it is first used, so that `import evo` costs next to nothing. They are all that one needs to write
a part of one's own; docs/extend.md has an example of every kind, and `evo.testing` what they are tested with.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evo.assemble.resume import resume
    from evo.assemble.start import run, start
    from evo.config.component import Component
    from evo.config.pack_run import load_run
    from evo.config.problem_spec import MeasureSpec
    from evo.config.run import RunSpec, ScheduleSpec
    from evo.config.sections import ArchiveSpec, AxisSpec, BudgetSpec, IslandSpec, IslandsSpec
    from evo.direct.optimize import optimize
    from evo.direct.result import Optimized
    from evo.errors import EvoError, InfraError, LLMError
    from evo.evaluate.stages.stage import DataKind, Runtime, Stage, StageContract
    from evo.execute.executor import Executor, ExecutorOptions, Task, TaskResult
    from evo.execute.sandbox import Limits, Tier
    from evo.judging.invalid import Invalid
    from evo.judging.progress import progress
    from evo.llm.model import LLM, LLMClient, LLMContext, ModelFacts
    from evo.llm.prices import Prices
    from evo.propose.emitters.emitter import (
        AskingEmitter,
        Choice,
        Emitter,
        InspiredEmitter,
        MakingEmitter,
        Scene,
        Setting,
        Template,
    )
    from evo.propose.operator_bandits import Arms, Mix
    from evo.qd.archive import Archive
    from evo.qd.economies import Curves, Economy
    from evo.qd.island_bandits import Standing, Turns
    from evo.qd.islands import Archipelago
    from evo.qd.replacements import Replacement
    from evo.qd.resets import Resets
    from evo.qd.selectors import Selector
    from evo.qd.spaces import Axis, Category, GridSpace, Scale, Space, SpaceOptions
    from evo.qd.strategies import Pools, Strategy
    from evo.qd.topologies import Exchange, Topology
    from evo.records import (
        Cell,
        Commit,
        Completion,
        Direction,
        Elite,
        Evaluation,
        EvaluationStatus,
        Event,
        EventKind,
        Finish,
        Migration,
        Outcome,
        Placement,
        PlacementStatus,
        Program,
        Prompt,
        Proposal,
        Request,
        StageResult,
        StageStatus,
        Ticket,
    )
    from evo.rng import stream
    from evo.search.loop import Search
    from evo.store.reading.view import RunView, open_run
    from evo.store.store import Store
    from evo.trackers.tracker import Told, TrackedRun, Tracker, Tracking
    from evo.wheel.study import AskedTrial, FrozenTrial, Study, create_study, load_study

__all__ = [
    "LLM",
    "Archipelago",
    "Archive",
    "ArchiveSpec",
    "Arms",
    "AskedTrial",
    "AskingEmitter",
    "Axis",
    "AxisSpec",
    "BudgetSpec",
    "Category",
    "Cell",
    "Choice",
    "Commit",
    "Completion",
    "Component",
    "Curves",
    "DataKind",
    "Direction",
    "Economy",
    "Elite",
    "Emitter",
    "Evaluation",
    "EvaluationStatus",
    "Event",
    "EventKind",
    "EvoError",
    "Exchange",
    "Executor",
    "ExecutorOptions",
    "Finish",
    "FrozenTrial",
    "GridSpace",
    "InfraError",
    "InspiredEmitter",
    "Invalid",
    "IslandSpec",
    "IslandsSpec",
    "LLMClient",
    "LLMContext",
    "LLMError",
    "Limits",
    "MakingEmitter",
    "MeasureSpec",
    "Migration",
    "Mix",
    "ModelFacts",
    "Optimized",
    "Outcome",
    "Placement",
    "PlacementStatus",
    "Pools",
    "Prices",
    "Program",
    "Prompt",
    "Proposal",
    "Replacement",
    "Request",
    "Resets",
    "RunSpec",
    "RunView",
    "Runtime",
    "Scale",
    "Scene",
    "ScheduleSpec",
    "Search",
    "Selector",
    "Setting",
    "Space",
    "SpaceOptions",
    "Stage",
    "StageContract",
    "StageResult",
    "StageStatus",
    "Standing",
    "Store",
    "Strategy",
    "Study",
    "Task",
    "TaskResult",
    "Template",
    "Ticket",
    "Tier",
    "Told",
    "Topology",
    "TrackedRun",
    "Tracker",
    "Tracking",
    "Turns",
    "create_study",
    "load_run",
    "load_study",
    "open_run",
    "optimize",
    "progress",
    "resume",
    "run",
    "start",
    "stream",
]

_HOMES = {
    "assemble.resume": ("resume",),
    "assemble.start": ("run", "start"),
    "config.component": ("Component",),
    "config.pack_run": ("load_run",),
    "config.problem_spec": ("MeasureSpec",),
    "config.run": ("RunSpec", "ScheduleSpec"),
    "config.sections": ("ArchiveSpec", "AxisSpec", "BudgetSpec", "IslandSpec", "IslandsSpec"),
    "direct.optimize": ("optimize",),
    "direct.result": ("Optimized",),
    "errors": ("EvoError", "InfraError", "LLMError"),
    "evaluate.stages.stage": ("DataKind", "Runtime", "Stage", "StageContract"),
    "execute.executor": ("Executor", "ExecutorOptions", "Task", "TaskResult"),
    "execute.sandbox": ("Limits", "Tier"),
    "judging.invalid": ("Invalid",),
    "judging.progress": ("progress",),
    "llm.model": ("LLM", "LLMClient", "LLMContext", "ModelFacts"),
    "llm.prices": ("Prices",),
    "propose.emitters.emitter": (
        "AskingEmitter",
        "Choice",
        "Emitter",
        "InspiredEmitter",
        "MakingEmitter",
        "Scene",
        "Setting",
        "Template",
    ),
    "propose.operator_bandits": ("Arms", "Mix"),
    "qd.archive": ("Archive",),
    "qd.economies": ("Curves", "Economy"),
    "qd.island_bandits": ("Standing", "Turns"),
    "qd.islands": ("Archipelago",),
    "qd.replacements": ("Replacement",),
    "qd.resets": ("Resets",),
    "qd.selectors": ("Selector",),
    "qd.spaces": ("Axis", "Category", "GridSpace", "Scale", "Space", "SpaceOptions"),
    "qd.strategies": ("Pools", "Strategy"),
    "qd.topologies": ("Exchange", "Topology"),
    "records": (
        "Cell",
        "Commit",
        "Completion",
        "Direction",
        "Elite",
        "Evaluation",
        "EvaluationStatus",
        "Event",
        "EventKind",
        "Finish",
        "Migration",
        "Outcome",
        "Placement",
        "PlacementStatus",
        "Program",
        "Prompt",
        "Proposal",
        "Request",
        "StageResult",
        "StageStatus",
        "Ticket",
    ),
    "rng": ("stream",),
    "search.loop": ("Search",),
    "store.reading.view": ("RunView", "open_run"),
    "store.store": ("Store",),
    "trackers.tracker": ("Told", "TrackedRun", "Tracker", "Tracking"),
    "wheel.study": ("AskedTrial", "FrozenTrial", "Study", "create_study", "load_study"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            import_module("evo.systems").refuse_other_systems()
            return getattr(import_module(f"evo.{home}"), name)
    raise AttributeError(f"module 'evo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
