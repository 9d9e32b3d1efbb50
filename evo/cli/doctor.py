"""`evo doctor`: what this machine offers, and what a config needs of it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.assemble.models import DeclaredModel
    from evo.canonical import JSON
    from evo.execute.doctor import MachineReport

_GB = 1_000_000_000


def doctor(
    config: Annotated[
        str,
        typer.Argument(
            metavar="[CONFIG]",
            help="Also look at the models that it names.",
            autocompletion=completion.complete_config,
        ),
    ] = "",
    *,
    ask: Annotated[bool, typer.Option("--ask", help="Ask each of them for a word: a few hundred tokens.")] = False,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Say what this machine offers: isolation, versions, disk, and the keys that a config needs."""
    from evo.cli.streams import emit, write_lines
    from evo.execute.doctor import examine
    from evo.store.folder import environment

    report, about = examine(), environment()
    models = _examine_models(config, ask=ask) if config else []
    free = shutil.disk_usage(
        next(path for path in (runs_dir.absolute(), *runs_dir.absolute().parents) if path.exists())
    )
    disk: dict[str, JSON] = {"runs_dir": str(runs_dir), "free_gb": round(free.free / _GB, 1)}
    if as_json:
        emit({**report.to_json(), "environment": about, "disk": disk, "models": models})
        return
    write_lines(
        [
            *_tell_report(report),
            f"versions   evo {about['evo']}, Python {about['python']}, {about['system']} on {about['machine']}",
            f"disk       {disk['free_gb']} GB free for {runs_dir}",
            *(f"model      {model['role']}: {model['found']}" for model in models),
        ]
    )


def _tell_report(report: MachineReport) -> Iterator[str]:
    yield f"sandbox    {report.tier} is what `sandbox: auto` puts in force here"
    for wall in report.walls:
        yield f"  {'up  ' if wall.stands else 'DOWN'} {wall.name}: stops {wall.stops}"
    for words in report.advice:
        yield f"  to raise it: {words}"


def _examine_models(config: str, *, ask: bool) -> list[dict[str, JSON]]:
    """Return, for each role of a config, whether the keys it names are set; with `ask`, what its endpoints say.

    Nothing is contacted unless `ask` is set.
    """
    from evo.assemble.models import declared_models
    from evo.cli.streams import keep_secret
    from evo.config.pack_run import load_run
    from evo.llm.facts import named_variables

    models = declared_models(load_run(config))
    keep_secret([secret for each in models for secret in each.facts.secrets])
    found: list[dict[str, JSON]] = []
    for each in models:
        keys = [f"key variable {key} is {_say_set(key)}" for key in named_variables(each.model)]
        words = ", ".join([each.use, *(keys or ["needs no key"])])
        if ask:
            words += "".join(f"\n             {said}" for said in _ask_model(each))
        found.append({"role": each.role, "use": each.use, "found": words})
    return found


def _say_set(variable: str) -> str:
    return "set" if os.environ.get(variable) else "NOT SET"


def _ask_model(declared: DeclaredModel) -> list[str]:
    import asyncio

    from evo.llm.probe import probe

    return [
        f"{said.where}: {'answers' if said.answers else 'DOES NOT ANSWER'}, {said.detail}"
        + (f"; refuses {', '.join(said.refused)}" if said.refused else "")
        for said in asyncio.run(probe(declared.model, declared.facts, declared.role))
    ]
