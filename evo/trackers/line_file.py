"""A file of whole lines: what a kill left of the last one is cut off before another is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_STEP = 65_536


class LineFile:
    """Open for adding lines; the folder is made if need be."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("a+b")
        self._cut_torn()

    def lines(self) -> Iterator[str]:
        """Yield what it holds, line by line, without the ends of the lines."""
        self._file.seek(0)
        for line in self._file:
            yield line.decode("utf-8", "replace").rstrip("\r\n")

    def add(self, lines: Iterable[str]) -> None:
        """Add lines; they are with the system when this returns, so that a kill of this process loses none."""
        self._file.write("".join(f"{line}\n" for line in lines).encode())
        self._file.flush()

    def close(self) -> None:
        """Let go of it."""
        self._file.close()

    def _cut_torn(self) -> None:
        """Cut off what stands behind the last end of a line."""
        end = self._file.seek(0, 2)
        while end:
            start = max(0, end - _STEP)
            self._file.seek(start)
            newline = self._file.read(end - start).rfind(b"\n")
            if newline >= 0:
                end = start + newline + 1
                break
            end = start
        self._file.truncate(end)
