"""`evo recover`: what can still be read of a damaged run, saved into a new one."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir
from evo.errors import EvoError


def recover(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="The damaged run: a path, or the beginning of an id.",
            autocompletion=completion.complete_run,
        ),
    ],
    target: Annotated[Path, typer.Argument(metavar="NEWDIR", help="Where the new run goes; must not exist.")],
    *,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Save every readable row of a damaged run into a new one."""
    from evo.cli.streams import emit, note
    from evo.render import console
    from evo.render.tables import listing
    from evo.store import recover as recovery
    from evo.store.reading.address import find_run

    source = find_run(runs_dir, run, note=note)
    try:
        found = recovery.recover(source, target, lambda table: note(f"reading {table}"))
    except OSError as error:
        raise EvoError(f"{target}: cannot be written ({error.strerror}); name another folder") from error
    whole = not any(each.unreadable or each.refused or each.problem for each in found)
    if as_json:
        emit({"source": str(source), "target": str(target), "whole": whole, "tables": [asdict(each) for each in found]})
    else:
        rows = [[e.table, str(e.saved), str(e.unreadable), str(e.refused), e.problem] for e in found]
        console.show(listing(["table", "rows saved", "stretches lost", "rows refused", ""], rows))
    saved = "everything was" if whole else "what could be"
    note(f"{target}: {saved} saved; `evo replay {target}` says how far it holds")
    raise typer.Exit(0 if whole else 1)
