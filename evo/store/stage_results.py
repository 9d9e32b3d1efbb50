"""Stage results in the run's database: what has been made once for a run need not be made again.

No part of the log: rows may be deleted at any time, and only time is lost. A StageCache by shape.
"""

from __future__ import annotations

import json
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import select

from evo.records import StageResult, StageStatus
from evo.store import rows, schema
from evo.store.packed import pack, unpack

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evo.store.writer import Writer

STORED_MAX_BYTES = 64_000
"""Of compressed outputs; results with larger ones are not kept."""
PLAIN_MAX_BYTES = 2_000_000
"""Outputs with longer texts are not even compressed."""

DEAR_SECONDS = 0.05
"""Results that took less are made again sooner than every one of them is hashed, packed and written."""
LOOKED_UP_MAX = 50_000
"""Keys that are remembered; what was in flight when a session ended is among the newest results."""

_INSERT = rows.insert(schema.stage_cache, once=True)


class StoredStages:
    """The stage results of one run.

    Args:
        reader: a connection for reading.
        writer: the run's one writer; what is saved is durable no later than any commit appended afterwards.
    """

    def __init__(self, reader: Connection, writer: Writer) -> None:
        self._reader, self._writer = reader, writer

    @cached_property
    def _held(self) -> frozenset[str]:
        """The keys of the newest results of earlier sessions; a program is evaluated once in a session."""
        newest = "SELECT key FROM stage_cache ORDER BY rowid DESC LIMIT ?"
        return frozenset(self._reader.exec_driver_sql(newest, (LOOKED_UP_MAX,)).scalars())

    @property
    def holds_any(self) -> bool:
        """Whether earlier sessions left results."""
        return bool(self._held)

    def wants(self, result: StageResult) -> bool:
        """Tell whether making a result again takes longer than keeping it for a session that may need it."""
        return result.seconds >= DEAR_SECONDS

    def find(self, key: str) -> StageResult | None:
        """Return the result that an earlier session saved under a key, or None."""
        if key not in self._held:
            return None
        row = self._reader.execute(select(schema.stage_cache).where(schema.stage_cache.c.key == key)).first()
        if row is None:
            return None
        return StageResult(
            stage=row.stage,
            status=StageStatus(row.status),
            outputs=MappingProxyType(json.loads(unpack(row.outputs))),
            seconds=row.seconds,
            cpu_seconds=row.cpu_seconds,
            max_rss_mb=row.max_rss_mb,
            detail=row.detail,
        )

    def save(self, key: str, result: StageResult) -> None:
        """Queue a result for writing, unless its outputs are too large; the first one under a key stays."""
        text = json.dumps(dict(result.outputs))
        if len(text) > PLAIN_MAX_BYTES or len(packed := pack(text)) > STORED_MAX_BYTES:
            return
        usage = (result.seconds, result.cpu_seconds, result.max_rss_mb)
        values = (key, result.stage, result.status, packed, *usage, result.detail[: rows.DETAIL_MAX])
        self._writer.submit([(_INSERT, values)])
