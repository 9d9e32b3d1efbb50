"""The declared run: what to evolve, with whom, for how long."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil, log2
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from evo.config.component import Component, Plugged
from evo.config.document import Document, parse, read
from evo.config.dump import plain, to_text
from evo.config.layers import overridden, without
from evo.config.live import adopt
from evo.config.phrases import shown
from evo.config.presets import alone, laid_over, with_preset
from evo.config.resources import resolve
from evo.config.sections import (
    FIRST_ANSWERS,
    AnswersSpec,
    ArchiveSpec,
    BudgetSpec,
    EvaluateSpec,
    InsightsSpec,
    IslandsSpec,
    NotesSpec,
    NoveltySpec,
    PromptsSpec,
    TacticsSpec,
)
from evo.config.validation import Before, Count, Natural, Text, complete, validate
from evo.errors import EvoError, NotFoundError, nearest
from evo.records import Direction  # noqa: TC001 - read at run time, as the kind of a field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.canonical import JSON


AMENDABLE: frozenset[str] = frozenset({"budget", "executor", "schedule.slots", "trackers"})
"""Dotted prefixes of what `resume` may change; anything else changes what the log means."""

AMENDABLE_MODEL: frozenset[str] = frozenset(
    {
        *("base_url", "endpoints", "prices", "slots", "retry", "park", "refuses", "answer_max_bytes"),
        *("headers", "query", "ca_file", "proxy", "stream", "idle_seconds"),
        *("requests_per_minute", "tokens_per_minute", "connect_seconds", "first_byte_seconds", "total_seconds"),
    }
)
"""The options of a model that `resume` may change, beside those that name an environment variable (`*_env`)."""

Draws = Annotated[int, Field(ge=1, le=16)]

ORDERED_WINDOW = 4
WINDOW_PER_SLOT = 4
AHEAD_PER_WORKER = 2
SHARE_ON_THE_WAY = 1 / 4

SEED_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSpec:
    """How tickets overlap.

    Attributes:
        slots: model calls in flight.
        window: tickets issued and not committed; None: it follows the slots, see `window_for`.
        edition: of what a window that is None follows, which is written down when a run begins.
        commit: in ticket order, or as results arrive.
        draws: how often a ticket may ask its model, at most, while the answer is a program that was there before.
        paid_draws: whether more than once where `budget.usd` or `budget.tokens` is set, as far as that leaves room.
    """

    slots: Count = 4
    window: Count | None = None
    edition: Annotated[Literal[1, 2], Before(1)] = 2
    commit: Literal["ordered", "arrival"] = "ordered"
    draws: Annotated[Draws, Before(1)] = 4
    paid_draws: Annotated[bool, Before(value=False)] = True

    def window_for(self, workers: int) -> int:
        """Return the window in force.

        Under `ordered` a ticket that is late holds up those after it, the longer the more there are: with latencies
        that are lognormal (sigma 0.6) the default keeps 95 % of 32 slots busy, 96 % of 100 and all of 1,000
        (docs/results/performance.md). By arrival what is in flight has a slot, or is with a worker, or next for one,
        or on its way into the log, for which there is a quarter of the slots.

        Args:
            workers: evaluations in flight.
        """
        if self.window is not None:
            return self.window
        if self.edition == 1:
            return ORDERED_WINDOW if self.commit == "ordered" else WINDOW_PER_SLOT * self.slots
        if self.commit == "arrival":
            return self.slots + ceil(self.slots * SHARE_ON_THE_WAY) + AHEAD_PER_WORKER * workers
        # Few slots stay empty more often, and every program is issued from a newer state.
        return max(ORDERED_WINDOW, round(self.slots * (1 + log2(self.slots / ORDERED_WINDOW))))

    @property
    def settling(self) -> int:
        """Commits after which the outcome of a ticket is known at the latest, whoever evaluates it."""
        return self.window_for(workers=0)


def _widening() -> Component:
    return Component(use="widening", options=MappingProxyType({"breadth": 0.2, "patience": 120, "peers": True}))


def _tournament() -> Component:
    return Component(use="tournament", options=MappingProxyType({"size": 3}))


def _emitters() -> tuple[Component, ...]:
    asking: dict[str, dict[str, float]] = {
        "diff": {"weight": 3},
        "rewrite": {"weight": 4, "longest": 8000},
        "crossover": {"weight": 2},
        "repair": {"weight": 0.5},
    }
    made = (Component(use=use, options=MappingProxyType(options | {"llm": "fast"})) for use, options in asking.items())
    return (*made, Component(use="tune", options=MappingProxyType({"weight": 0.25})))


def _earned() -> Component:
    return Component(use="earned", options=MappingProxyType({"floor": 0.6}))


Executors = Plugged(kind="executor", default="local", keys=("workers", "sandbox"))


def _local() -> Component:
    return Component(use="local", options=MappingProxyType({"workers": 2, "sandbox": "auto"}))


def _offline() -> Mapping[str, Component]:
    return MappingProxyType({"fast": Component(use="offline")})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """A run, declared.

    Wherever a component stands, in Python a live part may stand as well.

    Attributes:
        problem: address of the problem: a name, name/instance or path.
        params: parameters that override the instance's.
        pipeline: name or path of the evaluation DAG; None takes the problem's.
        seed: of every random choice of the run; from 0 to `SEED_MAX`.
        seeds: first programs, as files or RUN:PROGRAM; None means all the problem's.
        objectives: further ones, measures with the direction that is better; they join the problem's own.
        strategy: where parents come from. `selector` counts where that is an archive of more than one program.
        selector: how parents are picked.
        emitters: what makes proposals, at least one.
        executor: where candidates and judges run.
        mix: how tickets are shared among the emitters: by weights, fixed or earned, or by a bandit.
        tactics, notes: what models are asked besides programs; None: nothing.
        novelty: what counts as a repetition beside an equal text; None leaves it at that.
        memory: "full" tells every attempt on a parent, joins no two parents twice and asks less of a parent whose
            children repeat; "brief" tells the best and the worst attempts.
        llms: role -> model; emitters name roles.
        prompts: what models are shown.
        answers: how what they say is read.
        insights: an analyst that reads parents first; None for none.
        evaluate: who answers what judges ask; None: nobody, and a problem whose judge asks is refused.
        economy: which evaluations end before they are whole; None: none.
        trackers: who is told of every commit and event; the log is the same whatever they are.
        source: the file it was read from, beside which relative names resolve; no part of the value.
    """

    problem: Text
    budget: BudgetSpec
    params: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    pipeline: Text | None = None
    seed: Natural = 0
    seeds: tuple[Text, ...] | None = None
    objectives: Mapping[str, Direction] = field(default_factory=lambda: MappingProxyType({}))
    strategy: Annotated[Component, Plugged(kind="strategy")] = field(default_factory=_widening)
    archive: ArchiveSpec = field(default_factory=ArchiveSpec)
    islands: IslandsSpec = field(default_factory=IslandsSpec)
    selector: Annotated[Component, Plugged(kind="selector")] = field(default_factory=_tournament)
    emitters: tuple[Annotated[Component, Plugged(kind="emitter")], ...] = field(default_factory=_emitters)
    mix: Annotated[Component, Plugged(kind="mix")] = field(default_factory=_earned)
    tactics: TacticsSpec | None = None
    notes: NotesSpec | None = None
    novelty: NoveltySpec | None = None
    memory: Annotated[Literal["full", "brief"], Before("brief")] = "full"
    llms: Mapping[str, Annotated[Component, Plugged(kind="llm")]] = field(default_factory=_offline)
    prompts: PromptsSpec = field(default_factory=PromptsSpec)
    insights: InsightsSpec | None = None
    evaluate: EvaluateSpec | None = None
    answers: Annotated[AnswersSpec, Before(FIRST_ANSWERS)] = field(default_factory=AnswersSpec)
    executor: Annotated[Component, Executors] = field(default_factory=_local)
    schedule: ScheduleSpec = field(default_factory=ScheduleSpec)
    economy: Annotated[Component, Plugged(kind="economy")] | None = None
    trackers: tuple[Annotated[Component, Plugged(kind="tracker")], ...] = ()
    source: Path | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Check what no single key can say.

        Raises:
            EvoError: no emitter, a seed too large, no program in `seeds`, or an analyst or adviser whose llm is not
                in `llms`.
        """
        adopt(self, "strategy", "selector", "mix", "economy", "executor", "emitters", "llms", "trackers")
        if not self.emitters:
            raise EvoError("emitters: expected at least one emitter; got an empty list")
        if self.seed > SEED_MAX:
            raise EvoError(f"seed: expected an integer, at most {SEED_MAX}, as the database holds it; got {self.seed}")
        if self.seeds == ():
            raise EvoError("seeds: expected at least one program; leave the key out for all the problem's seeds")
        embedding = self.novelty.embedding if self.novelty else None
        asking = (("tactics", self.tactics), ("notes", self.notes), ("insights", self.insights), ("novelty", embedding))
        roles = [(name, asked.llm) for name, asked in asking if asked is not None]
        for name, role in [*roles, *([("evaluate.ask", self.evaluate.ask)] if self.evaluate else [])]:
            if role not in self.llms:
                there = nearest(role, self.llms) or f"; there are {', '.join(self.llms) or 'none'}"
                raise EvoError(f"{name}: no {role!r} among llms{there}")


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> RunSpec:
    """Read a config with its base and the settings on top.

    Args:
        path: a path, or a name that resolves among configs.
        overrides: "dotted.key=value" each, as after `--set`.

    Raises:
        NotFoundError: no such config.
        SpecError: anything wrong in it, in its base or in a setting, at its position.
    """
    found = resolve("configs", str(path))
    return complete_run(overridden(with_preset(extended(read(found), found), overrides), overrides), source=found)


def complete_run(document: Document, *, source: Path | None, hints: Sequence[str] = ("extends",)) -> RunSpec:
    """Check a document with all its layers.

    Args:
        document: the base, the file and the settings, merged.
        source: the file.
        hints: keys that are spent by now, but worth offering to whoever wrote for example `extend`.

    Raises:
        SpecError: anything wrong in it, at its position.
    """
    return replace(complete(document, RunSpec, (), given={}, hints=hints), source=source)


def from_yaml(text: str, name: str) -> RunSpec:
    """Read a run's recorded config, as `to_yaml` writes it: complete, but for options that came later.

    Raises:
        SpecError: anything wrong in it.
    """
    return validate(parse(text, name), RunSpec, recorded=True)


def to_yaml(spec: RunSpec) -> str:
    """Write the resolved config, every default spelled out; `from_yaml` reads an equal one back."""
    return to_text(plain(spec))


def amend(spec: RunSpec, overrides: Sequence[str]) -> RunSpec:
    """Return a run with settings put on top, "dotted.key=value" each.

    Raises:
        SpecError: a setting that does not fit.
    """
    if not overrides:
        return spec
    document = overridden(parse(to_yaml(spec), "run.yaml"), overrides)
    return replace(complete(document, RunSpec, (), given={}), source=spec.source)


def differences(old: RunSpec, new: RunSpec) -> list[tuple[str, JSON, JSON]]:
    """Return what differs, as (dotted key, old value, new value), in the order of the keys; None where absent."""
    before, after = leaves(plain(old)), leaves(plain(new))
    keys = dict.fromkeys((*before, *after))
    return [(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def amendable(key: str) -> bool:
    """Tell whether `resume` may change this dotted key: where a model is asked and how it is paid, but not which."""
    room, _, option = key.partition(".")
    if room == "llms":
        name = option.partition(".")[2].partition(".")[0]
        return name in AMENDABLE_MODEL or name.endswith("_env")
    return any(key == prefix or key.startswith(f"{prefix}.") for prefix in AMENDABLE)


def leaves(value: JSON, above: str = "") -> dict[str, JSON]:
    """Flatten mappings, and lists of mappings by index; a list of scalars is one leaf."""
    items: Sequence[tuple[str, JSON]]
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        items = [(str(index), item) for index, item in enumerate(value)]
    else:
        return {above: value}
    below = [leaves(item, f"{above}.{name}" if above else name) for name, item in items]
    return {key: leaf for each in below for key, leaf in each.items()}


def extended(document: Document, path: Path) -> Document:
    """Return a document laid over the base that it names in `extends`, which is looked for beside `path` too.

    A base may itself extend another file, over any number of levels.

    Raises:
        SpecError: it is no mapping, or a base is missing, wrong, or extends a file that extends it.
    """
    laid = _laid(document, path, ())
    return alone(document) if document.at(("extends",)) is None else laid


def _laid(document: Document, path: Path, above: Sequence[Path]) -> Document:
    """Return a document over all of its bases; `above` are the files that extend it, the outermost first."""
    if document.root is None or not isinstance(document.value, dict):
        raise document.error((), f"expected a mapping of keys; got {shown(document.value)}")
    node = document.at(("extends",))
    if node is None:
        return document
    if not isinstance(node.value, str):
        raise document.error(("extends",), f"expected the name of a config; got {shown(node.value)}")
    line = (*above, path)
    try:
        below = resolve("configs", node.value, beside=path.parent)
    except NotFoundError as error:
        raise document.error(("extends",), str(error)) from error
    if any(below.resolve() == each.resolve() for each in line):
        through = " -> ".join(str(each) for each in (*line, below))
        raise document.error(("extends",), f"{document.name} and {below} extend one another: {through}")
    base = _laid(read(below), below, line)
    if base.root is None:
        raise base.error((), f"expected a mapping of keys; got {shown(base.value)}")
    return replace(document, root=laid_over(base.root, without(document.root, "extends")))
