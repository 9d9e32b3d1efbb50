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

    from evo.canonical import JSON
    from evo.config.component import Component
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
    """Return, for each role of a config, whether the key it names is set; with `ask`, what its endpoints say.

    Nothing is contacted unless `ask` is set.
    """
    from evo.config.run import load_run

    found: list[dict[str, JSON]] = []
    for role, model in load_run(config).llms.items():
        key = model.options.get("api_key_env")
        if not key:
            words = f"{model.use}, needs no key"
        else:
            words = f"{model.use}, key variable {key} is {'set' if os.environ.get(str(key)) else 'NOT SET'}"
        if ask and model.use == "openai":
            words += "".join(f"\n             {said}" for said in _ask_model(role, model))
        found.append({"role": role, "use": model.use, "found": words})
    return found


def _ask_model(role: str, model: Component) -> list[str]:
    import asyncio

    from evo.config.component import build
    from evo.llm.openai.options import OpenAI
    from evo.llm.openai.probe import probe

    return [
        f"{said.where}: {'answers' if said.answers else 'DOES NOT ANSWER'}, {said.detail}"
        + (f"; refuses {', '.join(said.refused)}" if said.refused else "")
        for said in asyncio.run(probe(build(model, OpenAI), role))
    ]
