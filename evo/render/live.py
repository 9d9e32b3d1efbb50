"""A run as it happens: improvements scroll, and on a terminal a panel at the bottom says how it stands."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, TextIO

from rich.console import Group
from rich.live import Live
from rich.text import Text

from evo.records import Outcome
from evo.render.banner import heading
from evo.render.console import console
from evo.render.glance import Glance
from evo.render.lineage import cell
from evo.render.numbers import delta, objective
from evo.render.panel import hang, lay_out
from evo.render.spend import cut_off
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import ConsoleDimensions

    from evo.records import Commit
    from evo.search.loop import Search

_COLUMNS = ("ticket", "best", "+delta", "island", "cell", "by")
_ROW = "{:>8}  {:<15} {:<11} {:<6}  {:<9} "
_ROW_WIDTH = 56
_ROOM_FOR_IDEAS = 40
"""Columns below which an idea stands under its row, and not beside it."""
_INDENT = 10
_KEPT = 200
_HOME_AND_CLEAR = "\x1b[H\x1b[J"


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
        self._glance: Glance | None = None
        self._best: float | None = None
        self._said: deque[tuple[Text, Text]] = deque(maxlen=_KEPT)
        self._size: ConsoleDimensions | None = None
        self._shown: Sequence[Text] = ()
        self._answers = self._cut = 0
        self._warned = False
        self._waiting = ""

    def begin(self, search: Search) -> None:
        """Say what the run is and get ready for its commits."""
        self._search = search
        self._best = search.state.best.objective if search.state.best else None
        self._glance = Glance(search, self._clock())
        if self._quiet:
            return
        what, *rest = heading(search)
        self._line(Text(what, style="bold"))
        for line in rest:
            self._line(Text(line, style="dim"))
        self._line(Text())
        self._line(Text(_COLUMNS[-1], style="dim"), Text(_ROW.format(*_COLUMNS[:-1]), style="dim"))
        if self._terminal:
            self._size = self._console.size
            self._open()

    def commit(self, commit: Commit) -> None:
        """Take note of a commit; one line if it is the best so far."""
        search = self._search
        evaluation = commit.evaluation
        if search is None or self._glance is None:
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
        self._glance.observe(commit, self._best, self._clock())

    def tick(self) -> None:
        """Bring the panel up to date; say when a model is left alone, and when it is asked again."""
        waiting = self._search.waiting if self._search else ""
        if waiting != self._waiting and not self._quiet:
            self.say(waiting or "Models are asked again.", style="yellow")
            self._waiting = waiting
        if self._live is None or self._glance is None:
            return
        if self._console.size != self._size:
            self._draw_anew()
        panel = lay_out([*self._glance.sections(self._best, self._clock())], self._console)
        if panel != self._shown:
            self._shown = panel
            self._live.update(Group(*panel), refresh=True)

    def end(self) -> None:
        """Take the panel away; a second call does nothing."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def say(self, line: str, style: str = "") -> None:
        """Write one line above the panel."""
        self._line(Text(line, style=style))

    def _open(self) -> None:
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._live.start()

    def _draw_anew(self) -> None:
        """Draw the whole screen for its new size: how a terminal breaks what stands there already is its own affair."""
        self.end()
        self._size, self._shown = self._console.size, ()
        self._stream.write(_HOME_AND_CLEAR)
        room, lines = self._size.height // 2, list[Text]()
        for text, head in reversed(self._said):
            lines = [*self._broken(text, head), *lines]
            if len(lines) >= room:
                break
        for line in lines[-room:]:
            self._console.print(line, no_wrap=True, crop=True)
        self._open()

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
        style = "green" if proposal.operator != "seed" else ""
        score = objective(best, step=gain)
        row = _ROW.format(commit.ticket, score, delta(gain), island, cell(place))
        self._line(Text(origin(proposal.operator, proposal.summary), style=style), Text(row, style=style))

    def _line(self, text: Text, head: Text | None = None) -> None:
        """Write a text behind its columns: whole, and broken where the terminal ends."""
        head = head or Text()
        if not self._terminal:
            # A reader at the other end of a pipe follows line by line.
            self._stream.write(sanitise(head.plain + text.plain).rstrip() + "\n")
            self._stream.flush()
            return
        self._said.append((text, head))
        for line in self._broken(text, head):
            self._console.print(line, no_wrap=True, crop=True)

    def _broken(self, text: Text, head: Text) -> list[Text]:
        width = self._console.width
        if not head.plain:
            return hang(text, head, 0, self._console, width)
        if width - _ROW_WIDTH >= _ROOM_FOR_IDEAS:
            return hang(text, head, _ROW_WIDTH, self._console, width)
        row = head.copy()
        row.rstrip()
        rows = hang(row, Text(), 0, self._console, width)
        if text.plain == _COLUMNS[-1]:
            return rows
        indent = _INDENT if width > 4 * _INDENT else 2
        return [*rows, *hang(text, Text(" " * indent), indent, self._console, width)]


def origin(operator: str, summary: str) -> str:
    """Say in one line how a program was made: `seed ring.py`, `diff: widen the search`."""
    said = " ".join(sanitise(summary).split())
    if operator == "seed":
        return f"seed {said}".rstrip()
    return said if said.startswith(operator) else f"{operator}: {said}".rstrip(": ")
