"""How a run stands, its elites, and the runs there are: the drawings behind the reading verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from evo.render import spend
from evo.render.lineage import STATUS_STYLES, cell
from evo.render.numbers import compared, duration, exact, objective, percent, short, with_unit
from evo.render.trust import tell_trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType

_WRAPPED = 16
_MOST_JUDGED = 8
STATE_STYLES = {"running": "bold blue", "finished": "bold green", "paused": "bold yellow", "failed": "bold red"}

# Plain data, as the `--json` of the same verb has it.
_Data = Any


def facts(pairs: Iterable[tuple[str, RenderableType]]) -> Table:
    """Return names with what is known about them, one pair a line."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, value in pairs:
        table.add_row(name, value)
    return table


def listing(
    columns: Sequence[str], rows: Iterable[Sequence[str | Text]], *, wrap: Sequence[str] = ()
) -> RenderableType:
    """Return a table with a quiet header and no lines; where it does not fit, one block for each row.

    Args:
        columns: headings.
        rows: one text per column.
        wrap: headings of columns that may take several lines on a narrow terminal.
    """
    texts = [[each if isinstance(each, Text) else Text(each) for each in row] for row in rows]
    return _Listing(columns=columns, rows=texts, wrap=wrap)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    columns: Sequence[str]
    rows: Sequence[Sequence[Text]]
    wrap: Sequence[str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Yield the table, or block after block."""
        del console
        if self._needed() <= options.max_width:
            yield self._table()
            return
        for number, row in enumerate(self.rows):
            if number:
                yield Text()
            yield facts((name, each) for name, each in zip(self.columns, row, strict=True) if each)

    def _needed(self) -> int:
        """Return the fewest columns of a terminal in which every text can be read."""
        widths = [max([len(name), *(row[i].cell_len for row in self.rows)]) for i, name in enumerate(self.columns)]
        least = [
            min(width, _WRAPPED) if name in self.wrap else width
            for name, width in zip(self.columns, widths, strict=True)
        ]
        return sum(least) + 2 * max(len(least) - 1, 0)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for name in self.columns:
            table.add_column(name, no_wrap=name not in self.wrap, overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        return table


def tell_units(data: Mapping[str, _Data]) -> str:
    """Say how many evaluations ended early, what all are charged for, and what was saved; "" where none did."""
    charged, whole = data["charged_units"], data["evaluations"]
    if not data.get("ended_early"):
        return ""
    return f"{data['ended_early']}: {charged:.1f} of {whole} units charged, {1 - charged / whole:.0%} saved"


def _judgements(rows: Sequence[Mapping[str, _Data]]) -> Iterator[tuple[str, Text]]:
    """Say how far the judgements are that run now, those first that have been silent for long."""
    first = sorted(rows, key=lambda each: (each["silent"] <= each["stuck_after"], each["ticket"]))
    for row in first[:_MOST_JUDGED]:
        far = "no word yet" if row["fraction"] is None else f"{row['fraction']:.0%}"
        score = f", {objective(row['score'])} so far" if row["score"] is not None else ""
        bar = f" (to reach: {objective(row['bar'][1])} at {row['bar'][0]:.0%})" if row["bar"] else ""
        silent = f"  no word for {duration(row['silent'])}" if row["silent"] > row["stuck_after"] else ""
        head = f"t{row['ticket']} {row['operator']}, {far}{score}{bar}, {duration(row['seconds'])}"
        yield "judged", Text.assemble(head, (silent, "yellow"))
    if len(first) > _MOST_JUDGED:
        yield "", Text(f"and {len(first) - _MOST_JUDGED} more")


def status(data: Mapping[str, _Data]) -> RenderableType:
    """Draw what `RunView.status` returns."""
    state = Text(data["state"], style=STATE_STYLES.get(data["state"], "bold"))
    reason = f" ({data['stop_reason']})" if data["stop_reason"] else ""
    best, unit = data["best"], data["unit"]
    score = Text("none yet: no program is VALID")
    if best:
        score = Text.assemble(
            (with_unit(best["objective"], unit, digits=10), "bold"),
            f"  {short(best['program'])}  ticket {best['ticket']}",
            (f"  {noise(best)}" if best["noisy"] else "", "yellow"),
        )
    committed = data["committed"]
    outcomes = "  ".join(f"{name} {count}" for name, count in data["outcomes"].items())
    pairs: list[tuple[str, RenderableType]] = [
        ("run", Text(data["run"], style="bold")),
        ("problem", _problem(data)),
        ("state", state + Text(reason)),
        ("best", score),
        *((("trust", Text(tell_trust(data["trust"]), style="yellow")),) if data.get("trust") else ()),
        *((name, Text(said)) for name, said in holdout(data)),
        ("tickets", f"{committed} committed, {data['tickets_issued']} issued"),
        ("outcomes", outcomes or "-"),
        *_judgements(data.get("judgements") or ()),
        *spend.outcomes(data),
        *spend.second_turns(data),
        (
            "evaluations",
            f"{data['evaluations']}, {data['valid']} valid ({percent(data['valid'], data['evaluations'])})"
            + (f", {data['noisy']} programs known to be noisy" if data["noisy"] else ""),
        ),
        *([("ended early", said)] if (said := tell_units(data)) else []),
        ("archive", _filling(data["archive"], data["archive"]["cells"])),
        *((f"island {each['island']}", _island(each, data)) for each in data["islands"]),
        ("models", spend.summary(data)),
        *(("warning", Text(said, style="yellow")) for said in spend.warnings(data)),
        ("time", f"{duration(data['seconds'])}, sandbox {data['tier']}, seed {data['seed']}"),
        ("log hash", data["log_hash"]),
    ]
    shares = list(spend.rows(data))
    return Group(facts(pairs), "", listing(spend.COLUMNS, shares)) if shares else facts(pairs)


def noise(scored: Mapping[str, _Data]) -> str:
    """Say that a score is no constant, and by how much it moves as far as tests tell."""
    if scored["scores"] == 1:
        return "noisy"
    return f"noisy: mean of {scored['scores']} scores, ±{objective(scored['spread'], digits=2)} each"


def holdout(data: Mapping[str, _Data]) -> Iterator[tuple[str, str]]:
    """Say how the best did on the hold-out, where it was scored there."""
    if found := data.get("holdout"):
        value, where = found["objective"], f"{found['instance']}, drawn from the run's secret"
        score = found["status"] if value is None else with_unit(value, found["unit"], digits=10)
        yield "hold-out", f"{score}  {short(found['program'])}  on {where}{_apart(found)}"
    for found in data.get("splits", ()):
        score = (
            found["status"] if found["objective"] is None else with_unit(found["objective"], found["unit"], digits=10)
        )
        yield found["split"], f"{score}  {short(found['program'])}  on {found['instance']}{_apart(found)}"


def _apart(found: Mapping[str, _Data]) -> str:
    """Say how far a score on other draws lies from that on those which were searched."""
    seen, there = found.get("search"), found["objective"]
    if seen is None or there is None:
        return ""
    ratio = f", {there / seen:.3f} times" if seen and there / seen > 0 else ""
    return f"; {objective(seen, digits=10)} on what was searched, gap {objective(there - seen, digits=4)}{ratio}"


def split_score(data: Mapping[str, _Data]) -> RenderableType:
    """Draw what `evo score --split --json` returns."""
    pairs: list[tuple[str, RenderableType]] = [
        ("status", Text(data["status"], style=STATUS_STYLES.get(data["status"], "bold green"))),
        (data["split"], Text(exact(data["objective"], data["unit"]), style="bold")),
        ("search", Text(exact(data["search"], data["unit"]))),
    ]
    if data["transfer"] is not None:
        pairs.append(("transfer", Text(f"{data['transfer']:.4f}")))
    pairs.append(("program", Text(f"{short(data['program'])} on {data['instance']}")))
    return facts(pairs)


def _problem(data: Mapping[str, _Data]) -> Text:
    return Text(f"{name_problem(data['problem'], data['instance'])}, {data['direction']}")


def name_problem(problem: str, instance: str) -> str:
    """Return how people call an instance; parameters of a run's own stand in brackets already."""
    return f"{problem}{'' if not instance or instance.startswith('(') else '/'}{instance}"


def _filling(data: Mapping[str, _Data], cells: int) -> str:
    return (
        f"{data['filled']} of {cells} cells ({percent(data['filled'], cells)}), QD-score {objective(data['qd_score'])}"
    )


def _island(island: Mapping[str, _Data], data: Mapping[str, _Data]) -> str:
    cells = data["archive"]["cells"] // len(data["islands"])
    best = island["best"]
    there = f", best {objective(best['objective'])} ({short(best['program'])})" if best else ""
    return _filling(island, cells) + there


def top(rows: Sequence[Mapping[str, _Data]]) -> RenderableType:
    """Draw the elites of `evo top --json`."""
    noisy, trusts = (any(row.get(name) for row in rows) for name in ("noisy", "trust"))
    lines = [
        [
            str(row["rank"]),
            Text(short(row["program"]), style="bold cyan"),
            objective(row["objective"], digits=9),
            *([noise(row) if row["noisy"] else ""] if noisy else []),
            *([row["trust"]] if trusts else []),
            f"t{row['ticket']}",
            row["operator"],
            ",".join(str(island) for island in sorted(row["islands"])),
            cell(tuple(row["cell"])),
            "  ".join(f"{name} {objective(value, digits=4)}" for name, value in row["measures"].items()),
        ]
        for row in rows
    ]
    some = [*(["noise"] if noisy else []), *(["trust"] if trusts else [])]
    columns = ["", "program", "objective", *some, "ticket", "by", "islands", "cell", "measures"]
    return listing(columns, lines, wrap=["noise", "measures"])


def _best_of(row: Mapping[str, _Data]) -> str:
    if not row["best"]:
        return "-"
    trust = f" (trust: {row['trust']})" if row["trust"] else ""
    return with_unit(row["best"]["objective"], row["unit"], digits=9) + trust


def runs(rows: Sequence[Mapping[str, _Data]]) -> RenderableType:
    """Draw the runs of `evo runs --json`."""
    lines = [
        [
            Text(row["run"], style="bold cyan"),
            name_problem(row["problem"], row["instance"]),
            Text(row["state"], style=STATE_STYLES.get(row["state"], "")),
            _best_of(row),
            f"{row['committed']}/{row['tickets_issued']}",
            duration(row["seconds"]),
            f"{row['cost_usd']:.4g}",
        ]
        for row in rows
    ]
    return listing(["run", "problem", "state", "best", "tickets", "time", "usd"], lines)


def verdict(data: Mapping[str, _Data], unit: str) -> RenderableType:
    """Draw what `evo score --json` returns."""
    pairs: list[tuple[str, RenderableType]] = [
        ("status", Text(data["status"], style=STATUS_STYLES.get(data["status"], "bold green"))),
        ("objective", Text(exact(data["objective"], unit), style="bold")),
        *((name, Text(objective(value, digits=12))) for name, value in data["measures"].items()),
        *((name, Text(objective(value, digits=12))) for name, value in data["metrics"].items()),
    ]
    if data["detail"]:
        pairs.append(("detail", Text(data["detail"])))
    if data["best_known"]:
        pairs.append(("record", _record(data["objective"], data["best_known"])))
    return facts(pairs)


def _record(value: float, known: Mapping[str, _Data]) -> Text:
    """Say how a score stands to the best known value, in capitals where it is better."""
    if known["confirmed"] is None:
        return Text(compared(value, known["value"], known["gain"]))
    there = f"{objective(known['value'], digits=10)} BY {known['gain']:.4g}"
    if known["confirmed"]:
        said = f"BEATS THE BEST KNOWN VALUE {there}. SCORED TWICE, IN FRESH PROCESSES: THE SAME."
        return Text(said, style="bold green")
    return Text(f"WOULD BEAT THE BEST KNOWN VALUE {there}, BUT A SECOND SCORE WAS NOT THE SAME.", style="bold red")
