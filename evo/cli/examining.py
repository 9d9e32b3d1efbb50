"""The work behind `doctor` and `eggroll bench`."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from evo.cli.streams import emit, lines, note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evo.canonical import JSON
    from evo.config.component import Component
    from evo.eggroll.bench.claims import Claim
    from evo.execute.doctor import MachineReport

GB = 1_000_000_000


def doctor(config: str, runs_dir: Path, *, ask: bool, as_json: bool) -> None:
    """Print the findings about this machine, and about a config's models when one is named.

    Nothing is contacted unless `ask` is set.
    """
    from evo.execute.doctor import examine  # noqa: PLC0415 - starts the self-test
    from evo.store.folder import environment  # noqa: PLC0415 - lists what is installed

    report, about = examine(), environment()
    models = _models(config, ask=ask) if config else []
    free = shutil.disk_usage(
        next(path for path in (runs_dir.absolute(), *runs_dir.absolute().parents) if path.exists())
    )
    disk: dict[str, JSON] = {"runs_dir": str(runs_dir), "free_gb": round(free.free / GB, 1)}
    if as_json:
        emit({**report.to_json(), "environment": about, "disk": disk, "models": models})
        return
    lines(_told(report))
    lines(
        [
            f"versions   evo {about['evo']}, Python {about['python']}, {about['system']} on {about['machine']}",
            f"disk       {disk['free_gb']} GB free for {runs_dir}",
            *(f"model      {model['role']}: {model['found']}" for model in models),
        ]
    )


def _told(report: MachineReport) -> Iterator[str]:
    yield f"sandbox    {report.tier} is what `sandbox: auto` puts in force here"
    for wall in report.walls:
        yield f"  {'up  ' if wall.stands else 'DOWN'} {wall.name}: stops {wall.stops}"
    for words in report.advice:
        yield f"  to raise it: {words}"


def _models(config: str, *, ask: bool) -> list[dict[str, JSON]]:
    """Return, for each role of a config, whether the key it names is set; with `ask`, what its endpoints say."""
    from evo.config.pack_run import load_run  # noqa: PLC0415 - heavy

    found: list[dict[str, JSON]] = []
    for role, model in load_run(config).llms.items():
        key = model.options.get("api_key_env")
        if not key:
            words = f"{model.use}, needs no key"
        else:
            words = f"{model.use}, key variable {key} is {'set' if os.environ.get(str(key)) else 'NOT SET'}"
        if ask and model.use == "openai":
            words += "".join(f"\n             {said}" for said in _asked(role, model))
        found.append({"role": role, "use": model.use, "found": words})
    return found


def _asked(role: str, model: Component) -> list[str]:
    import asyncio  # noqa: PLC0415 - heavy

    from evo.config.component import build  # noqa: PLC0415 - heavy
    from evo.llm.openai.options import OpenAI  # noqa: PLC0415 - heavy
    from evo.llm.openai.probe import probe  # noqa: PLC0415 - heavy

    return [
        f"{said.where}: {'answers' if said.answers else 'DOES NOT ANSWER'}, {said.detail}"
        + (f"; refuses {', '.join(said.refused)}" if said.refused else "")
        for said in asyncio.run(probe(build(model, OpenAI), role))
    ]


def bench(*, quick: bool, as_json: bool, figures: Path | None = None) -> int:
    """Run the bench on one thread, print its claims and draw them into a folder; return 1 if a bound failed, else 0."""
    from evo.eggroll.bench import bench_in_child, failed  # noqa: PLC0415 - heavy

    def progress(what: str, done: int, total: int) -> None:
        note(f"[{done}/{total}] {what}")

    claims = bench_in_child(quick=quick, progress=progress)
    if figures is not None:
        from evo.render.figures import draw  # noqa: PLC0415 - matplotlib, only where it is asked for

        for path in draw(claims, figures):
            note(str(path))
    if as_json:
        emit([claim.plain() for claim in claims])
    else:
        lines(text for claim in claims for text in _claim(claim))
    return 1 if failed(claims) else 0


def _claim(claim: Claim) -> Iterator[str]:
    yield f"{claim.verdict.upper():6} {claim.key}: {claim.says} ({claim.where})"
    yield f"       {claim.miniature}, {claim.cpu_seconds:.1f} CPU s"
    for check in claim.checks:
        bounds = [
            f">= {check.low:g}" if check.low is not None else "",
            f"<= {check.high:g}" if check.high is not None else "",
        ]
        wanted = " and ".join(bound for bound in bounds if bound)
        yield f"       {check.verdict:6} {check.label}: {check.value:.4g}" + (f" (expected {wanted})" if wanted else "")
