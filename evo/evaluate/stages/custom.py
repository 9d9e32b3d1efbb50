"""A stage of the user's own, `use: path/to/file.py:Class`: declared in the pipeline, run in a judge process.

The main process never imports the file; it reads it to find the class and to know its version. So a stage says in the
pipeline what it reads and provides, and the judge process (see `plugin`) holds it to that.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from evo.canonical import fingerprint
from evo.config.component import build
from evo.config.problem_spec import MeasureSpec  # noqa: TC001 - annotations that are read at run time
from evo.errors import EvoError
from evo.evaluate.stages.stage import DataKind, StageContract, scored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.config.pipeline import PipelineSpec, StageSpec
    from evo.evaluate.stages.stage import Runtime
    from evo.records import StageResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """A class in a file of the user's.

    Attributes:
        file, name: where the class is and how it is called.
        code: the hash of the file: another text is another stage.
        needs, provides: inputs and outputs with their kinds.
        private: outputs that are too large to be kept with the evaluation.
        measures: those of `provides` that span archives, with their bounds.
        seeded: whether it uses the seed.
        options: the keyword arguments of the class.
    """

    use: ClassVar[str] = "custom"

    file: str
    name: str
    code: str
    provides: Mapping[str, DataKind]
    needs: Mapping[str, DataKind] = field(default_factory=lambda: MappingProxyType({}))
    private: tuple[str, ...] = ()
    measures: Mapping[str, MeasureSpec] = field(default_factory=lambda: MappingProxyType({}))
    seeded: bool = False
    options: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Hold the declaration together.

        Raises:
            EvoError: nothing is provided, RAW is provided, or a measure or private output is not among the provided.
        """
        if not self.provides:
            raise EvoError("provides: expected at least one output, for example {robustness: number}; got none")
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
        """What the pipeline file declares."""
        return StageContract(
            needs=self.needs,
            provides=self.provides,
            private=self.private,
            measures=self.measures,
            limited=("judge_seconds",),
            seeded=self.seeded,
            version=self.code,
        )

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Return what the class answers in the judge process, or its refusal."""
        raw = [name for name, kind in self.needs.items() if kind is DataKind.RAW]
        answer = await runtime.judges.ask(
            {
                "op": "stage",
                "folder": str(Path(self.file).parent),
                "file": self.file,
                "class": self.name,
                "options": dict(self.options),
                "inputs": {name: inputs[name] for name in self.needs},
                "raw": list(raw),
                "files": dict(runtime.program.files),
                "params": {**runtime.problem.params, **runtime.problem.judge_params},
                "seed": runtime.seed,
                "provides": {name: str(kind) for name, kind in self.provides.items()},
            },
            cpu_seconds=runtime.limits.judge_seconds,
        )
        return scored(self.use, answer)


def custom(spec: StageSpec) -> Custom:
    """Build a custom stage from its declaration.

    Raises:
        SpecError: no such file or class, a class without `run`, or options that do not fit the declaration.
    """
    file = _file(spec)
    path, _, name = spec.use.rpartition(":")
    try:
        text = file.read_text(encoding="utf-8")
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError) as error:
        raise spec.error(f"{path} cannot be read as Python: {error}", "use") from error
    methods = {
        node.name: {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    if name not in methods:
        known = ", ".join(methods) or "none"
        raise spec.error(f"{path} defines no class {name!r} at its top level; there are {known}", "use")
    if "run" not in methods[name]:
        raise spec.error(f"class {name} in {path} has no method run(self, inputs, context)", "use")
    return build(spec.component, Custom, file=str(file.resolve()), name=name, code=fingerprint(text))


def custom_files(spec: PipelineSpec) -> tuple[Path, ...]:
    """Return the files of a pipeline's custom stages, in its order: what its results depend on beside itself.

    Raises:
        SpecError: one of them does not exist.
    """
    return tuple(_file(stage) for stage in spec.stages.values() if ":" in stage.use)


def _file(spec: StageSpec) -> Path:
    path = spec.use.rpartition(":")[0]
    beside = Path(spec.component.document.name).parent
    file = next((place for place in (beside / path, Path(path)) if place.is_file()), None)
    if file is None:
        raise spec.error(f"no file {path}, neither beside the pipeline nor here", "use")
    return file
