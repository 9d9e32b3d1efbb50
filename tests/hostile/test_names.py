"""File names are the candidate's own trouble, on every tier alike, also where it is built and run as a command."""

import asyncio

import pytest

from evo.execute.executor import Command
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Tier, offered
from evo.records import StageStatus
from evo.testing.tasks import task

TIERS = tuple(tier for tier in offered() if tier is not Tier.NONE)
SCRIPT = "#!/bin/sh\necho 3\n"
MANY = {"run.sh": SCRIPT, **{f"f{n}": "" for n in range(5000)}}
TOOLS = {"run.sh": SCRIPT, ".step": "", ".profile": "exit 3\n"}
COMMANDS = {
    "honest": ({"run.sh": SCRIPT}, ("/bin/sh", "run.sh"), StageStatus.SUCCESS),
    "not executable": ({"program": SCRIPT}, ("./program",), StageStatus.EXIT),
    "folder in its place": ({"program/x": SCRIPT}, ("./program",), StageStatus.EXIT),
    "absent": ({"other": SCRIPT}, ("./program",), StageStatus.EXIT),
    "file and folder": ({"a": SCRIPT, "a/b": SCRIPT}, ("/bin/sh", "a"), StageStatus.FAILED),
    "long name": ({"run.sh": SCRIPT, "n" * 300: ""}, ("/bin/sh", "run.sh"), StageStatus.FAILED),
    "many files": (MANY, ("/bin/sh", "run.sh"), StageStatus.FAILED),
    "hidden files of tools": (TOOLS, ("/bin/sh", "run.sh"), StageStatus.SUCCESS),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_meets_the_names_of_a_program_alike_on_every_tier(name: str):
    files, argv, status = COMMANDS[name]
    limits = {"cpu_seconds": 1.0, "memory_mb": 256.0, "build_seconds": 1.0, "build_memory_mb": 256.0}
    asked = task("", files=files, command=Command(run=argv, **limits))

    async def verdicts() -> list[tuple[str, str]]:
        found = []
        for tier in TIERS:
            executor = LocalExecutor(sandbox=f"required:{tier}")
            try:
                result = await executor.run(asked)
            finally:
                await executor.close()
            found.append((str(result.status), result.detail))
        return found

    first, *others = asyncio.run(verdicts())
    assert first[0] == status, first
    assert set(others) <= {first}
