"""What a declared run will do that its author may not have meant; nothing of it is wrong enough to be refused."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from evo.assemble.counsel import tell_counsel
from evo.config.dump import plain
from evo.config.presets import preset_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.assemble.setup import Setup
    from evo.canonical import JSON
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
    yield from tell_counsel(setup)
    yield from _unlike_the_preset(setup)
    yield from missing_imports(setup.problem)


def _unlike_the_preset(setup: Setup) -> Iterator[str]:
    """Yield where a run says otherwise than the preset of its strategy, which is laid below what a file says."""
    use, written = setup.declared.strategy.use, plain(setup.declared)
    for key, usual in preset_of(use).items():
        if not (isinstance(written, dict) and _holds(written.get(key), usual)):
            yield f"strategy {use} comes with {key}: {json.dumps(usual)}; this run's own {key} stands above that"


def _holds(value: JSON, usual: JSON) -> bool:
    """Tell whether a value says all that a preset says; a name may have its options beside it."""
    if isinstance(usual, str) and isinstance(value, dict):
        return value.get("use") == usual
    if isinstance(usual, dict) and isinstance(value, dict):
        return all(_holds(value.get(key), each) for key, each in usual.items())
    if isinstance(usual, list) and isinstance(value, list):
        return len(usual) == len(value) and all(map(_holds, value, usual))
    return value == usual


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
