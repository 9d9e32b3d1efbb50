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
    from evo.assemble.resume import resume
    from evo.assemble.start import run, start
    from evo.config.pack_run import load_run
    from evo.config.run import RunSpec
    from evo.errors import EvoError
    from evo.evaluate.stages.stage import Stage
    from evo.execute.executor import Executor
    from evo.llm.model import LLM, LLMClient, LLMContext, ModelFacts
    from evo.llm.prices import Prices
    from evo.propose.emitters.emitter import Emitter
    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector
    from evo.qd.spaces import GridSpace
    from evo.records import Commit, Completion, Evaluation, Finish, Placement, Program, Proposal, Request
    from evo.search.loop import Search
    from evo.store.reading.view import RunView, open_run
    from evo.store.store import Store

__all__ = [
    "LLM",
    "Archive",
    "Commit",
    "Completion",
    "Emitter",
    "Evaluation",
    "EvoError",
    "Executor",
    "Finish",
    "GridSpace",
    "LLMClient",
    "LLMContext",
    "ModelFacts",
    "Placement",
    "Prices",
    "Program",
    "Proposal",
    "Request",
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
    "assemble.resume": ("resume",),
    "assemble.start": ("run", "start"),
    "errors": ("EvoError",),
    "evaluate.stages.stage": ("Stage",),
    "execute.executor": ("Executor",),
    "llm.model": ("LLM", "LLMClient", "LLMContext", "ModelFacts"),
    "llm.prices": ("Prices",),
    "propose.emitters.emitter": ("Emitter",),
    "qd.archive": ("Archive",),
    "qd.selectors": ("Selector",),
    "qd.spaces": ("GridSpace",),
    "records": ("Commit", "Completion", "Evaluation", "Finish", "Placement", "Program", "Proposal", "Request"),
    "search.loop": ("Search",),
    "config.pack_run": ("load_run",),
    "config.run": ("RunSpec",),
    "store.store": ("Store",),
    "store.reading.view": ("RunView", "open_run"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"evo.{home}"), name)
    raise AttributeError(f"module 'evo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
