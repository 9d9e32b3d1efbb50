"""The tree of a repository in a run's database: stored once, so that a run goes on whatever becomes of the checkout."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from evo.errors import DamagedError
from evo.records import EntryKind, Tree, TreeEntry, Trunk
from evo.repository.snapshot import TREE_MAX_BYTES
from evo.store import rows, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from evo.store.rows import Statement

_TRUNK = "evo.trunk"
_INSERT = rows.insert(schema.tree)


def tree_rows(tree: Tree) -> Iterator[Statement]:
    """Encode the files of a tree."""
    for path, entry in tree.entries.items():
        yield _INSERT, (path, str(entry.kind), zlib.compress(entry.data, 6))


def written_tree(tree: Tree) -> str:
    """Return what the header keeps of a tree, as JSON: all but its files."""
    return json.dumps(
        {
            "digest": tree.digest,
            "editable": list(tree.editable),
            "prefix": tree.prefix,
            "revision": tree.revision,
            "dirty": tree.dirty,
            "left_out": list(tree.left_out),
        }
    )


def read_tree(connection: Connection) -> Tree | None:
    """Return the tree of a run; None where its programs are their files alone.

    Raises:
        DamagedError: it is not what was stored.
    """
    said = connection.execute(select(schema.run.c.tree)).scalar_one()
    if not said:
        return None
    try:
        about = cast("dict[str, object]", json.loads(said))
        room, entries = TREE_MAX_BYTES, dict[str, TreeEntry]()
        for row in connection.execute(select(schema.tree).order_by(schema.tree.c.path)):
            data = _inflated(row.data, room)
            room -= len(data)
            entries[row.path] = TreeEntry(kind=EntryKind(row.kind), data=data)
        tree = Tree(
            entries=entries,
            editable=tuple(cast("list[str]", about["editable"])),
            prefix=str(about["prefix"]),
            revision=str(about["revision"]),
            dirty=bool(about["dirty"]),
            left_out=tuple(cast("list[str]", about["left_out"])),
        )
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise DamagedError(f"the tree of the repository cannot be read: {error}") from error
    if tree.digest != about["digest"]:
        raise DamagedError("the tree of the repository is not the one that the run began with")
    return tree


def read_trunk(connection: Connection) -> Trunk:
    """Return what programs of a run are changes of; remembered as long as the connection lives.

    Raises:
        DamagedError: there is none.
    """
    known = cast("Trunk | None", connection.info.get(_TRUNK))
    if known is None:
        said = connection.execute(select(schema.run.c.tree)).scalar_one()
        if not said:
            raise DamagedError("a program says that it changes a tree, and the run has none")
        about = json.loads(said)
        wanted = set(about["editable"])
        found = connection.execute(select(schema.tree).where(schema.tree.c.path.in_(wanted)))
        entries = {
            row.path: TreeEntry(kind=EntryKind(row.kind), data=_inflated(row.data, TREE_MAX_BYTES)) for row in found
        }
        if missing := wanted - entries.keys():
            raise DamagedError(f"the tree of the repository lacks {min(missing)}")
        part = Tree(entries=entries, editable=tuple(about["editable"]))
        texts = {path: part.text(path) for path in sorted(wanted)}
        known = Trunk(digest=about["digest"], texts=texts)
        connection.info[_TRUNK] = known
    return known


def _inflated(data: bytes, room: int) -> bytes:
    stream = zlib.decompressobj()
    found = stream.decompress(data, room + 1)
    if len(found) > room:
        raise DamagedError(f"the tree of the repository inflates to over {TREE_MAX_BYTES} bytes")
    return found
