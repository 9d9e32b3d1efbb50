"""What `--seeds` and `--strategies` name: the runs that are made one after another."""

from __future__ import annotations

import re

from evo.errors import UsageError

_MOST = 10_000
_RANGE = re.compile(r"(\d{1,9})(?:\.\.(\d{1,9}))?")


def read_seeds(text: str) -> list[int]:
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


def variants(strategies: str | None, seeds: str | None) -> list[list[str]]:
    """Return the settings of each run: every strategy with every seed, the seeds of one strategy together.

    Raises:
        UsageError: a text that names none of them, or is written in some other way.
    """
    names = [name.strip() for name in strategies.split(",")] if strategies is not None else []
    if not all(names):
        raise UsageError(f"--strategies {strategies}: expected names like shinka,hill_climb; `evo parts strategy`")
    chosen = [[f"strategy={name}"] for name in dict.fromkeys(names)] or [[]]
    numbers = read_seeds(seeds) if seeds is not None else [None]
    return [[*each, *([] if seed is None else [f"seed={seed}"])] for each in chosen for seed in numbers]
