"""A run as it happens: improvements scroll, and on a terminal one line at the bottom says how far it is."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, TextIO

from rich.live import Live
from rich.text import Text

from evo.records import Outcome
from evo.render.banner import heading
from evo.render.console import console
from evo.render.lineage import cell
from evo.render.numbers import about, delta, objective, percent, sparkline
from evo.render.spend import cut_off
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evo.records import Commit
    from evo.search.loop import Search

_PACE_SECONDS = 20.0
_SPARKS = 10
_BY_WIDTH = 34
_PIPE_BY_WIDTH = 60
_OTHERS_WIDTH = 58
_COLUMNS = ("ticket", "best", "by", "island", "cell", "+delta")
_ROW = "{:>8}  {:<15} {}  {:<6}  {:<9} {}"


class LiveView:
    """Shows one search on one stream; nothing redraws unless the stream is a terminal.

    Args:
        stream: usually stdout.
        quiet: show nothing until the end.
        clock: seconds, monotonic.
    """

    def __init__(self, stream: TextIO, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console(stream)
        self._stream, self._quiet, self._clock = stream, quiet, clock
        self._terminal = self._console.is_terminal and not self._console.is_dumb_terminal
        self._live: Live | None = None
        self._search: Search | None = None
        self._best: float | None = None
        self._seeds = 0
        self._bests: list[float] = []
        self._pace: deque[tuple[float, int]] = deque()
        self._answers = self._cut = 0
        self._warned = False
        self._waiting = ""

    def begin(self, search: Search) -> None:
        """Say what the run is and get ready for its commits."""
        self._search = search
        self._best = search.state.best.objective if search.state.best else None
        self._pace.append((self._clock(), search.state.seq + 1))
        if self._quiet:
            return
        what, *rest = heading(search)
        self._line(Text(what, style="bold"))
        for line in rest:
            self._line(Text(line, style="dim"))
        self._line(Text())
        self._line(Text(_row(_COLUMNS, self._by_width()), style="dim"))
        if self._terminal:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()

    def commit(self, commit: Commit) -> None:
        """Take note of a commit; one line if it is the best so far."""
        search = self._search
        evaluation = commit.evaluation
        if search is None:
            return
        if evaluation and evaluation.objective is not None:
            better = self._best is None or search.state.direction.better(evaluation.objective, self._best)
            if better:
                gain = None
                if self._best is not None:
                    gain = search.state.direction.gain(evaluation.objective, self._best)
                self._best = evaluation.objective
                self._improved(commit, evaluation.objective, gain)
        self._watch_lengths(commit)
        if self._best is not None:
            self._bests.append(self._best)
        now = self._clock()
        self._pace.append((now, commit.seq + 1))
        while len(self._pace) > 2 and now - self._pace[0][0] > _PACE_SECONDS:  # noqa: PLR2004 - a pace needs two points
            self._pace.popleft()

    def tick(self) -> None:
        """Bring the line at the bottom up to date; say when a model is left alone, and when it is asked again."""
        waiting = self._search.waiting if self._search else ""
        if waiting != self._waiting and not self._quiet:
            self.say(waiting or "Models are asked again.", style="yellow")
            self._waiting = waiting
        if self._live is not None:
            self._live.update(self._progress(), refresh=True)

    def end(self) -> None:
        """Take the line at the bottom away; a second call does nothing."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def say(self, line: str, style: str = "") -> None:
        """Write one line above the progress."""
        self._line(Text(line, style=style))

    def _watch_lengths(self, commit: Commit) -> None:
        """Say once when many answers are cut off."""
        self._answers += bool(commit.proposal.answers)
        self._cut += commit.proposal.outcome is Outcome.TRUNCATED
        said = "" if self._warned or self._quiet else cut_off(self._cut, self._answers)
        if said:
            self._warned = True
            self.say(said, style="yellow")

    def _improved(self, commit: Commit, best: float, gain: float | None) -> None:
        if self._quiet:
            return
        proposal = commit.proposal
        place = commit.placements[0].cell if commit.placements else None
        island = "all" if proposal.island is None else str(proposal.island)
        by = origin(proposal.operator, proposal.summary)
        score = objective(best, step=gain)
        row = _row([str(commit.ticket), score, by, island, cell(place), delta(gain)], self._by_width())
        self._line(Text(row, style="green" if proposal.operator != "seed" else ""))

    def _by_width(self) -> int:
        if not self._terminal:
            return _PIPE_BY_WIDTH
        return min(max(self._console.width - _OTHERS_WIDTH, 12), 2 * _BY_WIDTH)

    def _line(self, text: Text) -> None:
        if self._terminal:
            self._console.print(text, overflow="ellipsis", no_wrap=True, crop=True)
        else:
            # A reader at the other end of a pipe follows line by line.
            self._stream.write(sanitise(text.plain).rstrip() + "\n")
            self._stream.flush()

    def _progress(self) -> Text:
        search = self._search
        if search is None:
            return Text()
        state, done = search.state, search.state.seq + 1
        archives = state.archipelago.archives
        filled, cells = sum(each.filled for each in archives), sum(each.space.size for each in archives)
        rate = self._rate()
        tickets = f"{done}/{search.budget.tickets}" if search.budget.tickets else str(done)
        parts = [
            f"tickets {tickets}",
            f"valid {percent(state.valid, done)}",
            f"archive {filled}/{cells} cells",
            f"{rate:.2g}/s" if rate else "",
            self._left(search, rate),
        ]
        best = f"best {objective(self._best, digits=9)} {sparkline(_sampled(self._bests))}"
        line = Text.assemble("  ", (best, "bold green"), "  ", "  ".join(part for part in parts if part))
        line.no_wrap, line.overflow = True, "ellipsis"
        return line

    def _rate(self) -> float:
        (start, first), now = self._pace[0], self._clock()
        return (self._pace[-1][1] - first) / (now - start) if now > start else 0.0

    def _left(self, search: Search, rate: float) -> str:
        """Return the time left by whichever limit comes first; "" while nobody can know."""
        budget, state = search.budget, search.state
        times = [budget.seconds - search.seconds] if budget.seconds is not None else []
        if rate > 0:
            if budget.tickets is not None:
                times.append((budget.tickets - state.seq - 1) / rate)
            if budget.evaluations is not None and state.evaluations:
                share = state.evaluations / (state.seq + 1)
                times.append((budget.evaluations - state.evaluations) / share / rate)
        return f"{about(max(min(times), 0.0))} left" if times else ""


def origin(operator: str, summary: str) -> str:
    """Say in one line how a program was made: `seed ring.py`, `diff: widen the search`."""
    said = " ".join(sanitise(summary).split())
    if operator == "seed":
        return f"seed {said}".rstrip()
    return said if said.startswith(operator) else f"{operator}: {said}".rstrip(": ")


def _row(cells: Sequence[str], width: int) -> str:
    """Lay out ticket, best, by, island, cell and delta; `by` gets `width` columns."""
    ticket, best, by, *rest = cells
    cut = by if len(by) <= width else by[: width - 1] + "…"
    return _ROW.format(ticket, best, cut.ljust(width), *rest)


def _sampled(values: list[float]) -> list[float]:
    """Return at most ten of the values, evenly over the run, the last one last."""
    count = len(values)
    if count <= _SPARKS:
        return values
    return [values[(i + 1) * count // _SPARKS - 1] for i in range(_SPARKS)]
