"""What is said before a run begins and after it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.render.numbers import compared, duration, objective, with_unit
from evo.render.trust import tell_trust
from evo.search.budget import NOTHING_LEFT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.records import Tree
    from evo.search.budget import Pause
    from evo.search.loop import Search


def heading(search: Search) -> list[str]:
    """Return what a run is about to do: the problem, who proposes, where programs run, and until when."""
    aim, known = search.problem.spec.objective, search.problem.best_known
    what = f"{search.problem.label} · {aim.direction.replace('ize', 'ise')} {aim.name.replace('_', ' ')}"
    if known:
        year = f" ({known.date[:4]})" if known.date else ""
        what += f" · best known {objective(known.value)}{year}"
    how = [
        *([search.proposers] if search.proposers else []),
        f"sandbox: {search.header.tier}",
        f"seed {search.header.seed}",
    ]
    lines = [what, " · ".join(filter(None, how)), f"{search.folder} · until {_until(search)}"]
    lines += [f"trust: {tell_trust(search.header.trust)}"] if search.header.trust else []
    lines += tell_tree(search.problem.tree) if search.problem.tree else []
    lines += [search.survey] if search.survey and search.state.seq < 0 else []
    if search.strangers:
        lines.append(f"parts of others: {', '.join(search.strangers)}")
    if search.state.seq >= 0:
        best = search.state.best
        score = f", best {objective(best.objective)}" if best else ""
        lines.append(f"resumed after {search.state.seq + 1} commits, {duration(search.seconds)}{score}")
    return lines


def tell_tree(tree: Tree) -> list[str]:
    """Return what a repository is that programs change: how much of it may, where it stands, what is no part of it."""
    place = f"commit {tree.revision[:12]}" if tree.revision else "no commit"
    state = f"{place} with what was not committed" if tree.dirty else place
    lines = [f"repository of {len(tree.entries)} files, {len(tree.editable)} of which may change, {state}"]
    return [*lines, *(f"left out of it: {words}" for words in tree.left_out)]


def _until(search: Search) -> str:
    budget = search.budget
    limits = [
        f"{budget.tickets} tickets" if budget.tickets is not None else "",
        f"{budget.evaluations} evaluations" if budget.evaluations is not None else "",
        duration(budget.seconds) if budget.seconds is not None else "",
        f"objective {budget.target:.10g}" if budget.target is not None else "",
    ]
    return " or ".join(limit for limit in limits if limit)


def ending(search: Search) -> list[str]:
    """Return what came of a run: the best score, how it stands to the best known value, and where it lies."""
    best, tickets = search.state.best, search.state.seq + 1
    spent = f"after {tickets} tickets, {duration(search.seconds)}"
    if best is None:
        return [f"No VALID program {spent}.", f"  {search.folder}"]
    aim, known = search.problem.spec.objective, search.problem.best_known
    mark = "✓" if search.run_state == "finished" else "·"
    score = with_unit(best.objective, aim.unit, digits=10)
    trust = f" (trust: {search.header.trust})" if search.header.trust else ""
    lines = [f"{mark} {score}{trust}  {spent} ({_why(search)})."]
    if known:
        gain = search.state.direction.gain(best.objective, known.value)
        lines[0] += " " + compared(best.objective, known.value, gain)
    held = [f"  {search.holdout}"] if search.holdout else []
    return [*lines, *held, f"  {' · '.join(_files(search.folder, search.best_files))}"]


def _why(search: Search) -> str:
    match search.run_state, search.stop_reason:
        case "finished", "target":
            return "target reached"
        case "finished", reason if reason == NOTHING_LEFT:
            return reason
        case "finished", reason:
            return f"all {reason} used"
        case state, _:
            return state


def _files(folder: Path, files: Sequence[Path]) -> list[str]:
    """Name the folder once: the first file in full, the others relative to the run."""
    names = [str(files[0])] if files else [str(folder)]
    return names + [str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path) for path in files[1:]]


def next_commands(search: Search, *, run: str, tail: str, pause: Pause | None = None) -> list[str]:
    """Return what to type next.

    Args:
        search: the run that has just ended.
        run: how it is addressed, "" when it is `@last`.
        tail: options that every command needs to find it, "" for none.
        pause: what is known of a pause; None for an end of another kind.
    """
    best = f"{run}:@best" if run else "@best"
    commands: list[tuple[str, str]] = []
    if search.state.best is not None:
        commands += [
            (f"evo lineage {best} --why{tail}", "how it came to be"),
            (f"evo show {best}{tail}", "everything about it"),
            (f"evo top{f' {run}' if run else ''}{tail}", "the other elites"),
            (f"evo serve{f' {run}' if run else ''}{tail}", "all of it on a page"),
        ]
    if search.run_state != "finished" and not (pause and pause.remedy):
        commands.append((f"evo resume {run or '@last'}{tail}", "go on from here"))
    commands.append(("evo new my_problem", "bring your own"))
    width = max(len(command) for command, _ in commands)
    return [f"  {command:<{width}}   {meaning}" for command, meaning in commands]


def paused(search: Search, *, cost_usd: float, run: str, tail: str, pause: Pause | None = None) -> list[str]:
    """Return first what failed, then what is safe, then what to do; the arguments are those of `next_commands`."""
    spent = f", {cost_usd:.4g} usd spent" if cost_usd else ""
    command = f"evo resume {run or '@last'}{tail}"
    safe = f"Nothing is lost: {search.state.seq + 1} commits{spent}."
    lines = [f"Paused: {search.stop_reason}"]
    if pause and pause.remedy:
        return [*lines, f"{safe} {pause.remedy}."]
    lines.append(f"{safe} When the cause is gone: {command}")
    if pause and pause.again:
        lines.append(
            f"The run has paused at ticket {pause.ticket} before. To commit it as failed and go on: "
            f"{command} --abandon {pause.ticket}"
        )
    return lines
