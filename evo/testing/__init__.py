"""What authors of plug-ins test with: a contract for each kind of part, and a small search in memory.

    from evo.testing import SelectorContract, search

    class TestYoungest(SelectorContract):
        def make(self):
            return Youngest(share=0.5)

    def test_a_search_with_it_replays():
        assert search(60, selector=Youngest()).log_hash == search(60, selector=Youngest()).log_hash

A contract is a plain class: pytest runs the `test_*` methods of a subclass whose name begins with `Test`. Nothing here
imports pytest. The table of `evo.parts.KINDS` names the contract of every kind.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evo.testing.economies import EconomyContract
    from evo.testing.emitters import EmitterContract
    from evo.testing.evaluator import UnsafeEvaluator
    from evo.testing.executors import ExecutorContract
    from evo.testing.llms import LLMContract
    from evo.testing.memory_store import MemoryStore
    from evo.testing.mixes import MixContract
    from evo.testing.model import ScriptedModel
    from evo.testing.replacements import ReplacementContract
    from evo.testing.resets import ResetContract
    from evo.testing.selectors import SelectorContract
    from evo.testing.small_search import SearchEnd, SmallSearch, search
    from evo.testing.spaces import SpaceContract
    from evo.testing.stages import StagePartContract
    from evo.testing.strategies import StrategyContract
    from evo.testing.topologies import TopologyContract
    from evo.testing.trackers import TrackerContract
    from evo.testing.turns import TurnsContract

__all__ = [
    "EconomyContract",
    "EmitterContract",
    "ExecutorContract",
    "LLMContract",
    "MemoryStore",
    "MixContract",
    "ReplacementContract",
    "ResetContract",
    "ScriptedModel",
    "SearchEnd",
    "SelectorContract",
    "SmallSearch",
    "SpaceContract",
    "StagePartContract",
    "StrategyContract",
    "TopologyContract",
    "TrackerContract",
    "TurnsContract",
    "UnsafeEvaluator",
    "search",
]

_HOMES = {
    "economies": ("EconomyContract",),
    "emitters": ("EmitterContract",),
    "evaluator": ("UnsafeEvaluator",),
    "executors": ("ExecutorContract",),
    "llms": ("LLMContract",),
    "memory_store": ("MemoryStore",),
    "mixes": ("MixContract",),
    "model": ("ScriptedModel",),
    "replacements": ("ReplacementContract",),
    "resets": ("ResetContract",),
    "selectors": ("SelectorContract",),
    "small_search": ("SearchEnd", "SmallSearch", "search"),
    "spaces": ("SpaceContract",),
    "stages": ("StagePartContract",),
    "strategies": ("StrategyContract",),
    "topologies": ("TopologyContract",),
    "trackers": ("TrackerContract",),
    "turns": ("TurnsContract",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"evo.testing.{home}"), name)
    raise AttributeError(f"module 'evo.testing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
