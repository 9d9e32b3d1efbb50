"""A folder of code that a judge may load, by its path here and by what is in it, so that it can be sent elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

DATA: Final = "data"
"""The subfolder that a judge may read files from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What a judge may load from a folder.

    Attributes:
        path: absolute, on this machine; executors that run elsewhere put one of theirs in its place.
        files: relative POSIX paths, sorted: the modules that lie in it, and everything in its `data/`.
        digest: of their names and contents; equal digests need to be sent but once.
    """

    path: str
    files: tuple[str, ...] = ()
    digest: str = ""

    @classmethod
    def of(cls, path: Path) -> Folder:
        """Look into a folder.

        Raises:
            OSError: it, or a file in it, cannot be read.
        """
        root = path.resolve()
        found = sorted(each.relative_to(root).as_posix() for each in _loadable(root))
        digest = blake2b(digest_size=16)
        for name in found:
            data = (root / name).read_bytes()
            digest.update(b"%d %d " % (len(name.encode()), len(data)) + name.encode() + data)
        return cls(path=str(root), files=tuple(found), digest=digest.hexdigest())

    def contents(self) -> dict[str, bytes]:
        """Return every file's bytes by its name, to be sent elsewhere.

        Raises:
            OSError: one cannot be read.
        """
        return {name: Path(self.path, name).read_bytes() for name in self.files}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A tree that a program is run in: a copy of its own, and never this one.

    Attributes:
        path: absolute, on this machine, holding nothing else; executors that run elsewhere put one of theirs there.
        digest: of all that lies in it; equal digests need to be sent but once.
        entries, size_bytes: how many files and folders there are, and what they take on the disk.
    """

    path: str
    digest: str
    entries: int
    size_bytes: int


NOWHERE: Final = Folder(path="")
"""No folder."""


def _loadable(root: Path) -> list[Path]:
    data = [each for each in (root / DATA).rglob("*") if "__pycache__" not in each.parts]
    return [each for each in (*root.glob("*.py"), *data) if each.is_file()]
