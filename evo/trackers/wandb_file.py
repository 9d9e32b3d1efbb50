"""What W&B's offline files hold of a run: the last step of its history, over all sessions.

A file is a log of records in blocks of 32 kB: a header of checksum, length and kind (whole, first, middle, last part)
before each part. A record that a kill tore is not counted.
"""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING

from evo.trackers.tracker import extra

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = 32_768
_MAGIC = b":W&B"
_FILE_HEADER = 7
_PART = struct.Struct("<IHB")
_WHOLE, _FIRST, _LAST = 1, 2, 4
_TRIES, _PAUSE_SECONDS = 150, 0.2


def last_step(folder: Path, run: str) -> int:
    """Return the last step that the offline files of a run hold, -1 without any.

    Args:
        folder: in which `wandb/` lies.
        run: its id, as W&B was told it.
    """
    record = extra("wandb.proto.wandb_internal_pb2", "wandb").Record
    found = [-1]
    for path in sorted(folder.glob(f"wandb/offline-run-*-{run}/run-{run}.wandb")):
        for data in _records(path.read_bytes()):
            each = record.FromString(data)
            if each.HasField("history"):
                found.append(int(each.history.step.num))
    return max(found)


def await_step(folder: Path, run: str, step: int) -> None:
    """Wait until the files hold a step, since W&B's service writes them in its own time; give up after a while."""
    for _ in range(_TRIES):
        if last_step(folder, run) >= step:
            return
        time.sleep(_PAUSE_SECONDS)


def _records(data: bytes) -> Iterator[bytes]:
    at, whole = _FILE_HEADER if data.startswith(_MAGIC) else len(data), b""
    while at + _PART.size <= len(data):
        left = _BLOCK - at % _BLOCK
        if left < _PART.size:  # no header is parted
            at += left
            continue
        _, length, kind = _PART.unpack_from(data, at)
        part = data[at + _PART.size : at + _PART.size + length]
        if len(part) < length:
            return
        whole = part if kind in {_WHOLE, _FIRST} else whole + part
        if kind in {_WHOLE, _LAST}:
            yield whole
        at += _PART.size + length
