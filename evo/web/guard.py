"""Who may ask what: nothing but reads, from this page alone, and where the machine is open to others, with a token.

The page is for one person's browser. Other sites that this browser visits are kept out by Host (no name but loopback's
leads here, so a name that is made to point here is refused) and by Origin; what texts of programs could do in the page
is taken from them by the policy: no inline code, nothing from elsewhere, and no text that becomes markup.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

LOOPBACK = "127.0.0.1"
_NAMES = frozenset({LOOPBACK, "localhost", "[::1]"})
_READS = frozenset({"GET", "HEAD"})
POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What a request has to bring.

    Attributes:
        token: what readers have to know; "" on loopback, where the name that they call by is looked at instead.
    """

    token: str = ""

    def refusal(self, request: web.Request) -> web.Response | None:
        """Return the answer to a request that is turned away, None for one that may go on."""
        if request.method not in _READS:
            return web.Response(status=405, text="This page only reads.", headers={"Allow": "GET, HEAD"})
        host = request.headers.get("Host", "")
        if not self.token and _name(host) not in _NAMES:
            return web.Response(status=421, text="This page answers to 127.0.0.1 and localhost alone.")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{host}":
            return web.Response(status=403, text="This page does not answer to other sites.")
        if (
            request.headers.get("Sec-Fetch-Site") == "cross-site"
            and request.headers.get("Sec-Fetch-Mode") != "navigate"
        ):
            return web.Response(status=403, text="This page does not answer to other sites.")
        return self._refuse_stranger(request) if self.token else None

    def _refuse_stranger(self, request: web.Request) -> web.Response | None:
        told = request.query.get("token")
        if told is not None and self._knows(told):
            answer = web.Response(status=303, headers={"Location": request.path})
            answer.set_cookie(self._cookie(request), told, httponly=True, samesite="Strict", path="/")
            return answer
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self._knows(request.cookies.get(self._cookie(request), "")) or self._knows(bearer):
            return None
        return web.Response(status=401, text="Open the address that `evo serve` showed, with its token.")

    def _knows(self, told: str) -> bool:
        return hmac.compare_digest(told.encode("utf-8", "surrogatepass"), self.token.encode())

    def _cookie(self, request: web.Request) -> str:
        # Cookies are shared by all ports of a host.
        return f"evo_{request.url.port}"


def stranger_flaw(headers: Mapping[str, str]) -> str:
    """Say why a request with these headers is none of a person or a program of this machine; "" where it may be."""
    host = headers.get("Host", "")
    if _name(host) not in _NAMES:
        return "this answers to 127.0.0.1 and localhost alone"
    origin = headers.get("Origin")
    if (origin is not None and origin != f"http://{host}") or headers.get("Sec-Fetch-Site") == "cross-site":
        return "this does not answer to other sites"
    return ""


def _name(host: str) -> str:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
    return f"[{name}]" if ":" in name else name


def make_middleware(guard: Guard) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Return what stands before every handler: the guard, and the headers of every answer."""

    @web.middleware
    async def stand_before(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            answer = guard.refusal(request) or await handler(request)
        except web.HTTPException as error:
            answer = web.Response(status=error.status, text=error.reason)
        if not answer.prepared:
            answer.headers.update(HEADERS)
        return answer

    return stand_before
