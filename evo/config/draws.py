"""Judges whose hidden instances could be drawn again by somebody else: what `evo check` warns of.

A judge that seeds a generator with constants or parameters draws what everybody can draw who has read it: a score on
that can be learned by heart. Found by reading the source; what is drawn by other means than the known generators is
not found.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from evo.config.document import MAX_BYTES, read, read_text
from evo.config.problem_spec import ProblemSpec
from evo.config.validation import validate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GENERATORS = frozenset({"Random", "RandomState", "default_rng", "seed", "SeedSequence", "PCG64", "Philox", "MT19937"})
_NOT_JUDGES = frozenset({"baseline.py", "picture.py"})


def guessable(folder: Path) -> list[str]:
    """Return what is to be said of a pack's draws, in words; nothing where they are secret, or called public.

    Raises:
        NotFoundError, SpecError: a file of it is missing or wrong.
    """
    spec = validate(read(folder / "problem.yaml"), ProblemSpec)
    found = [place for path in sorted(folder.glob("*.py")) if path.name not in _NOT_JUDGES for place in _draws(path)]
    if not found:
        return []
    secret = [name for name, instance in spec.instances.items() if instance.secret]
    held = {spec.holdout, *(instance.holdout for instance in spec.instances.values())} & set(secret)
    if held and spec.draws == "public":
        return []
    if held:
        return [f"{found[0]} draws at random, for a search from what everybody knows: say so by draws: public"]
    remedy = "name a holdout: instance with secret: true, and seed it with evo.judging.draw_seed"
    if spec.draws == "public":
        return [f"{found[0]} draws what everybody can draw again, as draws: public says; for evidence {remedy}"]
    learned = f"warning: {found[0]} draws at random what whoever has read it can draw again, and so learn by heart"
    return [f"{learned}: {remedy}; a draw for the search alone is called draws: public"]


def _draws(path: Path) -> Iterator[str]:
    """Yield where a module seeds a generator, as "evaluate.py:88"."""
    try:
        tree = ast.parse(read_text(path, str(path), limit=MAX_BYTES))
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        # That it cannot be read is said when it is asked to judge.
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _GENERATORS:
                yield f"{path.name}:{node.lineno}"
