"""What can be said to `evo.optimize` beside seed and score, all of it optional."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypedDict

from evo.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.canonical import JSON
    from evo.config.sections import BudgetSpec
    from evo.llm.model import LLM


class Options(TypedDict, total=False):
    """The keywords of `evo.optimize`.

    Attributes:
        goal: what programs are for, in words, for the model.
        budget: tickets, or the keys of `budget` in a config.
        direction: which scores are better.
        inputs: the arguments of the entry, by name, where `score` wants the output.
        measures: name -> (low, high), of figures that `score` gives as well, by which good programs may differ.
        imports: modules that programs may import, beside the usual ones of the standard library and the seed's.
        entry: the function that is meant, where the seed has several.
        model: a model behind chat completions, or a live `LLM`; without one changes are proposed by rule.
        base_url, key_env: where the model is, and the environment variable with its key.
        prices: of a million tokens of prompts and of answers, in usd; a budget in usd needs them.
        folder: where runs lie; one there that asks the same goes on. Without it a new one begins in `runs`.
        name: of the problem, in small letters; by default that of the seed.
        workers: programs that run at a time.
        cpu_seconds, memory_mb: limits of one program while it is scored.
        settings: anything else that a config can say, "dotted.key=value" each.
        progress: whether to show how it goes.
    """

    goal: str
    budget: int | Mapping[str, JSON] | BudgetSpec
    direction: Literal["maximize", "minimize"]
    inputs: Mapping[str, JSON]
    measures: Mapping[str, tuple[float, float]]
    imports: Sequence[str]
    entry: str
    model: str | LLM | None
    base_url: str | None
    key_env: str | None
    prices: tuple[float, float] | None
    folder: str | Path | None
    name: str
    workers: int
    cpu_seconds: float
    memory_mb: float
    settings: Sequence[str]
    progress: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The options, with those that were left out; see `Options`."""

    goal: str = ""
    budget: int | Mapping[str, JSON] | BudgetSpec = 100
    direction: Literal["maximize", "minimize"] = "maximize"
    inputs: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    measures: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))
    imports: Sequence[str] = ()
    entry: str = ""
    model: str | LLM | None = None
    base_url: str | None = None
    key_env: str | None = None
    prices: tuple[float, float] | None = None
    folder: str | Path | None = None
    name: str = ""
    workers: int = 2
    cpu_seconds: float = 10.0
    memory_mb: float = 512.0
    settings: Sequence[str] = ()
    progress: bool = True


def complete_options(given: Options) -> Chosen:
    """Return the options with those that were left out.

    Raises:
        UsageError: there is no such option; names the nearest.
    """
    known = [each.name for each in fields(Chosen)]
    for key in given:
        if key not in known:
            raise UsageError(f"evo.optimize: unknown {key}{nearest(key, known)}; there are {', '.join(known)}")
    return Chosen(**given)
