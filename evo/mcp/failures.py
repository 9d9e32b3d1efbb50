"""What went wrong in a run: how often each way, and the newest of each with what was said about it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from evo.store.reading.bounded import AT_ONCE, BoundedReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evo.canonical import JSON

_USABLE = frozenset({"PROPOSED", "DUPLICATE"})
_VALID, _INVALID = 0, 1


def read_failures(folder: Path, most: int) -> dict[str, JSON]:
    """Return the tickets of a run that brought no valid program, grouped by how they failed, the most frequent first.

    Keys: `commits` (of the run), `failed`, and `ways`: way (an outcome such as UNPARSABLE, "INVALID", or stage and
    status such as "call TIMEOUT"), count, newest (at most `most` commits of it with detail and feedback).

    Raises:
        DamagedError: the run cannot be read.
    """
    ways: dict[str, list[int]] = defaultdict(list)
    commits = 0
    with BoundedReader(folder) as reader:
        for piece in _pieces(reader):
            commits += int(piece["count"])
            for seq, way in _failed(piece):
                ways[way].append(seq)
        told: list[JSON] = [
            {"way": way, "count": len(seqs), "newest": [*reader.commits(seqs[-most:])[::-1]]}
            for way, seqs in sorted(ways.items(), key=lambda each: -len(each[1]))
        ]
    return {"commits": commits, "failed": sum(map(len, ways.values())), "ways": told}


def _pieces(reader: BoundedReader) -> Iterator[dict[str, Any]]:
    after = -1
    while True:
        piece: dict[str, Any] = reader.columns(after, AT_ONCE)
        yield piece
        if not piece["more"]:
            return
        after += int(piece["count"])


def _failed(piece: dict[str, Any]) -> Iterator[tuple[int, str]]:
    words = piece["words"]
    for at in range(piece["count"]):
        outcome, status, cause = words[piece["outcome"][at]], piece["status"][at], piece["cause"][at]
        if outcome not in _USABLE:
            yield piece["first"] + at, outcome
        elif status == _INVALID:
            yield piece["first"] + at, "INVALID"
        elif status > _INVALID:
            yield piece["first"] + at, words[cause] if cause >= 0 else "FAILED"
