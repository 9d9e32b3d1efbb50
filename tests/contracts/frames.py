"""Plain data on a stream: length-prefixed JSON with the raw bytes behind it. No pickle."""

import asyncio
import json
import struct

_HEAD = struct.Struct("!II")


def pack(message: object) -> bytes:
    blobs: list[bytes] = []
    places: list[list] = []
    text = json.dumps(_lifted(message, [], places, blobs))
    head = json.dumps([text, [[place, len(blob)] for place, blob in zip(places, blobs, strict=True)]]).encode()
    body = b"".join(blobs)
    return _HEAD.pack(len(head), len(body)) + head + body


async def receive(reader: asyncio.StreamReader) -> object:
    """Raise IncompleteReadError at the end of the stream."""
    head_size, body_size = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    text, places = json.loads(await reader.readexactly(head_size))
    body, message = await reader.readexactly(body_size), [json.loads(text)]
    for place, size in places:
        *path, last = [0, *place]
        holder = message
        for key in path:
            holder = holder[key]
        holder[last], body = body[:size], body[size:]
    return message[0]


def _lifted(value: object, place: list, places: list, blobs: list) -> object:
    if isinstance(value, bytes):
        places.append(place)
        blobs.append(value)
        return None
    if isinstance(value, dict):
        return {key: _lifted(each, [*place, key], places, blobs) for key, each in value.items()}
    if isinstance(value, list):
        return [_lifted(each, [*place, index], places, blobs) for index, each in enumerate(value)]
    return value
