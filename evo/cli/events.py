"""`evo events`: what was done to a run beside its tickets, and a remark of one's own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.options import RUNS, Json, Run, RunsDir

if TYPE_CHECKING:
    from evo.records import Event


def events(
    run: Run = "@last",
    *,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Add a remark first.")] = None,
    mark: Annotated[
        str | None, typer.Option("--mark", metavar="TEXT", help="Add a remark that all later commits rest on.")
    ] = None,
    author: Annotated[str, typer.Option("--author", metavar="NAME", help="Who makes the remark.")] = "person",
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Show what was done to a run beside its tickets: amendments of a resume, remarks; or add a remark."""
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, write_lines
    from evo.cli.streams import note as say
    from evo.errors import UsageError
    from evo.render.console import show
    from evo.render.tables import listing
    from evo.stats.wish_effect import read_effects
    from evo.store.reading.address import find_run
    from evo.store.reading.extract import record
    from evo.store.remark import add_remark

    if note is not None and mark is not None:
        raise UsageError("--note and --mark were given; expected one of them, a remark is either")
    text = note if mark is None else mark
    if text is not None:
        add_remark(find_run(runs_dir, run, note=say), text, author=author, mark=mark is not None)
    with open_named(runs_dir, run) as view:
        name, found, effects = view.header.id, view.events(), read_effects(view)
    if as_json:
        emit({"run": name, "events": [record(each) for each in found], "effects": [each.data() for each in effects]})
    elif found:
        show(listing(["event", "after commit", "when", "kind", "author", "what"], map(_row, found), wrap=["what"]))
        write_lines(f"event {each.event}: {each.says}" for each in effects)
    else:
        say(f"Run {name} has no events: it was never amended, and nobody remarked on it.")


def _row(event: Event) -> list[str]:
    from evo.canonical import canonical

    told = event.data.get("text") or event.data.get("set")
    words = " ".join(map(str, told)) if isinstance(told, list) else told or canonical(dict(event.data)).decode()
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(event.at))
    return [str(event.number), str(event.after_seq), when, str(event.kind), event.author, str(words)]
