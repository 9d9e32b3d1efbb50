"""The declared evaluation DAG: structure and types; what makes it a sound graph is checked where graphs are."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from evo.config.component import Component, build
from evo.config.document import NOWHERE, Document, read
from evo.config.problem_spec import LimitChanges
from evo.config.resources import resolve
from evo.config.validation import Positive, Text, validate
from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evo.canonical import JSON
    from evo.config.positions import Loc
    from evo.errors import SpecError


class Trigger(StrEnum):
    """When a stage starts: after all upstream succeeded, after all ended somehow, or only if one of them failed."""

    ALL_SUCCESS = "all_success"
    ALL_DONE = "all_done"
    ANY_FAILED = "any_failed"


class Take(StrEnum):
    """Which one number stands for those of all repetitions."""

    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageGate:
    """A condition on a number of a stage upstream; where it does not hold, the stage is skipped.

    Attributes:
        value: "stage.number", or "stage.group.number": screen.objective, screen.metrics.density.
        at_least, above, at_most, below: the bounds, at least one; all that are given must hold.
    """

    value: Text
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        """Refuse a condition without a subject or without a bound.

        Raises:
            EvoError: `value` has not two or three parts, or there is no bound.
        """
        parts = self.value.split(".")
        if len(parts) not in {2, 3} or not all(parts):
            raise EvoError(f"value: expected stage.number, for example screen.objective; got {self.value!r}")
        if not self.bounds:
            raise EvoError("expected a bound: at_least, above, at_most or below")

    @property
    def path(self) -> tuple[str, ...]:
        """Stage and output, and the key inside it where there is one."""
        return tuple(self.value.split("."))

    @property
    def bounds(self) -> tuple[tuple[str, float], ...]:
        """The bounds that are given, by name."""
        named = ((item.name, getattr(self, item.name)) for item in fields(self)[1:])
        return tuple((name, bound) for name, bound in named if bound is not None)

    def holds(self, number: float) -> bool:
        """Tell whether a number lies within the bounds."""
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.at_most is None or number <= self.at_most)
            and (self.below is None or number < self.below)
        )

    def __str__(self) -> str:
        """Return the condition as people read it: "screen.objective at least 0.5"."""
        return f"{self.value} {self.wanted}"

    @property
    def wanted(self) -> str:
        """The bounds as people read them."""
        return " and ".join(f"{name.replace('_', ' ')} {bound:g}" for name, bound in self.bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """A stage is run several times, each with another seed; the stages that read it follow suit.

    Attributes:
        times: how often.
        take: what becomes of the numbers.
    """

    times: Annotated[int, Field(ge=2, le=100)]
    take: Take = Take.MEDIAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """What a pipeline says about any stage, whatever its kind.

    Attributes:
        upstream: names of the stages that come before it.
        trigger: what must have become of them.
        when: a further condition, on a number.
        limits: in place of the problem's.
        retries: how often it is tried again after what the machine may have caused.
        repeats: None runs it once.
        report: False keeps its results out of the evaluation: they serve gates and later stages alone.
    """

    upstream: tuple[Text, ...] = ()
    trigger: Trigger = Trigger.ALL_SUCCESS
    when: StageGate | None = None
    limits: LimitChanges = field(default_factory=LimitChanges)
    retries: Annotated[int, Field(ge=0, le=10)] = 0
    repeats: Repeats | None = None
    report: bool = True

    def __post_init__(self) -> None:
        """Refuse conditions on nothing.

        Raises:
            EvoError: a trigger other than the usual, or a gate, without upstream; an upstream named twice.
        """
        if not self.upstream and self.trigger is not Trigger.ALL_SUCCESS:
            raise EvoError("trigger: nothing is upstream of this stage, so there is nothing to wait for")
        if not self.upstream and self.when is not None:
            raise EvoError("when: nothing is upstream of this stage; name the stage that gives the value in upstream")
        if len(set(self.upstream)) < len(self.upstream):
            raise EvoError("upstream: a stage is named twice; name each once")


_PLACING = tuple(item.name for item in fields(Placing))


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSpec:
    """One stage as declared: a component in its place.

    Attributes:
        component: `use` and the stage's own options, to be built where stages are known.
        placing: what holds for stages of any kind.
    """

    component: Component
    placing: Placing = field(default_factory=Placing)

    @property
    def use(self) -> str:
        """The name of the stage's implementation."""
        return self.component.use

    @property
    def options(self) -> Mapping[str, JSON]:
        """The stage's own options, without `use` and what `Placing` holds."""
        return self.component.options

    @property
    def upstream(self) -> tuple[str, ...]:
        """The stages that come before it."""
        return self.placing.upstream

    @classmethod
    def from_document(cls, document: Document, loc: Loc) -> StageSpec:
        """Read the stage at `loc`.

        Raises:
            SpecError: no component, or something wrong in what every stage may say.
        """
        component = Component.from_document(document, loc)
        placing = build(component.only(*_PLACING), Placing)
        return cls(component=component.without(*_PLACING), placing=placing)

    def error(self, message: str, key: str | None = None) -> SpecError:
        """Return an error about this stage, or about one of its keys, to be raised."""
        return self.component.error(message, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSpec:
    """A pipeline as declared.

    Attributes:
        name: how a run names it.
        summary: one line for listings.
        stages: by name, in the order of the file.
        deadline: wall seconds that one program may take in all; what has not ended by then is killed. None sets none
            beside those of the stages. A safety net: verdicts that depend on it depend on the machine.
        document: the file, for the positions of later errors; no part of the value.
    """

    name: str = ""
    stages: Mapping[str, StageSpec]
    summary: str = ""
    deadline: Positive | None = None
    document: Document = field(default=NOWHERE, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a pipeline that does nothing, and names that cannot be written in a dotted path.

        Raises:
            EvoError: no stage, or a stage name that is empty or has a dot.
        """
        if not self.stages:
            raise EvoError("stages: expected at least one stage; got an empty mapping")
        if bad := [name for name in self.stages if not name or "." in name]:
            raise EvoError(
                f"stages: the name {bad[0]!r} is empty or has a dot; expected for example score or quick_score"
            )


def load_pipeline(name: str, beside: Path | None = None) -> PipelineSpec:
    """Read the pipeline that `name` means; a file without `name` is called after itself.

    Args:
        name: a path, or a name that resolves among pipelines.
        beside: the folder of the file that names it.

    Raises:
        NotFoundError: no such pipeline.
        SpecError: anything wrong in it, at its position.
    """
    path = resolve("pipelines", name, beside)
    return read_pipeline(read(path), path.stem)


def read_pipeline(document: Document, name: str) -> PipelineSpec:
    """Return the pipeline in a document, called `name` unless it says otherwise.

    Raises:
        SpecError: anything wrong in it, at its position.
    """
    spec = validate(document, PipelineSpec)
    return replace(spec, name=spec.name or name, document=document)
