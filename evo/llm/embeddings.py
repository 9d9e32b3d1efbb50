"""Embeddings on the models' seam: a request of purpose `EMBEDDING` is answered by a JSON list of numbers.

An endpoint is asked at `/embeddings`; the offline proposer and the mock server answer with `local`.
"""

from __future__ import annotations

import json
import math
import re
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from evo.llm.openai.responses import Reply
from evo.llm.openai.responses import read as read_chat
from evo.llm.trouble import Trouble, TroubleKind
from evo.records import Finish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.records import Request

EMBEDDING = "embedding"
PATH = "/embeddings"

_LOCAL_SIZE = 256
_TOKEN = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[^\s\w]")


def body(model: str, request: Request) -> dict[str, JSON]:
    """Return what an endpoint is sent."""
    text = request.prompt.user.encode("utf-8", "backslashreplace").decode()
    return {"model": model, "input": text, "encoding_format": "float"}


def read(status: int, headers: Mapping[str, str], data: bytes, *, now: float) -> Reply | Trouble:
    """Read a whole response; failures as `reading.read` names them."""
    try:
        value = cast("dict[str, JSON]", json.loads(data)) if status == 200 else None  # noqa: PLR2004 - HTTP
        first = cast("list[dict[str, JSON]]", value["data"])[0] if value else {}
        numbers = [float(cast("float", number)) for number in cast("list[JSON]", first["embedding"])]
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
        failure = read_chat(status, headers, data, now=now)
        if isinstance(failure, Trouble) and failure.kind is not TroubleKind.MALFORMED:
            return failure
        return Trouble(
            kind=TroubleKind.MALFORMED, detail="expected data with an embedding, a list of numbers", paid=True
        )
    usage = value.get("usage") if value else None
    tokens = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    counted = tokens if isinstance(tokens, int) and not isinstance(tokens, bool) and tokens >= 0 else None
    model = value.get("model") if value else None
    return Reply(
        text=json.dumps(numbers),
        finish=Finish.STOP,
        model=model[:200] if isinstance(model, str) else "",
        prompt_tokens=counted,
        completion_tokens=None if counted is None else 0,
    )


def local(text: str) -> list[float]:
    """Return an embedding without any model: hashed counts of tokens and of pairs of neighbours, of length 1.

    Texts with the same tokens in nearly the same order are close; meaning is not seen. See Weinberger et al. 2009,
    arXiv:0902.2206, for hashing with signs.
    """
    tokens = _TOKEN.findall(text)
    counts = [0.0] * _LOCAL_SIZE
    for feature in (*tokens, *(f"{a} {b}" for a, b in pairwise(tokens))):
        number = int.from_bytes(blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
        counts[number % _LOCAL_SIZE] += 1.0 if number >> 63 else -1.0
    length = math.hypot(*counts)
    return [round(count / length, 9) for count in counts] if length else [1.0, *counts[1:]]
