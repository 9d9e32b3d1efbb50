"""The problems there are, with what is known about them and the best of our runs."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from evo.render.console import PIPE_WIDTH
from evo.render.numbers import delta, exact, objective
from evo.render.tables import facts, listing, name_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType

# Plain data, as `evo problems --json` has it.
_Data = Any
_NARROWEST = 30


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The list of problems: for a person one block each, in a pipe one line for each instance.

    Attributes:
        rows: what `evo problems --json` gives.
    """

    rows: Sequence[Mapping[str, _Data]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Yield a table, or block after block."""
        del console
        if options.max_width >= PIPE_WIDTH:
            yield _table(self.rows)
            return
        widths = [max((len(each[i]) for row in self.rows for each in _figures(row)), default=0) for i in range(4)]
        for row in self.rows:
            aim = row["objective"]
            local = "" if row["shipped"] else "  (local)"
            yield Text.assemble((row["name"], "bold cyan"), f"  {aim['direction']} {aim['name']}{local}")
            yield from _wrapped(row["summary"], 2, options.max_width, "")
            for instance, texts in zip(row["instances"], _figures(row), strict=True):
                name, known, ours, gain = (text.ljust(width) for text, width in zip(texts, widths, strict=True))
                yield _line(name, known, ours, gain)
                record = instance["best_known"]
                if record and record["source"]:
                    yield from _wrapped(record["source"], 4 + widths[0], options.max_width, "dim")


def _line(name: str, known: str, ours: str, gain: str) -> Text:
    line = Text.assemble("  ", (name, "cyan"), f"  {known}  ", (ours, "bold"), f"  {gain}")
    line.rstrip()
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _figures(row: Mapping[str, _Data]) -> list[tuple[str, str, str, str]]:
    """Return, for each instance, its name, what is known, what is ours and how far that is."""
    return [
        (
            f"{each['name'] or row['name']}{_apart(row, each)}",
            _known(each["best_known"]),
            f"ours {objective(each['ours']['objective'], digits=10)}" if each["ours"] else "",
            delta(each["gain"], digits=3),
        )
        for each in row["instances"]
    ]


def _apart(row: Mapping[str, _Data], instance: Mapping[str, _Data]) -> str:
    """Return what an instance optimises where that is not what the problem's heading says."""
    aim = instance["objective"]
    same = (aim["name"], aim["direction"]) == (row["objective"]["name"], row["objective"]["direction"])
    return "" if same else f" ({aim['direction']} {aim['name']})"


def _known(record: Mapping[str, _Data] | None) -> str:
    if not record:
        return "no value on record"
    date = f" ({record['date']})" if record["date"] else ""
    return f"best known {objective(record['value'], digits=10)}{date}"


def _wrapped(text: str, indent: int, width: int, style: str) -> Iterator[Text]:
    for part in textwrap.wrap(text, max(width - indent, _NARROWEST)):
        yield Text(" " * indent + part, style=style)


def _table(rows: Sequence[Mapping[str, _Data]]) -> RenderableType:
    lines = [
        [
            name_problem(row["name"], each["name"]),
            f"{each['objective']['direction']} {each['objective']['name']}",
            objective(each["best_known"]["value"], digits=10) if each["best_known"] else "-",
            each["best_known"]["date"] if each["best_known"] else "-",
            objective(each["ours"]["objective"], digits=10) if each["ours"] else "-",
            delta(each["gain"], digits=3) or "-",
            each["ours"]["run"] if each["ours"] else "-",
            "shipped" if row["shipped"] else "local",
            row["summary"],
            each["best_known"]["source"] if each["best_known"] else "",
        ]
        for row in rows
        for each in row["instances"]
    ]
    columns = ["problem", "objective", "best known", "as of", "ours", "gain", "in run", "", "summary", "source"]
    return listing(columns, lines, wrap=["summary", "source"])


def problem(row: Mapping[str, _Data]) -> RenderableType:
    """Draw one problem in full."""
    aim, program = row["objective"], row["program"]
    unit = f" [{aim['unit']}]" if aim["unit"] else ""
    measures = [
        [name, f"{objective(each['low'])} .. {objective(each['high'])}", each["unit"], each["meaning"]]
        for name, each in row["measures"].items()
    ]
    instances = [
        [
            f"{name_problem(row['name'], each['name'])}{_apart(row, each)}",
            ", ".join(f"{name}={value}" for name, value in each["params"].items()),
            exact(each["best_known"]["value"]) if each["best_known"] else "-",
            each["best_known"]["date"] if each["best_known"] else "",
            objective(each["ours"]["objective"], digits=10) if each["ours"] else "-",
            delta(each["gain"], digits=3),
            each["ours"]["run"] if each["ours"] else "",
            each["best_known"]["source"] if each["best_known"] else "",
        ]
        for each in row["instances"]
    ]
    pairs: list[tuple[str, RenderableType]] = [
        ("problem", Text(row["name"], style="bold cyan")),
        ("summary", Text(row["summary"])),
        ("objective", Text(f"{aim['direction']} {aim['name']}{unit}")),
        ("program", Text(f"{program['file']}: {program['signature'] or program['entry']}")),
        ("seeds", Text(", ".join(row["seeds"]))),
        ("folder", Text(row["folder"])),
        ("source", Text(row["source"] or "-")),
    ]
    return Group(
        facts(pairs),
        "",
        listing(["measure", "range", "unit", "meaning"], measures, wrap=["meaning"]),
        "",
        listing(
            ["instance", "parameters", "best known", "as of", "ours", "gain", "in run", "source"],
            instances,
            wrap=["parameters", "in run", "source"],
        ),
    )
