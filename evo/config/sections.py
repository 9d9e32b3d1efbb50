"""The sections of a declared run: when it stops, how programs are kept, what models are asked and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import Field

from evo.config.component import Component, Plugged
from evo.config.live import adopt, as_component
from evo.config.validation import (  # noqa: TC001 - validation reads the annotations  # noqa: TC001 - read at run time, as kinds of fields
    Cells,
    Count,
    Few,
    NotNegative,
    Positive,
    Text,
)
from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSpec:
    """When to stop: whatever comes first. At least one limit besides the target bounds the run.

    Attributes:
        tickets: attempts, counted when they are committed.
        evaluations: programs evaluated, cached ones not counted.
        seconds: wall-clock time, over all sittings.
        usd, tokens: money at the prices in `llms`, and tokens of prompts and answers; both hard: a call whose worst
            case could pass one is not made.
        target: an objective, in the problem's unit, that is good enough.
        patience: commits in a row without a better program, counted from the first score on.
        stop_file: a path, from the run's folder; the run ends when there is a file.
    """

    tickets: Count | None = None
    evaluations: Count | None = None
    seconds: Positive | None = None
    usd: Positive | None = None
    tokens: Count | None = None
    target: float | None = None
    patience: Count | None = None
    stop_file: Text | None = None

    def __post_init__(self) -> None:
        """Refuse a run without an end.

        Raises:
            EvoError: only a target, or nothing at all.
        """
        if all(limit is None for limit in (self.tickets, self.evaluations, self.seconds, self.usd, self.tokens)):
            raise EvoError(
                "expected at least one of tickets, evaluations, seconds, usd, tokens; a target alone may never be met"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticsSpec:
    """On stagnation a model is asked for fundamentally different approaches, and the next tickets try them.

    Attributes:
        patience: commits without a better program, and since the last tactics were tried.
        tickets: how many tickets try them.
        count: how many approaches are asked for.
        llm: the role in `llms` that is asked, for approaches and for the programs that follow them.
    """

    patience: Count = 40
    tickets: Count = 12
    count: Few = 4
    llm: Text = "fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesSpec:
    """Every so often a model sums up what worked, and prompts carry the newest such note.

    Attributes:
        every: commits between notes.
        llm: the role in `llms` that is asked.
    """

    every: Count = 50
    llm: Text = "fast"


Fraction = Annotated[float, Field(gt=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingSpec:
    """Programs whose embeddings point the same way count as one.

    Attributes:
        llm: the role in `llms` that embeds.
        threshold: the least cosine that counts as the same.
    """

    llm: Text
    threshold: Fraction = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class NoveltySpec:
    """What counts as a repetition, beside an equal text; models are told of repetitions in later prompts.

    Attributes:
        normalised: programs that differ in names, comments and formatting alone.
        readded: the share of a program's added lines that its lineage had given up, from which on it is a step back.
        embedding: programs with nearly equal embeddings.
    """

    normalised: bool = True
    readded: Fraction | None = None
    embedding: EmbeddingSpec | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisSpec:
    """How one measure divides the archive.

    Attributes:
        cells: intervals between its low and high; a CVT has its own number of cells.
        scale: whether the intervals have equal lengths or equal ratios.
        values: the measure names kinds: one cell for each of these, and one for anything else; for a grid alone.
            `cells` and `scale` do not count then.
    """

    cells: Few = 16
    scale: Literal["linear", "log"] = "linear"
    values: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse kinds that cannot be told apart.

        Raises:
            EvoError: no value, or one twice.
        """
        if self.values is not None and not 0 < len(set(self.values)) == len(self.values):
            raise EvoError(f"values: expected different numbers, at least one; got {list(self.values)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSpec:
    """How programs are kept apart on every island.

    Attributes:
        measures: which ones span the archive; empty means all of the problem's, as `AxisSpec` has it by default.
        use: the kind of space: "grid" divides each measure by itself, "cvt" spreads `cells` cells evenly over all of
            them; or a space of one's own.
        cells: of a CVT, or of a space of one's own that has such an option.
        options: further options of a space of one's own; None for none.
        per_cell: how many of the best programs a cell keeps.
        margin: how much better a program has to be to displace another, in the objective's unit: the score's noise.
        replacement: who may take a place: `objective`, `pareto` (a cell keeps a front) or `beyond_noise`.
        live: the kind of space itself where it was handed over in Python, as `use`; no key of a file.
    """

    measures: Mapping[str, AxisSpec] = field(default_factory=lambda: MappingProxyType({}))
    use: Text = "grid"
    cells: Cells = 256
    options: Mapping[str, JSON] | None = None
    per_cell: Few = 1
    margin: NotNegative = 0.0
    replacement: Annotated[Component, Plugged(kind="replacement")] = field(
        default_factory=lambda: Component(use="objective")
    )
    live: object | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Take live parts for what they are."""
        adopt(self, "replacement")
        handed = cast("object", self.use)
        if not isinstance(handed, str):
            component = as_component(handed)
            for name, value in (("use", component.use), ("options", component.options), ("live", component.live)):
                object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandSpec:
    """What one island has of its own; what is left out is the run's.

    Attributes:
        archive, selector, emitters: its own, in place of the run's.
        spared: it is never reset, however weak: an island that seeks something else than the best objective.
    """

    archive: ArchiveSpec | None = None
    selector: Annotated[Component, Plugged(kind="selector")] | None = None
    emitters: tuple[Annotated[Component, Plugged(kind="emitter")], ...] | None = None
    spared: bool = False

    def __post_init__(self) -> None:
        """Take live parts for what they are."""
        adopt(self, "selector", "emitters")


Topologies = Plugged(kind="topology", default="ring", keys=("every", "migrants", "choose"))


def _ring() -> Component:
    return Component(use="ring", options=MappingProxyType({"every": 20, "migrants": 1, "choose": "best"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandsSpec:
    """How many archives evolve side by side, which of them a ticket is for, and what they exchange.

    Attributes:
        count: how many there are.
        migration: who sends elites to whom, and when.
        choice: `round_robin`, `size` or `ucb`.
        reset: which islands begin again, and when; None: never.
        each: one entry for each island, or none at all.
    """

    count: Few = 1
    migration: Annotated[Component, Topologies] = field(default_factory=_ring)
    choice: Annotated[Component, Plugged(kind="turns")] = field(default_factory=lambda: Component(use="round_robin"))
    reset: Annotated[Component, Plugged(kind="reset", default="periodic", keys=("every",))] | None = None
    each: tuple[IslandSpec, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a list that leaves islands out.

        Raises:
            EvoError: `each` has more or fewer entries than there are islands.
        """
        adopt(self, "migration", "choice", "reset")
        if self.each and len(self.each) != self.count:
            raise EvoError(f"each: expected {self.count} entries, one for each island of `count`; got {len(self.each)}")
        if any(island.emitters == () for island in self.each):
            raise EvoError("each: expected at least one emitter on every island; leave the key out for the run's")


Steps = Annotated[int, Field(ge=0, le=6)]
Attempts = Annotated[int, Field(ge=0, le=1000)]


ArmShare = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTokens:
    """The most that parts of a prompt may take, in tokens of three bytes.

    Attributes:
        total: the whole prompt; None leaves it to the model's `context_tokens`.
        inspirations, lineage, insights, feedback: these parts; what is over is left out, the least useful first.
            `feedback` is counted for each program.
    """

    total: Count | None = None
    inspirations: Count = 12_000
    lineage: Count = 6_000
    insights: Count = 1_500
    feedback: Count = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptsSpec:
    """What prompts say, and how.

    Attributes:
        templates: a folder with templates that replace the shipped ones of the same names; stored with the run.
        lineage: "full" also shows what each step changed, what it did to the measures and what follows from it.
        ancestors: steps shown on the way to the parent.
        children: attempts from the parent that are shown, the best and the worst of them.
        tried: all other attempts from the parent that are named, the newest of them; where a run remembers them.
        tokens: how large prompts may get.
        arms: name -> share of the tickets that get what it is about, which `evo compare` tells from the others: whether
            answers begin with thoughts, the distance to the best known value is told, the instructions hold an example,
            the wording of tasks varies, pictures are shown. What is not named all tickets get (pictures: half of them,
            where a model sees), and roles say whether they think aloud.
        edition: of the shipped wording; None for the newest, which is written down when a run begins.
        libraries: the versions that prompts tell; None for those of this machine, written down likewise.
    """

    templates: Text | None = None
    lineage: Literal["brief", "full"] = "brief"
    ancestors: Steps = 6
    children: Steps = 6
    tried: Attempts = 60
    tokens: PromptTokens = field(default_factory=PromptTokens)
    arms: Mapping[Literal["thinking", "gap", "example", "wording", "images"], ArmShare] = field(
        default_factory=lambda: MappingProxyType({})
    )
    edition: Literal[1, 2] | None = None
    libraries: Mapping[str, Text] | None = None

    def __post_init__(self) -> None:
        """Refuse what could have no effect.

        Raises:
            EvoError: arms of a wording that does not know them.
        """
        if self.arms and self.edition == 1:
            raise EvoError("arms: edition 1 of the prompts has none; expected `edition` to be left out")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersSpec:
    """How answers are read, and what becomes of one that cannot be used.

    Attributes:
        second_turn: an answer that cannot be read or applied is asked for once more, in the same conversation and with
            the reason. None leaves it to the model: those that take a conversation (`openai`) are asked.
        grammar: by which they are read; None for the newest, which is written down when a run begins or is taken up.
    """

    second_turn: bool | None = None
    grammar: Literal[1, 2] | None = None


FIRST_ANSWERS = AnswersSpec(second_turn=False, grammar=1)
"""Of runs that began before answers were counted as read by a grammar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightsSpec:
    """An analyst that reads parents before they are changed.

    Attributes:
        arm: share of the tickets that are shown insights; the others show what they are worth.
        llm: the role in `llms` that is asked.
    """

    arm: ArmShare = 0.5
    llm: Text = "fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateSpec:
    """Who answers what judges and stages ask while they score a program.

    Attributes:
        ask: the role in `llms`.
        tries: how often a question is asked until the model gives an answer, whatever it says.
    """

    ask: Text
    tries: Annotated[int, Field(ge=1, le=10)] = 3
