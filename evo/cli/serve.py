"""`evo serve`: the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, RunsDir
from evo.errors import NotFoundError

LOOPBACKS = frozenset({"127.0.0.1", "localhost", "::1"})
_TOKEN_BYTES = 24


def serve(
    runs: Annotated[
        str,
        typer.Argument(
            metavar="[RUNS]",
            help="A folder of runs, or one run; that of --runs-dir where it is left out.",
            autocompletion=completion.complete_run,
        ),
    ] = "",
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8378,
    host: Annotated[str, typer.Option(help="Where to listen; beyond this machine with a token alone.")] = "127.0.0.1",
    browse: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Show the runs on a page that lives while they do."""
    import asyncio
    import secrets

    from evo.cli.streams import note, write_lines
    from evo.web.server import serve as serve_page

    place = _find_place(runs, runs_dir)
    token = "" if host in LOOPBACKS else secrets.token_urlsafe(_TOKEN_BYTES)

    def ready(address: str) -> None:
        write_lines([address])
        sys.stdout.flush()  # Whoever reads it from a file or a pipe waits for it.
        note("Nothing is written, and nothing of a problem is run. Ctrl-C ends it.")
        if token:
            note("Whoever has this address may read the runs; it is shown this once. The connection is not encrypted.")
        if browse:
            typer.launch(address)

    asyncio.run(serve_page(place.resolve(), ready, host=host, port=port, token=token))


def _find_place(runs: str, runs_dir: Path) -> Path:
    """Return the folder that is meant: of runs, or of one run as elsewhere.

    Raises:
        NotFoundError: there is none.
    """
    from evo.store.reading.address import find_run

    place = Path(runs).expanduser() if runs else runs_dir
    if place.is_dir():
        return place
    if runs:
        return find_run(runs_dir, runs)
    raise NotFoundError(f"{place}: no such folder; expected one that holds runs, as `evo run` makes it")
