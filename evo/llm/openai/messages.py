"""The messages of a request: its texts, marked for the provider's cache where that is wanted, and pictures."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from evo.canonical import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from evo.canonical import JSON
    from evo.records import Prompt

_ID_DIGITS = 12
_KEY_DIGITS = 32


def chat_messages(
    prompt: Prompt, *, picture: Callable[[str], bytes | None] | None = None, marked: bool = False
) -> list[JSON]:
    """Return the messages of a prompt.

    Args:
        prompt: its system text is left out where it is empty.
        picture: gives the PNG of a program, None where there is none; None for a model that sees nothing.
        marked: put a mark for the provider's cache (`cache_control`) behind the system text.
    """
    messages: list[JSON] = []
    if prompt.system:
        system: JSON = _sendable(prompt.system)
        mark: dict[str, JSON] = {"cache_control": {"type": "ephemeral"}}
        parts: JSON = [{"type": "text", "text": system, **mark}]
        messages.append({"role": "system", "content": parts if marked else system})
    user: JSON = _sendable(prompt.user)
    shown = [part for each in prompt.pictures if picture for part in _shown(each, picture(each))]
    if shown:
        user = [{"type": "text", "text": user}, *shown]
    messages.append({"role": "user", "content": user})
    _, _, *turns = prompt.messages
    return [*messages, *({"role": role, "content": _sendable(text)} for role, text in turns)]


def cache_key(prompt: Prompt) -> str:
    """Return the key by which a provider finds what it has cached: one for all prompts that begin alike."""
    return fingerprint(prompt.system)[:_KEY_DIGITS]


def _shown(program: str, png: bytes | None) -> list[JSON]:
    if png is None:
        return []
    url = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return [
        {"type": "text", "text": f"Picture of program {program[:_ID_DIGITS]}:"},
        {"type": "image_url", "image_url": {"url": url}},
    ]


def _sendable(text: str) -> str:
    # A lone surrogate cannot be sent; its escape can.
    return text.encode("utf-8", "backslashreplace").decode()
