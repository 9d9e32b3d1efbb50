"""The programs of this machine that a pipeline's commands start, each with its version: what their results rest on.

They are asked where candidates run, in the sandbox, so that the version is that of what will be started there.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evo.config.contents import digest_of
from evo.errors import SpecError
from evo.evaluate.stages.stage import StartsTools
from evo.execute.executor import Command, Task
from evo.execute.inside.command import PATH
from evo.execute.sandbox import Limits
from evo.records import StageStatus
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evo.evaluate.stages.stage import Stage
    from evo.execute.executor import Executor

_ASKED: Final = ("--version", "version")
"""What most programs answer with their version; the second where the first is no option."""
_SECONDS, _MEMORY_MB = 10.0, 1024.0


async def tool_versions(stages: Iterable[Stage], executor: Executor) -> Mapping[str, str]:
    """Return name -> version of every program that stages start, with the hash of its file where that lies here."""
    names = sorted({name for stage in stages if isinstance(stage, StartsTools) for name in stage.toolchain})
    return {name: f"{await _version(name, executor)}{_file(name)}" for name in names}


async def _version(name: str, executor: Executor) -> str:
    """Return the first line of what a program says of its version, "" where it says nothing."""
    for asked in _ASKED:
        command = Command(
            run=(name, asked),
            cpu_seconds=_SECONDS,
            memory_mb=_MEMORY_MB,
            build_seconds=_SECONDS,
            build_memory_mb=_MEMORY_MB,
        )
        limits = Limits(cpu_seconds=_SECONDS, memory_mb=_MEMORY_MB, open_files=256)
        done = await executor.run(Task(files={"program": ""}, entry_file="program", limits=limits, command=command))
        if done.status is StageStatus.SUCCESS and done.output and done.output.strip():
            return normalise_detail(done.output.decode(errors="replace").strip().splitlines()[0])
    return ""


def _file(name: str) -> str:
    found = shutil.which(name, path=PATH)
    try:
        return f" (file {digest_of(Path(found))[:12]})" if found else ""
    except SpecError:  # one that may be started and not read
        return ""
