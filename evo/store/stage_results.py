"""Stage results in the run's database: what has been made once for a run need not be made again.

No part of the log: rows may be deleted at any time, and only time is lost. A StageCache by shape.
"""

from __future__ import annotations

import json
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

_INSERT = rows.insert(schema.stage_cache, once=True)


class StoredStages:
    """The stage results of one run.

    Args:
        reader: a connection for reading.
        writer: the run's one writer; what is saved is durable no later than any commit appended afterwards.
    """

    def __init__(self, reader: Connection, writer: Writer) -> None:
        self._reader, self._writer = reader, writer

    def find(self, key: str) -> StageResult | None:
        """Return the result saved under a key, or None."""
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
