"""What a model does not take or needs: learnt from its first refusal, then remembered.

Some models want `max_completion_tokens` where others want `max_tokens`, or an answer of at most so many tokens; some
refuse a temperature, a `top_p`, a seed or a reasoning effort; some think before they answer and need room for it. The
endpoint's own words say which, and it is asked for them once per model and parameter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.llm.openai.refusals import CAPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from evo.canonical import JSON

_TWINS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_CAP = "max_tokens<="
THINKS = "thinks"
"""Noted of a model that was seen to think before it answers."""
STREAMS = "streams"
"""Noted of an endpoint that wants answers streamed, or lost one that took long."""


class Quirks:
    """What is known of one model.

    Args:
        known: learnt before, or said by the config: parameters that it refuses, and notes.
        tell: is told what is learnt, once for each.
    """

    def __init__(self, known: Iterable[str] = (), tell: Callable[[str], object] = str) -> None:
        self._known: dict[str, None] = dict.fromkeys(known)
        self._tell = tell
        caps = [int(each.removeprefix(_CAP)) for each in self._known if each.startswith(_CAP)]
        self._cap = min(caps, default=None)

    def learn(self, parameter: str, body: dict[str, JSON]) -> bool:
        """Take note of a refusal; return whether the request can be sent in another form.

        Args:
            parameter: as the endpoint named it.
            body: the request that was refused.
        """
        known = parameter in self._known
        self.note(parameter)
        return parameter in body and (not known or self.fit(body) != body)

    def note(self, what: str) -> None:
        """Remember something, and tell of it if it is new."""
        if what not in self._known:
            self._known[what] = None
            self._tell(what)

    def keeps_within(self, tokens: int) -> None:
        """Remember the longest answer that the model takes orders for."""
        if self._cap is None or tokens < self._cap:
            self._cap = tokens
            self.note(f"{_CAP}{tokens}")

    def knows(self, what: str) -> bool:
        """Tell whether something has been noted."""
        return what in self._known

    def fit(self, body: dict[str, JSON]) -> dict[str, JSON]:
        """Return the request in the form that the model takes."""
        fitted: dict[str, JSON] = {}
        for name, value in body.items():
            if name not in self._known:
                fitted[name] = value
            elif name in _TWINS and _TWINS[name] not in self._known:
                fitted[_TWINS[name]] = value
        if "stream" not in fitted:
            fitted.pop("stream_options", None)
        for name in CAPS:
            if self._cap is not None and isinstance(sent := fitted.get(name), int):
                fitted[name] = min(sent, self._cap)
        return fitted

    @property
    def refused(self) -> tuple[str, ...]:
        """What is known of the model, in the order in which it said so."""
        return tuple(self._known)
