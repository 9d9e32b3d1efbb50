"""A person's remark on a run, entered at the end of its log while nobody else writes it."""

from __future__ import annotations

import asyncio
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import UsageError
from evo.records import EventKind
from evo.store.lock import RunLock
from evo.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evo.canonical import JSON
    from evo.records import Event


def add_remark(
    folder: Path,
    text: str,
    *,
    author: str = "person",
    mark: bool = False,
    more: Mapping[str, JSON] = MappingProxyType({}),
) -> Event:
    """Enter a remark after the last commit; a run of an earlier version is brought up to date on the way.

    Args:
        folder: the run.
        text: what is remarked.
        author: who remarks it.
        mark: whether all later commits rest on it, so that it can be neither taken away nor altered unseen. The log of
            a run with a mark has another hash than it would have without.
        more: plain data that goes with the text.

    Raises:
        UsageError: the text is empty.
        LockedError: another process is writing the run.
        NotFoundError, DamagedError, StoreError: the database cannot be written.
    """
    if not text.strip():
        raise UsageError("the remark is empty; expected what there is to say about the run")
    kind = EventKind.MARK if mark else EventKind.NOTE
    with RunLock(folder):
        store = Store.open(folder)
        try:
            return asyncio.run(store.add_event(kind, author=author, data={"text": text, **more}))
        finally:
            store.close()
