"""A streamed answer, put together piece by piece into the object that would have come whole. Pure.

What is stored is the text, so a run's log does not tell a streamed answer from one that was not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from evo.canonical import JSON

_Object: TypeAlias = "dict[str, JSON]"

_DONE = "[DONE]"
_SPARE_PIECES = 64
"""Pieces that may come beyond the cap: the first has no text, and vendors count differently."""
_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")


class StreamedAnswer:
    """The answer of one event stream.

    Args:
        cap: the most tokens that were asked for. A piece is a token or more, so with many more pieces than that the
            endpoint does not keep to it.
    """

    def __init__(self, cap: int) -> None:
        self._most = cap + _SPARE_PIECES
        self._rest = b""
        self._data: list[str] = []
        self._texts: dict[str, list[str]] = {name: [] for name in _TEXTS}
        self._whole: _Object = {}
        self._finish: JSON = None
        self._usage: dict[str, JSON] = {}
        self._model: JSON = None
        self.pieces = 0
        self.size = 0
        self.done = False
        self.error: _Object | None = None
        self.flaw = ""

    @property
    def begun(self) -> bool:
        """Whether a piece of the answer has come."""
        return self.pieces > 0

    @property
    def runaway(self) -> bool:
        """Whether far more came than was asked for."""
        return self.pieces > self._most

    @property
    def complete(self) -> bool:
        """Whether the endpoint came to an end of its own."""
        return self.done or self._finish is not None

    def feed(self, data: bytes) -> None:
        """Read on; an event may be spread over many chunks, and a chunk may hold many events."""
        *lines, self._rest = (self._rest + data).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self._line(line.decode("utf-8", "replace").removeprefix("\ufeff"))

    def close(self) -> None:
        """Take note that nothing more comes; a last event need not have had its empty line."""
        if self._rest:
            self.feed(b"\n")
        self._event()

    def answer(self) -> _Object:
        """Return the object that would have come whole; one that was cut off says so."""
        texts: _Object = {name: text for name, found in self._texts.items() if (text := "".join(found))}
        message: _Object = {"role": "assistant", "content": "", **self._whole, **texts}
        finish = "length" if self.runaway else self._finish
        usage: _Object = {} if self.runaway or not self._usage else {"usage": self._usage}
        return {"model": self._model, "choices": [{"message": message, "finish_reason": finish}], **usage}

    def _line(self, line: str) -> None:
        if not line:
            self._event()
        elif line.startswith("data:"):
            self._data.append(line[5:].removeprefix(" "))

    def _event(self) -> None:
        data, self._data = "\n".join(self._data).strip(), []
        if not data or self.done:
            return
        if data == _DONE:
            self.done = True
            return
        try:
            chunk = cast("JSON", json.loads(data))
        except (ValueError, RecursionError):
            self.flaw = self.flaw or f"expected JSON in every event; got {data[:200]}"
            return
        if isinstance(chunk, dict):
            self._add(chunk)

    def _add(self, chunk: _Object) -> None:
        if chunk.get("error"):
            self.error = chunk
            return
        self._model = self._model or chunk.get("model")
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        groq = chunk.get("x_groq")
        for place in (chunk, groq, choice):
            # Sums so far, or the sum at the end: the last word counts.
            if isinstance(place, dict) and isinstance(usage := place.get("usage"), dict):
                self._usage = usage
        if not isinstance(choice, dict):
            return
        self._finish = self._finish if choice.get("finish_reason") is None else choice.get("finish_reason")
        if isinstance(message := choice.get("message"), dict):
            self._whole = message
        if isinstance(delta := choice.get("delta"), dict):
            self._piece(delta)

    def _piece(self, delta: _Object) -> None:
        for name, texts in self._texts.items():
            text = delta.get(name)
            if isinstance(text, list):
                text = "".join(str(part.get("text", "")) for part in text if isinstance(part, dict))
            if isinstance(text, str) and text:
                texts.append(text)
                self.pieces += 1
                self.size += len(text)
