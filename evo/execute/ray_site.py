"""What Ray runs on a node for one worker: an actor around a site. No candidate and no judge runs in it itself.

Nothing but bytes comes in and goes out, so that Ray's own (un)pickling never sees what a candidate said.
"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from evo.errors import EvoError
from evo.execute.far_site import FarSite
from evo.execute.frames import pack
from evo.execute.sandbox import choose, offered

if TYPE_CHECKING:
    from collections.abc import Sequence


class RaySite:
    """The class of the actors."""

    def __init__(self) -> None:
        self._site: FarSite | None = None

    async def hello(self, wish: str) -> bytes:
        """Say who is here: node, versions, and the tiers that it offers, strongest first; or why it cannot serve.

        Args:
            wish: see `sandbox.choose`.
        """
        node = str(_ray().get_runtime_context().get_node_id())
        said: dict[str, object] = {"node": node, "machine": platform.node(), "versions": versions()}
        try:
            choose(wish)
            return pack({**said, "tiers": [str(tier) for tier in offered()]})
        except EvoError as error:
            return pack({**said, "refused": str(error)})

    async def begin(self, tier: str) -> bytes:
        """Make the site ready, behind the walls of a tier."""
        try:
            self._site = FarSite("none" if tier == "none" else f"required:{tier}")
        except EvoError as error:
            return pack({"refused": str(error)})
        return pack({})

    async def work(self, request: bytes, digests: Sequence[str], *parcels: bytes) -> bytes:
        """Answer one request; see `FarSite.work`.

        Args:
            request: what to do.
            digests: of the parcels, in their order.
            parcels: out of Ray's object store, where each lies once for a node.
        """
        if self._site is None:
            return pack({"infra": "this site has not begun"})
        return await self._site.work(request, dict(zip(digests, parcels, strict=True)))

    async def close(self) -> bytes:
        """Kill what runs here and remove what was laid out."""
        if self._site is not None:
            await self._site.close()
        return pack({})


def _ray() -> Any:  # noqa: ANN401 - a module that ships few types
    import ray  # noqa: PLC0415 - an extra

    return ray


def versions() -> dict[str, str]:
    """Return what has to be the same on all nodes, for scores to be."""
    found = {"Python": platform.python_version(), "machine type": platform.machine()}
    for name in ("evo-search", "numpy", "scipy", "ray"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
