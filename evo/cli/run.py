"""`evo run`: a new run, or one for each of several strategies and seeds, or what one would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.exit_codes import INTERRUPTED, OK
from evo.cli.options import (
    RUNS,
    AskedModel,
    BaseUrl,
    Json,
    KeyEnv,
    PricesText,
    Quiet,
    RequireTarget,
    RunsDir,
    Settings,
    Strategies,
    Tickets,
)
from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def run(
    config: Annotated[
        str,
        typer.Argument(
            metavar="CONFIG",
            help="A YAML file, the name of a config, a problem (NAME or NAME/INSTANCE), or FILE.py with a score.",
            autocompletion=completion.complete_runnable,
        ),
    ],
    *,
    settings: Settings = None,
    tickets: Tickets = None,
    model: AskedModel = None,
    base_url: BaseUrl = None,
    key_env: KeyEnv = None,
    prices: PricesText = None,
    seeds: Annotated[
        str | None, typer.Option("--seeds", metavar="0..9", help="One run for each of these seeds, then a comparison.")
    ] = None,
    strategies: Strategies = None,
    estimate: Annotated[bool, typer.Option("--estimate", help="Say what it can cost at most; start nothing.")] = False,
    as_json: Json = False,
    require_target: RequireTarget = False,
    quiet: Quiet = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Begin a new run and watch it.

    Ctrl-C lets what is in flight finish; a second one stops at once. Either way `evo resume` goes on.
    """
    config, said = _runnable(config, runs_dir), settings or ()
    more = _first_try(said, tickets=tickets, model=model, base_url=base_url, key_env=key_env, prices=prices)
    settings = [*more, *said]
    several = "--seeds" if seeds is not None else "--strategies" if strategies is not None else ""
    if several and (estimate or as_json):
        raise UsageError(
            f"{several}: expected without --estimate and --json; an estimate is for one run, so times the runs"
        )
    if as_json and not estimate:
        raise UsageError("--json: a run is read with `evo status --json`; here it goes with --estimate alone")
    if several:
        from evo.cli.seeds import variants

        each = variants(strategies, seeds)
        raise typer.Exit(
            _run_several(config, settings, each, runs_dir=runs_dir, quiet=quiet, require_target=require_target)
        )
    if estimate:
        _estimate_cost(config, settings, runs_dir=runs_dir, as_json=as_json)
        raise typer.Exit(OK)
    from evo.cli.session import begin_run

    code, _ = begin_run(config, settings, runs_dir=runs_dir, quiet=quiet, require_target=require_target)
    raise typer.Exit(code)


def _runnable(config: str, runs_dir: Path) -> str:
    """Return what can be run: of a file with a score, the folder of the problem that it is."""
    path, colon, function = config.partition(".py:")
    if not colon and not config.endswith(".py"):
        return config
    from pathlib import Path as Folder

    from evo.scaffold.draft import problem_name
    from evo.scaffold.folder import keep_draft
    from evo.scaffold.function import draft_of

    file = Folder(f"{path}.py" if colon else config)
    return str(keep_draft(draft_of(function, file, problem_name(file.stem), needs_score=True), runs_dir))


def _first_try(
    settings: Sequence[str],
    *,
    tickets: int | None,
    model: str | None,
    base_url: str | None,
    key_env: str | None,
    prices: str | None,
) -> list[str]:
    """Return what the options say as settings, and tell whom a model's name means to ask.

    Raises:
        UsageError: a model without an end to its calls.
    """
    from evo.cli.streams import note
    from evo.config.model_choice import DEFAULT_URL, model_settings

    found = model_settings(model, base_url, key_env, read_prices(prices))
    ends = ("budget.tickets=", "budget.usd=", "budget.tokens=")
    if model is not None and tickets is None and not any(each.startswith(ends) for each in settings):
        raise UsageError("--model: expected an end as well: -n 100, or --prices IN,OUT with --set budget.usd=2")
    if model is not None:
        key = f"with the key in {key_env}" if key_env else "without a key"
        note(f"Asks {model} at {base_url or DEFAULT_URL}, {key}; nothing else is contacted.")
    return [*found, *([f"budget.tickets={tickets}"] if tickets else [])]


def read_prices(text: str | None) -> tuple[float, float] | None:
    """Return the two numbers of `--prices`, usd for a million tokens each way.

    Raises:
        UsageError: something else.
    """
    if text is None:
        return None
    try:
        prompts, answers = (float(each) for each in text.split(","))
    except ValueError as error:
        raise UsageError(f"--prices {text}: expected two numbers, for example 0.1,0.4") from error
    return prompts, answers


def _run_several(
    config: str,
    settings: Sequence[str],
    each: Sequence[Sequence[str]],
    *,
    runs_dir: Path,
    quiet: bool,
    require_target: bool,
) -> int:
    """Make one run for each set of further settings, one after another, then show all of them side by side.

    Returns:
        The exit code: the worst of the runs.
    """
    from evo.assemble.resolve import resolve_files
    from evo.cli.session import begin_run
    from evo.cli.streams import note
    from evo.config.pack_run import load_run

    for further in each:  # a wrong name is said before hours are spent on the others
        resolve_files(load_run(config, [*settings, *further]))
    folders: list[Path] = []
    worst = OK
    for place, further in enumerate(each, 1):
        note(f"{', '.join(further)} ({place} of {len(each)})")
        code, folder = begin_run(
            config, [*settings, *further], runs_dir=runs_dir, quiet=quiet, require_target=require_target
        )
        folders += [folder] if folder else []
        worst = max(worst, code)
        if code == INTERRUPTED:
            left = ["; ".join(further) for further in each[place:]]
            note(f"Not begun: {', '.join(left)}" if left else "That was the last one.")
            return INTERRUPTED
    _show_side_by_side(folders, runs_dir / f"{folders[0].name}-seeds.png")
    return worst


def _show_side_by_side(folders: Sequence[Path], figure: Path) -> None:
    from evo.cli.compare import gather_runs
    from evo.cli.streams import write_lines
    from evo.figures.bands import draw_panels
    from evo.render import comparison, console
    from evo.stats.groups import compare_runs
    from evo.stats.panels import make_panels

    found = gather_runs(folders)
    aims = [run.target for run in found[:1] if run.target is not None]
    draw_panels(make_panels(found, aims)).save(figure)
    write_lines([""])
    console.show(comparison.comparison(compare_runs(found, aims)))
    write_lines([f"  {figure}"])


def _estimate_cost(config: str, settings: Sequence[str], *, runs_dir: Path, as_json: bool) -> None:
    from evo.assemble.estimate import estimated
    from evo.cli.streams import emit
    from evo.config.pack_run import load_run
    from evo.render import console, estimate

    found = estimated(load_run(config, settings), runs_dir)
    if as_json:
        emit(estimate.data(found))
    else:
        console.show(estimate.page(found))
