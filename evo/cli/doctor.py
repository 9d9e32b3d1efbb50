"""`evo doctor`: what this machine offers, and what a config needs of it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, Json, RunsDir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from evo.assemble.models import DeclaredModel
    from evo.assemble.question import FirstQuestion
    from evo.canonical import JSON
    from evo.config.sections import BudgetSpec
    from evo.execute.doctor import MachineReport
    from evo.execute.toolchains import Reach
    from evo.render.probes import Asked

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
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask each of them what a ticket asks, once: costs a ticket.")
    ] = False,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Say what this machine offers: isolation, versions, disk, and the keys that a config needs."""
    from evo.cli.streams import emit, write_lines
    from evo.execute.doctor import examine
    from evo.store.folder import environment

    report, about = examine(), environment()
    tools = _look_at_toolchains()
    models = _examine_models(config, runs_dir, ask=ask) if config else []
    free = shutil.disk_usage(
        next(path for path in (runs_dir.absolute(), *runs_dir.absolute().parents) if path.exists())
    )
    disk: dict[str, JSON] = {"runs_dir": str(runs_dir), "free_gb": round(free.free / _GB, 1)}
    if as_json:
        emit({**report.to_json(), "environment": about, "disk": disk, "models": models, "toolchains": _plain(tools)})
        return
    write_lines(
        [
            *_tell_report(report),
            f"versions   evo {about['evo']}, Python {about['python']}, {about['system']} on {about['machine']}",
            f"disk       {disk['free_gb']} GB free for {runs_dir}",
            *_tell_toolchains(tools),
            *(f"model      {model['role']}: {model['found']}" for model in models),
        ]
    )


def _tell_report(report: MachineReport) -> Iterator[str]:
    yield f"sandbox    {report.tier} is what `sandbox: auto` puts in force here"
    for wall in report.walls:
        yield f"  {'up  ' if wall.stands else 'DOWN'} {wall.name}: stops {wall.stops}"
    for words in report.advice:
        yield f"  to raise it: {words}"


def _look_at_toolchains() -> Sequence[Reach]:
    """Try each toolchain in the tiers that have walls, which is where it may be out of reach."""
    import asyncio
    from contextlib import AsyncExitStack

    from evo.execute.local import LocalExecutor
    from evo.execute.sandbox import Tier, offered
    from evo.execute.toolchains import look

    async def tried() -> Sequence[Reach]:
        async with AsyncExitStack() as stack:
            executors = [LocalExecutor(sandbox=f"required:{tier}") for tier in offered() if tier is not Tier.NONE]
            for each in executors:
                stack.push_async_callback(each.close)
            return await look(executors)

    return asyncio.run(tried())


def _tell_toolchains(tools: Sequence[Reach]) -> Iterator[str]:
    yield "toolchains what `toolchains: [NAME]` gives a command"
    for each in tools:
        if not each.place:
            yield f"  none {each.name}: to get it: {each.get}"
            continue
        version = next(filter(None, each.versions.values()), "")
        reached = ", ".join(tier for tier, said in each.versions.items() if said) or "no tier"
        yield f"  here {each.name}: {version or 'says no version'}; {each.place}; reached in {reached}"


def _plain(tools: Sequence[Reach]) -> list[JSON]:
    return [{"name": t.name, "place": t.place, "versions": dict(t.versions), "get": t.get} for t in tools]


def _examine_models(config: str, runs_dir: Path, *, ask: bool) -> list[dict[str, JSON]]:
    """Return, for each role of a config, whether the keys it names are set; with `ask`, what its endpoints say.

    Nothing is contacted unless `ask` is set.
    """
    from evo.assemble.models import declared_models
    from evo.assemble.question import first_questions
    from evo.cli.streams import keep_secret
    from evo.config.pack_run import load_run
    from evo.llm.facts import named_variables
    from evo.render import probes

    spec = load_run(config)
    models = declared_models(spec)
    keep_secret([secret for each in models for secret in each.facts.secrets])
    questions: Mapping[str, FirstQuestion] = first_questions(spec, runs_dir) if ask else {}
    found: list[dict[str, JSON]] = []
    for each in models:
        keys = [f"key variable {key} is {_say_set(key)}" for key in named_variables(each.model)]
        words = ", ".join([each.use, *(keys or ["needs no key"])])
        asked = _ask_model(each, questions.get(each.role), spec.budget) if ask else []
        words += "".join(f"\n             {line}" for one in asked for line in probes.told(one))
        row: dict[str, JSON] = {"role": each.role, "use": each.use, "found": words}
        found.append({**row, "asked": [dict(probes.data(one)) for one in asked]} if ask else row)
    return found


def _say_set(variable: str) -> str:
    return "set" if os.environ.get(variable) else "NOT SET"


def _ask_model(declared: DeclaredModel, question: FirstQuestion | None, budget: BudgetSpec) -> list[Asked]:
    """Ask every address of a model what a run would ask it first; a word or two where it proposes nothing."""
    import asyncio

    from evo.llm.probe import probe
    from evo.render.probes import Asked

    request = question.request if question else None
    return [
        Asked(
            role=declared.role,
            probe=said,
            facts=declared.facts,
            budget=budget,
            proposal=question.proposal(said.completion) if question and said.completion else None,
        )
        for said in asyncio.run(probe(declared.model, declared.facts, declared.role, request))
    ]
