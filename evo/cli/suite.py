"""`evo suite`: several packs, strategies and seeds under one budget, as a folder of runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evo.cli.exit_codes import INTERRUPTED, OK
from evo.cli.options import (
    RUNS,
    AskedModel,
    BaseUrl,
    Json,
    KeyEnv,
    PricesText,
    Quiet,
    RunsDir,
    Settings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.stats.run_figures import RunFigures

# Plain data: an entry of a plan, or what `--json` gives.
_Data = Any
_ACTIONS = ("run", "resume", "show")


def suite(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="run, resume or show.")],
    name: Annotated[
        str, typer.Argument(metavar="SUITE", help="With run a suite by name or file, else the folder that run made.")
    ],
    *,
    strategies: Annotated[
        str | None, typer.Option("--strategy", metavar="A,B", help="In place of the suite's strategies.")
    ] = None,
    seeds: Annotated[str | None, typer.Option("--seeds", metavar="0..9", help="In place of the suite's seeds.")] = None,
    budget: Annotated[
        list[str] | None,
        typer.Option("--budget", metavar="LIMIT=X", help="Of all runs: tickets, evaluations, usd, tokens; repeatable."),
    ] = None,
    settings: Settings = None,
    model: AskedModel = None,
    base_url: BaseUrl = None,
    key_env: KeyEnv = None,
    prices: PricesText = None,
    as_json: Json = False,
    quiet: Quiet = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Run several packs, strategies and seeds under one budget, and tell them in one table.

    run SUITE begins, resume FOLDER goes on after Ctrl-C or a crash, show FOLDER has the table of what is there.
    """
    from evo.errors import UsageError, nearest

    if action not in _ACTIONS:
        raise UsageError(f"suite: {action!r} is not there{nearest(action, _ACTIONS)}; expected {', '.join(_ACTIONS)}")
    begun = (strategies, seeds, budget, settings, model, base_url, key_env, prices)
    if action != "run" and any(each is not None for each in begun):
        raise UsageError(
            f"suite {action}: expected a folder and no settings; what is run was written down by suite run"
        )
    if action == "run":
        own = _own_keys(strategies, seeds, budget or ())
        folder = _begin(name, own, [*_asked(model, base_url, key_env, prices), *(settings or ())], runs_dir)
    else:
        folder = _folder(runs_dir, name)
    code = OK if action == "show" else _run_rest(folder, quiet=quiet)
    if code != INTERRUPTED:
        _tell(folder, as_json=as_json, report=action != "show")
    raise typer.Exit(code)


def _asked(model: str | None, base_url: str | None, key_env: str | None, prices: str | None) -> list[str]:
    """Return the model's options as settings, and tell whom they mean to ask."""
    from evo.cli.run import read_prices
    from evo.cli.streams import note
    from evo.config.model_choice import DEFAULT_URL, model_settings

    if model is not None:
        note(f"Asks {model} at {base_url or DEFAULT_URL}; nothing else is contacted.")
    return model_settings(model, base_url, key_env, read_prices(prices))


def _own_keys(strategies: str | None, seeds: str | None, budget: Sequence[str]) -> list[str]:
    """Return what the options say over the suite's own keys."""
    from evo.cli.seeds import read_seeds

    found = [] if strategies is None else [f"strategies=[{strategies}]"]
    found += [] if seeds is None else [f"seeds={read_seeds(seeds)}"]
    return [*found, *(f"budget.{each}" for each in budget)]


def _begin(name: str, own: Sequence[str], further: Sequence[str], runs_dir: Path) -> Path:
    """Write the plan of a suite into a new folder; whatever is wrong with any of its runs is said before."""
    from dataclasses import asdict

    from evo.assemble.resolve import resolve_files
    from evo.cli.streams import note
    from evo.config.pack_run import load_run
    from evo.config.suite import blame_strategy, find_suite, open_suite, plan_suite
    from evo.errors import SpecError
    from evo.store.suite_folder import make_suite

    path = find_suite(name)
    document = open_suite(path, own)
    plan = plan_suite(document, further)
    for each in {(run.config, run.strategy): run for run in plan}.values():
        try:
            resolve_files(load_run(each.config, each.settings))
        except SpecError as error:
            raise blame_strategy(document, each.strategy, error) from error
    folder = make_suite(runs_dir, path.stem, [asdict(run) for run in plan])
    note(f"{len(plan)} runs, in {folder}")
    return folder


def _folder(runs_dir: Path, name: str) -> Path:
    """Return the folder of a suite: a path, or its name among the runs."""
    from evo.store.suite_folder import is_suite

    path = Path(name).expanduser()
    return path if is_suite(path) or not is_suite(runs_dir / name) else runs_dir / name


def _run_rest(folder: Path, *, quiet: bool) -> int:
    """Bring every run of a plan to its end, one after another, whatever became of those before.

    Returns:
        The exit code: the worst of the runs.
    """
    from evo.cli.session import begin_run, resume_run
    from evo.cli.streams import note
    from evo.store.lock import RunLock
    from evo.store.suite_folder import read_suite

    name, plan = read_suite(folder)
    worst = OK
    with RunLock(folder):
        begun = _match(folder, plan)
        for place, each in enumerate(plan):
            there = begun[place]
            if there is not None and there.state == "finished":
                continue
            note(f"{each['problem']} {each['strategy']} seed {each['seed']} ({place + 1} of {len(plan)} of {name})")
            if there is None:
                code, _ = begin_run(each["config"], each["settings"], runs_dir=folder, quiet=quiet)
            else:
                code = resume_run(there.run, (), runs_dir=folder, quiet=quiet)
            worst = max(worst, code)
            if code == INTERRUPTED:
                note(f"Go on with: evo suite resume {folder}")
                return INTERRUPTED
    return worst


def _match(folder: Path, plan: Sequence[_Data]) -> list[RunFigures | None]:
    """Return for each run of a plan what has begun of it: the run of its problem, strategy and seed, each once."""
    from evo.cli.compare import gather_runs
    from evo.config.run import from_yaml
    from evo.store.reading.address import run_folders

    left = {run.run: (run, from_yaml(run.config, run.run)) for run in gather_runs(run_folders(folder))}
    found: list[RunFigures | None] = []
    for each in plan:
        wanted = (each["problem"], each["strategy"], each["seed"])
        mine = next((k for k, (_, s) in left.items() if (s.problem, s.strategy.use, s.seed) == wanted), None)
        found.append(left.pop(mine)[0] if mine else None)
    return found


def _tell(folder: Path, *, as_json: bool, report: bool) -> None:
    """Show the table of a suite, and write its report."""
    from evo.cli.streams import emit, note, write_lines
    from evo.render import console
    from evo.render import suite as drawn
    from evo.stats.ranks import overall, standings
    from evo.store.suite_folder import REPORT, read_suite

    name, plan = read_suite(folder)
    begun = [run for run in _match(folder, plan) if run is not None]
    rows = standings(begun)
    finished = sum(run.state == "finished" for run in begun)
    data = {"suite": name, "planned": len(plan), "begun": len(begun), "finished": finished}
    data |= {"cost_usd": sum(run.cost_usd for run in begun), "rows": rows, "overall": overall(rows)}
    if as_json:
        emit(data)
    else:
        write_lines([f"{name}: {finished} of {len(plan)} runs finished, {data['cost_usd']:.4g} usd"])
        console.show(drawn.suite(data))
    if report and begun:
        from evo.web.report import write_report

        write_report(folder / REPORT, [folder / run.run for run in begun], figures=False)
        note(f"{folder / REPORT}")
