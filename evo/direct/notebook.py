"""A search under the eyes of a notebook: one output of the cell, brought up to date while the cell runs."""

from __future__ import annotations

import sys
import time
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from evo.direct.result import JUDGED_BY
from evo.render.banner import heading
from evo.render.glance import Glance
from evo.render.live import origin
from evo.render.numbers import objective
from evo.text import sanitise

if TYPE_CHECKING:
    from evo.records import Commit
    from evo.search.loop import Search

_EVERY_SECONDS = 0.5
_ROWS = 6


def in_notebook() -> bool:
    """Tell whether this process is the kernel of a notebook."""
    shell = sys.modules.get("IPython")
    found: Any = shell.get_ipython() if shell is not None else None
    return getattr(found, "kernel", None) is not None


class NotebookView:
    """Shows one search in the output of a cell; made for `LiveView`'s place."""

    def __init__(self) -> None:
        display: Any = import_module("IPython.display")
        self._html: Any = display.HTML
        self._handle: Any = display.display(self._html("evo: the search begins"), display_id=True)
        self._search: Search | None = None
        self._rows: list[tuple[int, float, str]] = []
        self._shown = time.monotonic()
        self._glance: Glance | None = None

    def begin(self, search: Search) -> None:
        """Take note of the search."""
        self._search = search
        self._glance = Glance(search, time.monotonic())
        self._show()

    def commit(self, commit: Commit) -> None:
        """Take note of a commit."""
        found = commit.evaluation.objective if commit.evaluation else None
        better = self._search.state.direction.better if self._search else None
        if found is not None and better and (not self._rows or better(found, self._rows[-1][1])):
            by = origin(commit.proposal.operator, commit.proposal.summary)
            self._rows.append((commit.ticket, found, by))
        if self._glance is not None:
            self._glance.observe(commit, self._rows[-1][1] if self._rows else None, time.monotonic())

    def tick(self) -> None:
        """Bring the output up to date, twice a second at most."""
        if time.monotonic() - self._shown >= _EVERY_SECONDS:
            self._show()

    def end(self) -> None:
        """Show how it ended."""
        self._show()

    def _show(self) -> None:
        self._shown = time.monotonic()
        if self._search is not None:
            self._handle.update(self._html(self._page(self._search)))

    def _page(self, search: Search) -> str:
        done, most = search.state.seq + 1, search.budget.tickets
        bar = f'<progress max="{most}" value="{done}" style="width:100%"></progress>' if most else ""
        best = search.state.best.objective if search.state.best else None
        told = self._glance.sections(best, time.monotonic()) if self._glance else ()
        said = "".join(
            f'<tr><th>{each.label}</th><td style="text-align:left;white-space:pre-line">'
            f"{escape(sanitise(each.text))}</td></tr>"
            for each in told
            if each.text
        )
        rows = "".join(
            f"<tr><td>{ticket}</td><td>{escape(objective(score))}</td>"
            f'<td style="text-align:left;white-space:normal">{escape(sanitise(by))}</td></tr>'
            for ticket, score, by in self._rows[-_ROWS:]
        )
        head = escape(sanitise(heading(search)[0]))
        return (
            f"<div><b>{head}</b><br>scored by {JUDGED_BY}{bar}<table>{said}</table>"
            f"<table><tr><th>ticket</th><th>best</th><th>by</th></tr>{rows}</table></div>"
        )
