"""What came of a search, as a value: the best program, tables, figures, a report; a notebook shows it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.errors import EvoError
from evo.judging.scorer import text_of
from evo.render.numbers import objective, with_unit
from evo.store.folder import BEST
from evo.store.reading.view import open_run
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.figures.figure import Figure
    from evo.records import Evaluation, Program
    from evo.store.reading.view import RunView

JUDGED_BY = "your own process"
"""Who scores: said wherever the result is shown, since nothing stands between that judge and what it holds."""
_SHOWN_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best program of a search; `str` of it is its text.

    Attributes:
        id, ticket: which one, and the attempt that brought it.
        score: its objective. evaluation: all that was said of it.
        program: its files.
    """

    id: str
    ticket: int
    score: float
    program: Program
    evaluation: Evaluation | None

    @property
    def files(self) -> Mapping[str, str]:
        """Path -> text."""
        return self.program.files

    @property
    def text(self) -> str:
        """Its text; of several files, one after another under their names."""
        return text_of(self.program.files)

    @property
    def feedback(self) -> str:
        """What the score function said of it."""
        return self.evaluation.feedback if self.evaluation else ""

    def save(self, path: str | Path) -> Path:
        """Write it to a file, or of several files into a folder; return where."""
        target = Path(path)
        for name, text in self.files.items():
            place = target if len(self.files) == 1 and not target.is_dir() else target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        return target

    def __str__(self) -> str:
        return self.text


class Optimized:
    """A run of `evo.optimize`, as it stands on disk; `evo status`, `evo show` and all other verbs know it as well.

    Args:
        folder: of the run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def view(self) -> RunView:
        """All that can be told of the run, for whoever wants more; close it, or use it in a `with`."""
        return open_run(self.folder)

    @property
    def best(self) -> Best:
        """The best program.

        Raises:
            EvoError: no program was VALID.
        """
        with self.view as view:
            found = view.best()
            program = view.program(found[0]) if found else None
            if found is None or program is None:
                raise EvoError(f"no program of {self.folder} is VALID; `evo show {self.folder}:@seed` says why")
            score, ticket = found[1], found[2]
            return Best(
                id=found[0], ticket=ticket, score=score, program=program, evaluation=view.evaluation(program.id)
            )

    @property
    def status(self) -> Mapping[str, Any]:
        """How the run stands, as plain data: that of `evo status --json`."""
        with self.view as view:
            return view.status()

    def frame(self) -> Any:  # noqa: ANN401 - pandas is no dependency
        """Return the log as a `pandas.DataFrame`, a row for each ticket.

        Raises:
            UsageError: pandas is not installed.
        """
        with self.view as view:
            return view.frame()

    def report(self, path: str | Path | None = None) -> Path:
        """Write one HTML file that tells the run and opens anywhere; return where: in the run's `best/` by default."""
        from evo.web.report import write_report  # noqa: PLC0415 - heavy, and few ask

        target = Path(path) if path is not None else self.folder / BEST / "report.html"
        write_report(target, [self.folder])
        return target

    def figure(self, kind: str = "progress") -> Figure:
        """Return a figure as a value, which a notebook shows and `save` writes.

        Args:
            kind: "progress", "map", "lineage", "operators" or "costs".

        Raises:
            EvoError: no such kind, or nothing to draw.
        """
        from evo.direct.pictures import draw  # noqa: PLC0415 - matplotlib is heavy

        with self.view as view:
            return draw(view, kind)

    def __repr__(self) -> str:
        status = self.status
        return f"<evo run {self.folder.name}: {_score(status)}, {status['committed']} tickets, {status['state']}>"

    def _repr_html_(self) -> str:
        status = self.status
        lines = [
            f"<b>{escape(_score(status))}</b>",
            escape(f"{status['committed']} tickets, {status['valid']} valid programs, {status['state']}"),
            escape(f"scored by {JUDGED_BY}; programs ran in the sandbox ({status['tier']})"),
            f"<code>{escape(sanitise(str(self.folder)))}</code>",
        ]
        found = "<br>".join(lines)
        if status["best"] is None:
            return f"<div>{found}</div>"
        text = sanitise(self.best.text).splitlines()
        more = f"\n… ({len(text) - _SHOWN_LINES} more lines)" if len(text) > _SHOWN_LINES else ""
        program = escape("\n".join(text[:_SHOWN_LINES]) + more)
        return f"<div>{found}<pre>{program}</pre>{self.figure().svg()}</div>"


def _score(status: Mapping[str, Any]) -> str:
    best = status["best"]
    return f"best {with_unit(best['objective'], status['unit'])}" if best else "no valid program"


def improvement(first: float | None, best: float | None) -> str:
    """Say how far a search has come: `0.2064 → 0.4213`."""
    return f"{objective(first)} → {objective(best)}" if first is not None and best is not None else ""
