"""The programs of this machine that a pipeline's commands start, each with its version: what their results rest on.

They are asked where candidates run, in the sandbox, so that the version is that of what will be started there.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evo.config.contents import digest_of
from evo.errors import SpecError
from evo.evaluate.stages.stage import NeedsToolchains, StartsTools
from evo.execute.inside.command import PATH
from evo.execute.toolchains import find_toolchain, grants_of, said_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evo.evaluate.stages.stage import Stage
    from evo.execute.executor import Executor
    from evo.execute.toolchains import FoundToolchain

_ASKED: Final = ("--version", "version")
"""What most programs answer with their version; the second where the first is no option."""


async def tool_versions(stages: Iterable[Stage], executor: Executor) -> Mapping[str, str]:
    """Return name -> version of every program that stages start, with the hash of its file where that lies here.

    Raises:
        InfraError: a toolchain that a stage names is not here.
    """
    starting = [stage for stage in stages if isinstance(stage, StartsTools)]
    named = {
        name: tuple(stage.toolchains) if isinstance(stage, NeedsToolchains) else ()
        for stage in reversed(starting)
        for name in stage.toolchain
    }
    return {name: await _tool(name, named[name], executor) for name in sorted(named)}


async def _tool(name: str, toolchains: Sequence[str], executor: Executor) -> str:
    found = [find_toolchain(each) for each in toolchains]
    for asked in _ASKED:
        if said := await said_by((name, asked), found, executor):
            return f"{said}{_file(name, found)}"
    return _file(name, found)


def _file(name: str, toolchains: Sequence[FoundToolchain]) -> str:
    found = shutil.which(name, path=":".join((*grants_of(toolchains).path, PATH)))
    try:
        return f" (file {digest_of(Path(found))[:12]})" if found else ""
    except SpecError:  # one that may be started and not read
        return ""
