"""What a declared run will do that its author may not have meant; nothing of it is wrong enough to be refused."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.assemble.setup import Setup
    from evo.config.problem import Problem


def remarks(setup: Setup) -> Iterator[str]:
    """Yield what there is to say about a run, a sentence each."""
    if setup.window < setup.slots:
        yield (
            f"schedule.window {setup.window} is smaller than schedule.slots {setup.slots}: no more than "
            f"{setup.window} tickets are under way at a time, so the other slots stay empty; raise the window"
        )
    if all(space.size == 1 for space in setup.spaces):
        yield (
            "the archive has one cell, since no measure spans it: every program competes with the best alone; "
            "archive.measures adds axes"
        )
    yield from missing_imports(setup.problem)


def missing_imports(problem: Problem) -> Iterator[str]:
    """Yield which modules programs are told that they may import, and cannot."""
    # Looked for, not imported: of a dotted name the package alone.
    environment = problem.environment
    for name in dict.fromkeys(module.partition(".")[0] for module in problem.spec.program.imports):
        if environment is None and find_spec(name) is None:
            yield (
                f"program.imports: {name} is not installed here, so programs that import it fail; install it, or name "
                "an environment that has it (`environment: requirements.txt`)"
            )
        elif environment and name not in sys.stdlib_module_names and not environment.has(name):
            yield (
                f"program.imports: {name} is not installed in the environment {environment.named}, so programs that "
                "import it fail; add it there and run `evo env`"
            )
