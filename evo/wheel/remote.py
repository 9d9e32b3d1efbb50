"""The helm of a run that another process writes, through its service; and the helm of whatever a folder holds."""

from __future__ import annotations

import asyncio
import http.client
import json
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from evo.errors import ConflictError, EvoError, LockedError, NotFoundError, UsageError
from evo.store.lock import is_locked
from evo.wheel.helm import WAIT_SECONDS
from evo.wheel.moment import MomentHelm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evo.canonical import JSON
    from evo.wheel.helm import Wheel

ADDRESS = "wheel.json"
"""The file in a run's folder that says where its service listens, while it does."""
_SLACK = 30.0
_ERRORS: Mapping[str, type[EvoError]] = {
    each.__name__: each for each in (ConflictError, EvoError, NotFoundError, UsageError)
}


class RemoteHelm:
    """Asks and tells through the service of a run.

    Args:
        address: "http://127.0.0.1:PORT".
        token: that it asks for.
    """

    def __init__(self, address: str, token: str) -> None:
        self._host, self._port = urlsplit(address).hostname or "", urlsplit(address).port or 0
        self._token = token

    async def ask(self, most: int = 1, *, by: str = "", wait: float = WAIT_SECONDS) -> list[dict[str, JSON]]:
        """Take tickets for the outside; see `Wheel.ask`."""
        found = await self._post("/ask", {"most": most, "by": by, "wait": wait}, wait)
        return cast("list[dict[str, JSON]]", found["tickets"])

    async def tell(self, data: Mapping[str, object], *, wait: float = WAIT_SECONDS) -> dict[str, JSON]:
        """Tell what came of a ticket; see `Wheel.tell`."""
        return await self._post("/tell", {**data, "wait": wait}, wait)

    async def steer(self, data: Mapping[str, object], *, by: str = "person") -> dict[str, JSON]:
        """Ask something of the tickets to come; see `Wheel.steer`."""
        return await self._post("/steer", {**data, "author": by}, 0)

    async def _post(self, path: str, data: Mapping[str, object], wait: float) -> dict[str, JSON]:
        return await asyncio.get_running_loop().run_in_executor(None, self._posted, path, data, wait)

    def _posted(self, path: str, data: Mapping[str, object], wait: float) -> dict[str, JSON]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=wait + _SLACK)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", path, json.dumps(dict(data)), headers)
            answer = connection.getresponse()
            found: object = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise EvoError(f"the run's process does not answer ({error}); it may have ended: try again") from error
        finally:
            connection.close()
        said = cast("dict[str, JSON]", found if isinstance(found, dict) else {})
        if answer.status != http.client.OK:
            raise _ERRORS.get(str(said.get("error")), EvoError)(str(said.get("message")))
        return said


def helm_of(folder: Path) -> Wheel:
    """Return what a run is asked and told through: its service where a process writes it, else the run itself.

    Raises:
        LockedError: a process writes it that has no service.
    """
    if not is_locked(folder):
        return MomentHelm(folder)
    try:
        found: object = json.loads((folder / ADDRESS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LockedError(
            f"{folder.name} is being written by a process that cannot be asked; expected one of `evo run` or "
            "`evo resume`, or wait until it has ended"
        ) from error
    told = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    if not (isinstance(address := told.get("address"), str) and isinstance(token := told.get("token"), str)):
        raise ConflictError(f"{folder / ADDRESS}: expected an address and a token")
    return RemoteHelm(address, token)
