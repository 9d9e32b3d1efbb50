"""The stage for programs in any language: built and run by argv in the sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from evo.config.validation import Positive, Text  # noqa: TC001 - annotations that are read at run time
from evo.errors import EvoError
from evo.evaluate.conversation import order
from evo.evaluate.grants import started_grants
from evo.evaluate.stages.stage import CANDIDATE_LIMITS, OUTPUT, StageContract, produced
from evo.execute import executor as seam
from evo.execute.inside import command
from evo.execute.sandbox import Limits
from evo.execute.toolchains import check_names, find_toolchain, grants_of, joined, variables_of
from evo.records import StageResult, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.evaluate.stages.stage import Runtime


_COMMAND = StageContract(provides=OUTPUT, private=tuple(OUTPUT), limited=CANDIDATE_LIMITS, seeded=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandStage:
    """Builds and runs the program in a directory that holds its files; what it writes to stdout is the output.

    The program gets one JSON object on stdin: the problem's parameters and `seed`. The limits of the problem and of
    the stage hold for its run alone; building has limits of its own.

    Attributes:
        argv: the program to start and its arguments, for example [./program]; no shell is involved.
        build: what is done before, for example [g++, -O2, -o, program, program.cpp]; empty for nothing.
        build_seconds, build_memory_mb: the limits of the build: CPU seconds, MB.
        params: in place of the problem's, for cheap first steps.
        tools: further programs on whose versions the results rest, beside the first words of `argv` and `build`.
        toolchains: compilers and interpreters that do not lie in the system's folders, by name ([rust]), or as whole
            paths of folders; what is found of them may be read and started, and lies first on PATH.
    """

    use: ClassVar[str] = "command"

    argv: tuple[Text, ...]
    build: tuple[Text, ...] = ()
    build_seconds: Positive = 30.0
    build_memory_mb: Positive = 2048.0
    params: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    tools: tuple[Text, ...] = ()
    toolchains: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        """Refuse to run nothing, and with nothing that is known.

        Raises:
            EvoError: `argv` is empty, or a toolchain has no known name.
        """
        if not self.argv:
            raise EvoError("argv: expected a program and its arguments, for example [./program]; got an empty list")
        check_names(self.toolchains)

    @property
    def contract(self) -> StageContract:
        """See there."""
        return replace(_COMMAND, spare_cpu_seconds=self.build_seconds if self.build else 0.0)

    @property
    def toolchain(self) -> tuple[str, ...]:
        """The programs that it starts and the candidate did not bring: names without a folder, and whole paths."""
        named = (*self.build[:1], *self.argv[:1], *self.tools)
        return tuple(sorted({name for name in named if "/" not in name or name.startswith("/")}))

    async def run(self, inputs: Mapping[str, JSON], runtime: Runtime) -> StageResult:  # noqa: ARG002 - reads no input
        """Return what the program wrote to stdout, unparsed; InfraError where a program or toolchain is not here.

        Where the judge runs the program (`candidate.run`) nothing runs yet, as in the stage `call`.
        """
        params, given = {**runtime.problem.params, **self.params}, runtime.limits
        found = [find_toolchain(name) for name in self.toolchains]
        memory_mb = max(given.memory_mb, self.build_memory_mb if self.build else 0.0)
        reserved_mb = max((each.reserved_mb for each in found), default=0.0)
        task = seam.Task(
            files=runtime.files,
            tree=runtime.checkout,
            entry_file=runtime.entry_file,
            kwargs={**params, "seed": runtime.seed},
            hidden=(runtime.folder.path,),
            grants=joined([grants_of(found), started_grants(runtime.problem)]),
            limits=self._whole(given.cpu_seconds, memory_mb + reserved_mb, given.output_kb),
            command=seam.Command(
                run=self.argv,
                build=self.build,
                cpu_seconds=given.cpu_seconds,
                memory_mb=given.memory_mb,
                build_seconds=self.build_seconds,
                build_memory_mb=self.build_memory_mb,
                environment=variables_of(found, memory_mb),
                reserved_mb=reserved_mb,
            ),
        )
        if runtime.problem.spec.program.called_by == "judge":
            return StageResult(
                stage=self.use,
                status=StageStatus.SUCCESS,
                outputs=MappingProxyType(order(task, params, self.toolchains)),
            )
        return produced(self.use, await runtime.executor.run(task), params)

    def _whole(self, cpu_seconds: float, memory_mb: float, output_kb: float) -> Limits:
        """Return the limits within which both steps have room for theirs."""
        cpu_seconds += self.build_seconds if self.build else 0.0
        # One second for starting the steps: whichever is too slow is told so by its own limit.
        return Limits(
            cpu_seconds=cpu_seconds + 1.0, memory_mb=memory_mb + command.LOADER_MB, output_kb=output_kb, open_files=256
        )
