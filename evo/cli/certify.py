"""`evo certify`: a program's construction with its judge, in a folder that anybody can check without evo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evo.cli.options import RUNS, Address, Json, RunsDir


def certify(
    address: Address,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to: a folder that is new or empty.")],
    *,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Put a construction, its exact judge and a statement into a folder that Python alone can check.

    The program runs once more in the sandbox; then the folder's own script judges what it made, in a Python without
    packages, and nothing is left behind unless it comes to the same value.
    """
    import asyncio

    from evo.assemble.certificate import write_certificate
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, note, write_lines
    from evo.store.reading.address import parse, read_program

    place = parse(address)
    with open_named(runs_dir, place.run) as view:
        program, _ = read_program(view, place.program)
        run = view.folder
    made = asyncio.run(write_certificate(run, program.id, folder))
    if as_json:
        emit({"folder": str(made.folder), "problem": made.label, "objective": made.objective, "sha256": made.digest})
        return
    note(made.said)
    note(f"the whole folder in one number: sha256 of its SHA256SUMS is {made.digest}")
    write_lines([str(made.folder)])
