"""Which tickets may ask their model once more: when its answer could not be used, or is a program that was there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from evo.propose.prompt.token_room import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.llm.budget import Ledger
    from evo.records import Request


class Follows(Protocol):
    """Says whether a request that follows another one is made."""

    def may(self, request: Request) -> bool:
        """Tell whether a follow-up is asked; a function of the request and of what its ticket found set aside."""
        ...

    def may_draw(self, request: Request) -> bool:
        """Tell the same of a request for another answer in place of one that repeats what was there."""
        ...


class SecondTurns:
    """The follow-ups of a run.

    Args:
        roles: those whose models are asked once more.
        rooms: role -> most tokens of a prompt.
        ledger: sets the room for a follow-up aside when the first request is made.
    """

    def __init__(self, roles: frozenset[str], rooms: Mapping[str, int], ledger: Ledger) -> None:
        self._roles, self._rooms, self._ledger = roles, rooms, ledger

    def may(self, request: Request) -> bool:
        """Tell whether a follow-up is asked: of its model, within its context, within the budget."""
        most = self._rooms.get(request.llm)
        fits = most is None or tokens(request.prompt.whole) <= most
        return request.llm in self._roles and fits and self._ledger.follows(request)

    def may_draw(self, request: Request) -> bool:
        """Tell whether another answer is asked for: within the budget."""
        return self._ledger.follows_now(request)
