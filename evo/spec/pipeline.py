"""The declared evaluation DAG: structure and types; what makes it a sound graph is checked where graphs are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.spec.component import Component, build
from evo.spec.loading import NOWHERE, Document, read
from evo.spec.resources import resolve
from evo.spec.validation import Text, validate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evo.canonical import JSON
    from evo.errors import SpecError
    from evo.spec.positions import Loc


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edges:
    upstream: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSpec:
    """One stage as declared: a component with edges.

    Attributes:
        component: `use` and the stage's own options, to be built where stages are known.
        upstream: names of the stages that come before it.
    """

    component: Component
    upstream: tuple[str, ...] = ()

    @property
    def use(self) -> str:
        """The name of the stage's implementation."""
        return self.component.use

    @property
    def options(self) -> Mapping[str, JSON]:
        """The stage's own options, without `use` and `upstream`."""
        return self.component.options

    @classmethod
    def from_document(cls, document: Document, loc: Loc) -> StageSpec:
        """Read the stage at `loc`.

        Raises:
            SpecError: no component, or an upstream that is not a list of names.
        """
        component = Component.from_document(document, loc)
        upstream = build(component.only("upstream"), _Edges).upstream
        return cls(component=component.without("upstream"), upstream=upstream)

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
        document: the file, for the positions of later errors; no part of the value.
    """

    name: str = ""
    stages: Mapping[str, StageSpec]
    summary: str = ""
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
