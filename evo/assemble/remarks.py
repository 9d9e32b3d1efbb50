"""What a declared run will do that its author may not have meant; nothing of it is wrong enough to be refused."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evo.assemble.setup import Setup


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
    yield from missing_imports(setup.problem.spec.program.imports)


def missing_imports(imports: Sequence[str]) -> Iterator[str]:
    """Yield which modules programs are told that they may import, and cannot."""
    # Looked for, not imported: of a dotted name the package alone.
    for name in dict.fromkeys(module.partition(".")[0] for module in imports):
        if find_spec(name) is None:
            yield f"program.imports: {name} is not installed here, so programs that import it fail; install it"
