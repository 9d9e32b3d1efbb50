"""The stage `call`: runs the program's entry in the sandbox."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, cast

from evo.evaluate.conversation import order
from evo.evaluate.grants import called_grants
from evo.evaluate.stages.stage import (
    CANDIDATE_LIMITS,
    OUTPUT,
    DataKind,
    StageContract,
    candidate_limits,
    produced,
)
from evo.execute.executor import Task
from evo.records import StageResult, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.stages.stage import Runtime


_CALL = StageContract(
    wants=MappingProxyType({"imports": DataKind.NAMES}),
    provides=OUTPUT,
    private=tuple(OUTPUT),
    limited=CANDIDATE_LIMITS,
    seeded=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Calls the program's entry in the sandbox with the problem's parameters and its constant seed.

    Attributes:
        params: in place of the problem's, for cheap first steps.
    """

    use: ClassVar[str] = "call"

    params: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def contract(self) -> StageContract:
        """See there."""
        return _CALL

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:
        """Return the raw output as JSON text, unparsed; bytes that are not UTF-8 become lone surrogates.

        Where the judge calls the candidate nothing runs yet: the output is what `score` is to run it with.
        """
        program, used = runtime.problem.spec.program, cast("list[str] | None", inputs.get("imports"))
        params = {**runtime.problem.params, **self.params}
        task = Task(
            files=runtime.files,
            tree=runtime.checkout,
            entry_file=runtime.entry_file,
            entry=program.entry,
            kwargs={**params, "seed": runtime.seed},
            imports=_warm(program.imports, used),
            hidden=(runtime.folder.path,),
            grants=called_grants(runtime.problem),
            limits=candidate_limits(runtime),
        )
        if program.called_by == "judge":
            return StageResult(
                stage=self.use, status=StageStatus.SUCCESS, outputs=MappingProxyType(order(task, params))
            )
        return produced(self.use, await runtime.executor.run(task), params)


def _warm(allowed: tuple[str, ...], used: list[str] | None) -> tuple[str, ...]:
    """Return the modules to find warm: what the program uses, and the standard library's share of the list.

    Forking costs by resident page, so scipy is not made resident for programs that never name it.
    """
    stdlib = {name for name in allowed if name.partition(".")[0] in sys.stdlib_module_names}
    return tuple(sorted(stdlib | set(allowed if used is None else used)))
