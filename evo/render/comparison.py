"""Runs side by side: each one, then those of one kind together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from evo.render.numbers import objective
from evo.render.tables import listing, name_problem

if TYPE_CHECKING:
    from rich.console import RenderableType

# Plain data, as `evo compare --json` has it.
_Data = Any

_ARMS = {
    "thinking": "thinking aloud",
    "gap": "the gap to the best known value",
    "example": "an example of edits",
    "wording": "varied wording",
    "images": "pictures of the programs",
}


def comparison(data: _Data) -> RenderableType:
    """Draw what `evo compare --json` gives."""
    aims = [f"to {objective(each['target'], digits=10)}" for each in data["runs"][0]["targets"]]
    runs = [
        [
            Text(row["run"], style="bold cyan"),
            *_kind(row),
            str(row["seed"]),
            objective(row["best"], digits=9),
            objective(row["area"]),
            str(row["evaluations"]),
            f"{row['cost_usd']:.4g}",
            *(_reached(each) for each in row["targets"]),
        ]
        for row in data["runs"]
    ]
    groups = [
        [
            *_kind(group),
            str(group["runs"]),
            *(_spread(group[name]) for name in ("best", "area", "evaluations", "cost_usd")),
            *(f"{each['reached']}/{group['runs']}, median {_reached(each)}" for each in group["targets"]),
        ]
        for group in data["groups"]
    ]
    kind = ["problem", "strategy", "config"]
    paid = [group for group in data["groups"] if group.get("insights")]
    armed = [group for group in data["groups"] if group.get("arms")]
    return Group(
        listing(["run", *kind, "seed", "best", "area", "evaluations", "usd", *aims], runs),
        "",
        listing([*kind, "runs", "best: median (quartiles)", "area", "evaluations", "usd", *aims], groups),
        *(["", _testing(data["tests"])] if data.get("tests") else []),
        *(["", _paying(paid), *map(_asked, data["runs"])] if paid else []),
        *(["", _telling(armed)] if armed else []),
    )


def _testing(tests: _Data) -> RenderableType:
    """Draw whether one kind of run is better than another."""
    names = {"best": "best", "area": "area"}
    rows = [
        [
            name_problem(row["problem"], row["instance"]),
            *(row["a"] or "-", row["b"] or "-", names[row["what"]]),
            *(f"{100 * row['better']:.0f} %", f"{row['p']:.2g}", f"{row['adjusted']:.2g}"),
        ]
        for row in tests
    ]
    return listing(["problem", "kind", "against", "Mann-Whitney of", "better in", "p", "p (Holm)"], rows)


def _paying(groups: _Data) -> RenderableType:
    """Draw what insights were worth: tickets that were shown them against those that were not."""
    rows = [[*_kind(group), *cells] for group in groups for cells in _effects(group["insights"])]
    heads = ["insights: do they pay?", "shown (n)", "withheld (n)", "difference (95 %)"]
    return listing(["problem", "strategy", "config", *heads], rows)


def _telling(groups: _Data) -> RenderableType:
    """Draw what the arms of prompts were worth: tickets that had what one is about against those that had not."""
    rows = [
        [*_kind(group), _ARMS.get(str(name), str(name)), *cells]
        for group in groups
        for name, found in group["arms"].items()
        for cells in _effects(found)
    ]
    heads = ["prompts: does it help?", "", "with (n)", "without (n)", "difference (95 %)"]
    return listing(["problem", "strategy", "config", *heads], rows)


def _effects(effects: _Data) -> list[list[str]]:
    names = {"improved": "better than the parent", "placed": "found a place", "gain": "mean gain over the parent"}
    return [
        [names[name], *map(_side, (found["shown"], found["withheld"]), found["counted"]), _change(found)]
        for name, found in effects.items()
        if name in names
    ]


def _asked(row: _Data) -> str:
    found = row["insights"] and row["insights"]["asked"]
    if not found:
        return ""
    bad = "".join(f"; {count} not usable: {why}" for why, count in found["bad"].items())
    cost = f"{found['tokens']} tokens, {found['cost_usd']:.4g} usd"
    return f"{row['run']}: {found['answers']} answers of the analyst, {found['notes']} insights, {cost}{bad}"


def _side(value: float | None, count: int) -> str:
    return f"{objective(value)} ({count})"


def _change(found: _Data) -> str:
    if found["low"] is None:
        return "too few to tell"
    return f"{found['difference']:+.4g} ({found['low']:+.4g} .. {found['high']:+.4g})"


def _kind(row: _Data) -> list[str]:
    return [name_problem(row["problem"], row["instance"]), row["strategy"] or "-", row["config"] or "-"]


def _reached(found: _Data) -> str:
    """Return after how many evaluations a target was reached, and for how much money if for any."""
    if found["evaluations"] is None:
        return "-"
    return f"{found['evaluations']:g}" + (f" ({found['cost_usd']:.4g} usd)" if found["cost_usd"] else "")


def _spread(spread: _Data) -> str:
    if spread is None:
        return "-"
    return f"{objective(spread['median'])} ({objective(spread['q1'])} .. {objective(spread['q3'])})"
