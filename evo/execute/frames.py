"""Plain data on a stream: JSON with its length before it and raw bytes behind it. Nothing is ever unpickled."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, cast

from evo.errors import EvoError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping, Sequence

_HEAD = struct.Struct("!IQ")
HEAD_BYTES = _HEAD.size
"""What stands before all else in a frame."""
_LARGEST_HEAD = 1 << 30


def pack(message: object) -> bytes:
    """Return plain data (see `plain`) as one frame: two lengths, the JSON text and where bytes were, the bytes."""
    blobs: list[bytes] = []
    places: list[list[str | int]] = []
    lifted = _lifted(message, [], places, blobs)
    sizes = [[place, len(blob)] for place, blob in zip(places, blobs, strict=True)]
    head = json.dumps([lifted, sizes]).encode()
    body = b"".join(blobs)
    return _HEAD.pack(len(head), len(body)) + head + body


def frame_bytes(head: bytes) -> int:
    """Return how long a frame is that begins with these `HEAD_BYTES` bytes."""
    return HEAD_BYTES + sum(_HEAD.unpack(head))


def unpack(frame: bytes) -> Any:  # noqa: ANN401 - plain data
    """Return what one whole frame holds.

    Raises:
        EvoError: it is no frame, or there is more or less of it than it says.
    """
    if len(frame) < _HEAD.size:
        raise EvoError(f"a frame of {len(frame)} bytes; expected at least {_HEAD.size}")
    head_size, body_size = _HEAD.unpack_from(frame)
    if len(frame) != _HEAD.size + head_size + body_size:
        raise EvoError(f"a frame of {len(frame)} bytes that says it has {_HEAD.size + head_size + body_size}")
    head = frame[_HEAD.size : _HEAD.size + head_size]
    return _settled(head, frame[_HEAD.size + head_size :])


async def receive(reader: asyncio.StreamReader) -> Any:  # noqa: ANN401 - plain data
    """Return what the next frame on a stream holds.

    Raises:
        EvoError: what comes is no frame.
        asyncio.IncompleteReadError: the stream has ended.
    """
    head_size, body_size = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    if head_size > _LARGEST_HEAD:
        raise EvoError(f"a frame whose text has {head_size} bytes; expected at most {_LARGEST_HEAD}")
    head = await reader.readexactly(head_size)
    return _settled(head, await reader.readexactly(body_size))


def _settled(head: bytes, body: bytes) -> Any:  # noqa: ANN401 - plain data
    """Put the bytes back where they were."""
    lifted, sizes = json.loads(head)
    message: list[Any] = [lifted]
    start = 0
    for place, size in sizes:
        *path, last = [0, *place]
        holder: Any = message
        for key in path:
            holder = holder[key]
        holder[last] = body[start : start + size]
        start += size
    return message[0]


def _lifted(value: object, place: list[str | int], places: list[list[str | int]], blobs: list[bytes]) -> object:
    if isinstance(value, bytes):
        places.append(place)
        blobs.append(value)
        return None
    if isinstance(value, dict):
        named = cast("Mapping[str, object]", value)
        return {key: _lifted(each, [*place, key], places, blobs) for key, each in named.items()}
    if isinstance(value, list):
        listed = cast("Sequence[object]", value)
        return [_lifted(each, [*place, index], places, blobs) for index, each in enumerate(listed)]
    return value
