"""What a model does not take: learnt from its first refusal, then remembered.

Some models want `max_completion_tokens` where others want `max_tokens`; some refuse a temperature, a `top_p`, a seed
or a reasoning effort. The endpoint's own refusal says which, and is asked for it once per model and parameter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from evo.canonical import JSON

_TWINS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


class Quirks:
    """What one model has refused so far.

    Args:
        refused: known before.
        tell: is told what is learnt, once for each parameter.
    """

    def __init__(self, refused: Iterable[str] = (), tell: Callable[[str], object] = str) -> None:
        self._refused: dict[str, None] = dict.fromkeys(refused)
        self._tell = tell

    def learn(self, parameter: str, body: dict[str, JSON]) -> bool:
        """Take note of a refusal; return whether the request can be sent in another form.

        Args:
            parameter: as the endpoint named it.
            body: the request that was refused.
        """
        known = parameter in self._refused
        self._refused[parameter] = None
        if not known:
            self._tell(parameter)
        return parameter in body and (not known or self.fit(body) != body)

    def fit(self, body: dict[str, JSON]) -> dict[str, JSON]:
        """Return the request in the form that the model takes."""
        fitted: dict[str, JSON] = {}
        for name, value in body.items():
            if name not in self._refused:
                fitted[name] = value
            elif name in _TWINS and _TWINS[name] not in self._refused:
                fitted[_TWINS[name]] = value
        return fitted

    @property
    def refused(self) -> tuple[str, ...]:
        """The parameters that the model refuses, in the order in which it said so."""
        return tuple(self._refused)
