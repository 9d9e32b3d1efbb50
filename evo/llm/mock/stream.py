"""The server's answers piece by piece, as server-sent events, whole and with the faults of streams."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.canonical import JSON

_PIECE = 64
_ENDLESS_SECONDS = 0.001


def pieces(answer: dict[str, JSON], *, usage: bool) -> Iterator[dict[str, JSON]]:
    """Yield the chunks of an answer.

    Args:
        answer: a whole one; what cannot be told in pieces goes into one.
        usage: whether the last chunk says what was used.
    """
    head: dict[str, JSON] = {name: answer.get(name) for name in ("id", "created", "model")}
    head["object"] = "chat.completion.chunk"
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        yield {**answer, **head}
        return
    for name, text in message.items():
        if isinstance(text, str) and name != "role":
            for at in range(0, len(text), _PIECE):
                yield {
                    **head,
                    "choices": [{"index": 0, "delta": {name: text[at : at + _PIECE]}, "finish_reason": None}],
                }
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice.get("finish_reason")}]}
    if usage and "usage" in answer:
        yield {**head, "choices": [], "usage": answer["usage"]}


async def send(http: web.Request, fault: str, answer: dict[str, JSON], *, usage: bool) -> web.StreamResponse:
    """Send an answer as an event stream; a fault of streams spoils it after its first piece."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(http)
    await response.write(b": one moment\n\n")
    for number, chunk in enumerate(pieces(answer, usage=usage)):
        await _event(response, json.dumps(chunk))
        if number > 0:
            continue
        match fault:
            case "stall":
                await asyncio.sleep(3600)
            case "stream_error":
                await _event(response, json.dumps({"error": {"message": "upstream broke", "code": 502}}))
                return response
            case "endless":
                while True:
                    await _event(response, json.dumps(chunk))
                    await asyncio.sleep(_ENDLESS_SECONDS)
            case "reset":
                if http.transport is not None:
                    http.transport.abort()
                return response
            case _:
                pass
    await _event(response, "[DONE]")
    return response


async def _event(response: web.StreamResponse, data: str) -> None:
    await response.write(f"data: {data}\n\n".encode())
