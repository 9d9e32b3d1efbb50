"""`evo mcp`: a server for agents."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from evo.cli.options import RUNS, RunsDir


def mcp(
    *,
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="WHAT", help="Some of score, tell, steer, run, with commas between them."),
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Nothing but reads; the default.")] = False,
    max_usd: Annotated[
        float, typer.Option("--max-usd", min=0.0, metavar="USD", help="What runs begun here may cost together.")
    ] = 0.0,
    http: Annotated[bool, typer.Option("--http", help="On 127.0.0.1 with a token, in place of stdio.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="With --http; 0 takes a free one.")] = 0,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Serve agents over the Model Context Protocol: reads, and what else you allow."""
    from evo.cli.streams import note
    from evo.errors import UsageError
    from evo.mcp.policy import Policy
    from evo.mcp.server import ADDRESS, serve_http, serve_stdio

    if read_only and allow:
        raise UsageError("--read-only and --allow: expected one of them")
    if port and not http:
        raise UsageError("--port: expected with --http")
    policy = Policy.of(allow or (), max_usd)
    place = runs_dir.resolve()
    place.mkdir(parents=True, exist_ok=True)

    def ready(address: str) -> None:
        note(f"{address}  the token lies in {place / ADDRESS}, for you alone. Ctrl-C ends it.")

    asyncio.run(serve_http(place, policy, ready, port=port) if http else serve_stdio(place, policy))
