"""A run that nobody writes, taken up for a moment: to ask it for tickets, or to tell it something.

No model is asked and no key is needed. What is told is durable, scored, and committed if nothing before it is open.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from evo.assemble.resume import resume
from evo.errors import ConflictError
from evo.store.lock import RunLock
from evo.store.reading.view import open_run
from evo.wheel.helm import WAIT_SECONDS, Helm

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from pathlib import Path

    from evo.canonical import JSON
    from evo.search.loop import Search

_JUST_COMING_SECONDS = 3.0
"""On a busy machine a run may seem to rest between two of its steps."""


class MomentHelm:
    """Asks and tells on a run that lies still, each time for as long as it takes.

    Args:
        folder: of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def ask(self, most: int = 1, *, by: str = "", wait: float = WAIT_SECONDS) -> list[dict[str, JSON]]:
        """Take tickets for the outside; see `Wheel.ask`. Nothing more comes by itself, but for what is just coming."""
        async with _taken_up(self._folder) as helm:
            return await helm.ask(most, by=by, wait=min(wait, _JUST_COMING_SECONDS))

    async def tell(self, data: Mapping[str, object], *, wait: float = WAIT_SECONDS) -> dict[str, JSON]:
        """Tell what came of a ticket; see `Wheel.tell`."""
        async with _taken_up(self._folder) as helm:
            return await helm.tell(data, wait=max(wait, WAIT_SECONDS))

    async def steer(self, data: Mapping[str, object], *, by: str = "person") -> dict[str, JSON]:
        """Ask something of the tickets to come; see `Wheel.steer`."""
        async with _taken_up(self._folder) as helm:
            return await helm.steer(data, by=by)


@asynccontextmanager
async def _taken_up(folder: Path) -> AsyncGenerator[Helm]:
    """Yield the helm of a run once everything that comes by itself has come; commit what can be on the way out."""
    with RunLock(folder) as lock:
        with open_run(folder) as view:
            if view.header.state == "finished":
                raise ConflictError(
                    f"{view.header.id} has finished ({view.header.stop_reason}), so it has no tickets left; "
                    "`evo resume RUN --set budget.tickets=...` gives it more"
                )
        async with resume(folder, lock=lock, alone=True) as search:
            helm, going = Helm(search), asyncio.create_task(_go(search))
            try:
                await _settled(helm, going)
                yield helm
                await _settled(helm, going)
                search.drain()
                await going
            finally:
                going.cancel()
                await asyncio.wait({going})


async def _go(search: Search) -> None:
    async for _ in search:
        pass


async def _settled(helm: Helm, going: asyncio.Task[None]) -> None:
    settled = asyncio.create_task(helm.settled())
    await asyncio.wait({settled, going}, return_when="FIRST_COMPLETED")
    settled.cancel()
