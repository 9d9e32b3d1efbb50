"""The mock server's embeddings: the protocol's form around `embeddings.local`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.llm.embeddings import local
from evo.llm.prices import estimated_tokens

if TYPE_CHECKING:
    from evo.canonical import JSON


def answer(body: JSON, model: str) -> tuple[dict[str, JSON], int] | None:
    """Return the answer to a request's body and its prompt tokens; None where it has no text as input."""
    given = body.get("input") if isinstance(body, dict) else None
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts:
        return None
    words = [text for text in texts if isinstance(text, str)]
    if len(words) < len(texts):
        return None
    tokens = sum(map(estimated_tokens, words))
    data: list[JSON] = [
        {"object": "embedding", "index": index, "embedding": [*local(text)]} for index, text in enumerate(words)
    ]
    usage: dict[str, JSON] = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "model": model, "data": data, "usage": usage}, tokens
