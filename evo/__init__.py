"""LLM-driven evolutionary search: a program and a way to score it go in, a better program comes out.

    import evo

    async with evo.start(evo.load_run("configs/smoke.yaml")) as search:
        async for commit in search:
            print(commit.ticket, commit.proposal.outcome, commit.placements)

or, without a loop of one's own, `evo.run(evo.load_run("configs/smoke.yaml"))`. The names below are the public ones;
each is resolved when it is first used, so that `import evo` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evo.assemble import resume, run, start
    from evo.errors import EvoError
    from evo.evaluate.stage import Stage
    from evo.execute.executor import Executor
    from evo.llm.client import LLMClient
    from evo.propose.emitters import Emitter
    from evo.qd.archive import Archive
    from evo.qd.selection import Selector
    from evo.qd.space import GridSpace
    from evo.records import Commit, Evaluation, Placement, Program, Proposal
    from evo.search.loop import Search
    from evo.spec.run import RunSpec, load_run
    from evo.store.store import Store
    from evo.store.view import RunView, open_run

__all__ = [
    "Archive",
    "Commit",
    "Emitter",
    "Evaluation",
    "EvoError",
    "Executor",
    "GridSpace",
    "LLMClient",
    "Placement",
    "Program",
    "Proposal",
    "RunSpec",
    "RunView",
    "Search",
    "Selector",
    "Stage",
    "Store",
    "load_run",
    "open_run",
    "resume",
    "run",
    "start",
]

_HOMES = {
    "assemble": ("resume", "run", "start"),
    "errors": ("EvoError",),
    "evaluate.stage": ("Stage",),
    "execute.executor": ("Executor",),
    "llm.client": ("LLMClient",),
    "propose.emitters": ("Emitter",),
    "qd.archive": ("Archive",),
    "qd.selection": ("Selector",),
    "qd.space": ("GridSpace",),
    "records": ("Commit", "Evaluation", "Placement", "Program", "Proposal"),
    "search.loop": ("Search",),
    "spec.run": ("RunSpec", "load_run"),
    "store.store": ("Store",),
    "store.view": ("RunView", "open_run"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"evo.{home}"), name)
    raise AttributeError(f"module 'evo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
