"""The tree of a repository: what is there, byte for byte, and which of it may change."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

from evo.canonical import canonical, fingerprint
from evo.records.program import Trunk, normalised

if TYPE_CHECKING:
    from collections.abc import Mapping


class EntryKind(StrEnum):
    """What stands at a path: a file, a file that can be started, or a link, whose data is where it leads."""

    FILE = "file"
    PROGRAM = "program"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """One path of a tree."""

    kind: EntryKind = EntryKind.FILE
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Tree:
    """What a run of a repository begins with; it stands in the run, whatever becomes of the checkout.

    Attributes:
        entries: relative POSIX path -> what is there, sorted.
        editable: the paths of it that may change, all of them texts.
        prefix: where its root lies in its git repository, "" or "packages/core/".
        revision: the commit that is checked out; "" where there is no git.
        dirty: whether something that belongs to it was not committed.
        left_out: what lies there and is no part of it, each with the reason.
    """

    entries: Mapping[str, TreeEntry]
    editable: tuple[str, ...]
    prefix: str = ""
    revision: str = ""
    dirty: bool = field(default=False)
    left_out: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """The hash of all that is there, and of what may change: 32 hex digits."""
        listed = [[path, each.kind, _digest(each.data)] for path, each in sorted(self.entries.items())]
        return fingerprint(canonical([listed, sorted(self.editable)]))

    @cached_property
    def trunk(self) -> Trunk:
        """What programs of it have in common."""
        return Trunk(digest=self.digest, texts={path: self.text(path) for path in sorted(self.editable)})

    def text(self, path: str) -> str:
        """Return a text of it as programs have it: without a mark at its begin, with plain line ends."""
        return normalised(self.entries[path].data.decode("utf-8").removeprefix("\ufeff"))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
