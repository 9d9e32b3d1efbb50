"""A stage of somebody else's that runs in a judge process: `use: path/to/file.py:Class`, or an installed one.

The main process never imports the class; it reads the file to know its version and what the class declares. What a
stage reads and provides stands in the class, or in the pipeline file, which wins; the judge process (see `plugin`)
holds it to that.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from evo.config.component import Component, build
from evo.config.problem_spec import AskSpec, MeasureSpec  # noqa: TC001 - annotations that are read at run time
from evo.errors import EvoError, SpecError
from evo.evaluate.inquiry import judged
from evo.evaluate.stages.stage import DataKind, StageContract, scored, unsaid
from evo.evaluate.stages.stage_class import file_class, file_of
from evo.execute.executor import JudgeQuestion
from evo.execute.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.config.pipeline import PipelineSpec, StageSpec
    from evo.evaluate.stages.stage import Runtime
    from evo.evaluate.stages.stage_class import StageClass
    from evo.records import StageResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDeclaration:
    """What a stage that runs in a judge says of itself, in its class or in the pipeline file.

    Attributes:
        needs, provides: inputs and outputs with their kinds.
        wants: inputs that it gets where something upstream provides them.
        private: outputs that are too large to be kept with the evaluation.
        measures: those of `provides` that span archives, with their bounds.
        seeded: whether it uses the seed.
        limited: the limits that may be set for it.
        asks: what it may ask the model that the run names in `evaluate.ask`; None: nothing.
    """

    needs: Mapping[str, DataKind] = field(default_factory=lambda: MappingProxyType({}))
    wants: Mapping[str, DataKind] = field(default_factory=lambda: MappingProxyType({}))
    provides: Mapping[str, DataKind] = field(default_factory=lambda: MappingProxyType({}))
    private: tuple[str, ...] = ()
    measures: Mapping[str, MeasureSpec] = field(default_factory=lambda: MappingProxyType({}))
    seeded: bool = False
    limited: tuple[Literal["judge_seconds"], ...] = ("judge_seconds",)
    asks: AskSpec | None = None


DECLARED = tuple(each.name for each in fields(StageDeclaration))
"""The class attributes that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom(StageDeclaration):
    """A class that runs in a judge.

    Attributes:
        file, name: where the class is and how it is called.
        module: the name by which it is imported there; "" for a file that is loaded by its path.
        root: the folder from which the module is imported.
        code: the hash of the file: another text is another stage.
        folder: what a judge may load beside the file; of no use to an installed module.
        options: the keyword arguments of the class.
    """

    use: ClassVar[str] = "custom"

    file: str
    name: str
    code: str
    module: str = ""
    root: str = ""
    folder: Folder | None = None
    options: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Hold the declaration together.

        Raises:
            EvoError: nothing is provided, RAW is provided, or a measure or private output is not among the provided.
        """
        if not self.provides:
            where = "here or in the class"
            raise EvoError(
                f"provides: expected at least one output, {where}, for example {{robustness: number}}; got none"
            )
        for name, kind in self.provides.items():
            if kind is DataKind.RAW:
                raise EvoError(f"provides: {name} cannot be raw; only candidates' outputs are. Expected another kind")
        for name in self.measures:
            if self.provides.get(name) is not DataKind.NUMBER:
                raise EvoError(f"measures: {name} has to be among provides, as a number")
        for name in self.private:
            if name not in self.provides:
                raise EvoError(f"private: {name} is not among provides")

    @property
    def contract(self) -> StageContract:
        """What is declared."""
        return StageContract(
            needs=self.needs,
            wants=self.wants,
            provides=self.provides,
            private=self.private,
            measures=self.measures,
            limited=self.limited,
            seeded=self.seeded,
            version=self.code,
        )

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Return what the class answers in the judge process, or its refusal."""
        kinds = {**self.wants, **self.needs}
        asked: dict[str, JSON] = {
            "class": self.name,
            "options": dict(self.options),
            "inputs": {name: inputs[name] for name in kinds if name in inputs},
            "raw": [name for name, kind in kinds.items() if kind is DataKind.RAW],
            "files": dict(runtime.program.files),
            "params": {**runtime.problem.params, **runtime.problem.judge_params},
            "seed": runtime.seed,
            "provides": {name: str(kind) for name, kind in self.provides.items()},
            **({"module": self.module, "root": self.root} if self.module else {"file": Path(self.file).name}),
        }
        question = JudgeQuestion(op="stage", cpu_seconds=runtime.limits.judge_seconds, args=asked, folder=self.folder)
        return scored(self.use, unsaid(await judged(question, runtime, self.asks), runtime.problem))


def custom(spec: StageSpec) -> Custom:
    """Build the stage of `use: path.py:Class`.

    Raises:
        SpecError: no such file or class, a class without `run`, or options that do not fit the declaration.
    """
    return in_judge(spec, file_class(spec, DECLARED))


def in_judge(spec: StageSpec, found: StageClass) -> Custom:
    """Build the stage of a class that runs in a judge; what the pipeline file declares goes before what the class does.

    Raises:
        SpecError: the class or the file declares something wrong, or what does not fit together.
    """
    try:
        own = build(Component(use=spec.use, options=found.declared), StageDeclaration)
    except SpecError as error:
        raise spec.error(f"class {found.name} in {found.file.name} declares {error}", "use") from error
    kept = [name for name in found.declared if name not in spec.options]
    return build(
        spec.component,
        Custom,
        file=str(found.file),
        name=found.name,
        code=found.code,
        module=found.module,
        root=str(found.root) if found.module else "",
        folder=None if found.module else Folder.of(found.file.parent),
        **{name: getattr(own, name) for name in kept},
    )


def custom_files(spec: PipelineSpec) -> tuple[Path, ...]:
    """Return the files of a pipeline's custom stages, in its order: what its results depend on beside itself.

    Raises:
        SpecError: one of them does not exist.
    """
    return tuple(file_of(stage) for stage in spec.stages.values() if in_file(stage))


def in_file(spec: StageSpec) -> bool:
    """Tell whether `use` names a class in a file, and not one of a module or a name."""
    return spec.use.rpartition(":")[0].endswith(".py")
