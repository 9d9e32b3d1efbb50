"""What `evo run --seeds` does: one run a seed, one after another, then all of them side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evo.cli import INTERRUPTED, session
from evo.cli.comparing import compared, panels
from evo.cli.streams import lines, note
from evo.config.pack_run import load_run
from evo.errors import UsageError
from evo.render import bands, comparison
from evo.render.console import show as draw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOST = 10_000
_RANGE = re.compile(r"(\d{1,9})(?:\.\.(\d{1,9}))?")


def run(config: str, settings: Sequence[str], seeds: str, *, runs_dir: Path, quiet: bool) -> int:
    """`evo run --seeds`; returns the exit code: the worst of the runs."""
    numbers = wanted(seeds)
    target = load_run(config, [*settings, f"seed={numbers[0]}"]).budget.target
    folders: list[Path] = []
    worst = 0
    for place, number in enumerate(numbers, 1):
        note(f"Seed {number} ({place} of {len(numbers)})")
        code, folder = session.sit(config, [*settings, f"seed={number}"], runs_dir=runs_dir, quiet=quiet)
        folders += [folder] if folder else []
        worst = max(worst, code)
        if code == INTERRUPTED:
            left = numbers[place:]
            note(f"Seeds not begun: {', '.join(map(str, left))}" if left else "That was the last seed.")
            return INTERRUPTED
    data, scores = compared(folders, () if target is None else (target,))
    figure = runs_dir / f"{folders[0].name}-seeds.png"
    bands.draw(panels(data, scores), figure)
    lines([""])
    draw(comparison.comparison(data))
    lines([f"  {figure}"])
    return worst


def wanted(text: str) -> list[int]:
    """Return the seeds that a text like `0..9` or `1,4,10..12` names, each once, in that order.

    Raises:
        UsageError: it names none, or is written in some other way.
    """
    found: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not 0 <= last - first < _MOST:
            raise UsageError(f"--seeds {text}: expected seeds like 0..9 or 1,4,10..12, at most {_MOST}; got {part!r}")
        found += range(first, last + 1)
    return list(dict.fromkeys(found))
