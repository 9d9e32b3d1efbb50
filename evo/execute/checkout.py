"""A tree laid out on this machine, for candidates to be run in: once for all of them, and gone when nobody needs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evo.errors import InfraError
from evo.execute import scratch
from evo.execute.folder import Checkout
from evo.repository.checkout import write_tree

if TYPE_CHECKING:
    from evo.records import Tree

_BLOCK = 4096


def lay_out(tree: Tree) -> Checkout:
    """Write a tree where candidates can be run in it.

    Raises:
        InfraError: there is no room for it.
    """
    try:
        scratch.remove_abandoned()
        folder = scratch.make_root(executable=True)
    except OSError as error:
        raise InfraError(f"no place for the repository: {error}") from error
    try:
        write_tree(tree, folder)
    except OSError as error:
        scratch.remove_tree(folder)
        raise InfraError(f"the repository cannot be laid out in {folder}: {error}") from error
    folders = {above for path in tree.entries for above in _above(path)}
    blocks = sum(-(-len(entry.data) // _BLOCK) for entry in tree.entries.values()) + len(folders)
    return Checkout(
        path=str(folder), digest=tree.digest, entries=len(tree.entries) + len(folders), size_bytes=blocks * _BLOCK
    )


def take_away(checkout: Checkout) -> None:
    """Remove what was laid out."""
    scratch.remove_tree(Path(checkout.path))


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
