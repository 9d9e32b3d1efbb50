"""The half of a report that needs no script: for print, for readers without one, and to repeat the run.

Every text of a run is escaped here, as text and in quotes alike; figures are pictures, which cannot do anything.
"""

from __future__ import annotations

import base64
import json
import os
from html import escape
from typing import TYPE_CHECKING, Any

from evo.figures import archive_map, bands, costs, lineage, operators, progress
from evo.render.numbers import delta, duration, objective, short
from evo.render.tables import holdout, noise, tell_units
from evo.render.trust import tell_trust
from evo.store.folder import ENVIRONMENT
from evo.store.reading.view import open_run
from evo.store.reading.wishes import HeededWish
from evo.text import cut, sanitise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from evo.figures import Figure
    from evo.web.contents import Contents

_STEPS, _ELITES = 60, 25
_WORDS, _CONFIG = 600, 60_000
_ENVIRONMENT_BYTES = 300_000
_KNOWN = ("evo", "python", "machine", "system", "cores")

_Data = Any


def write_paper(contents: Sequence[Contents], folders: Sequence[Path], *, figures: bool) -> Iterator[str]:
    """Yield the lines of the section: for each run its facts, figures, story, elites, and how to repeat it.

    Args:
        contents: of the runs.
        folders: of the same runs.
        figures: draw them; without, a report is made in a blink.
    """
    if figures and len(folders) > 1:
        yield from _picture(_draw_bands(folders), "Best so far")
    for found, folder in zip(contents, folders, strict=True):
        yield f"<h2>{_said(found.name)}</h2>"
        yield from _facts(found, folder)
        yield from _figures(folder) if figures else ()
        yield from _story(found)
        yield from _elites(found)
    for found, folder in zip(contents, folders, strict=True):
        yield from _repeat(found, folder)


def _said(text: object, most: int = _WORDS) -> str:
    """Return a text as it may stand in markup, also within quotes: one line of it."""
    line = " ".join(sanitise(str(text)).split())
    return escape(line if len(line) <= most else line[: most - 1] + "…", quote=True)


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"<table><caption>{_said(caption)}</caption><thead><tr>"
    yield "".join(f'<th scope="col">{_said(name)}</th>' for name in head)
    yield "</tr></thead><tbody>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{_said(cell)}</td>' for cell in row)}</tr>"
    yield "</tbody></table>"


def _facts(found: Contents, folder: Path) -> Iterator[str]:
    about: _Data = found.about
    stand = about["stand"]
    best = _words(found, found.line[-1])["objective"] if found.line else None
    problem = f"{about['problem']}/{about['instance']}" if about["instance"] else about["problem"]
    with open_run(folder) as view:
        status: _Data = view.status()
    rows = [
        ("problem", f"{problem}, {about['direction']}"),
        ("best", f"{objective(best)} {about['unit']}" if best is not None else "no program is VALID"),
        *((("trust", tell_trust(status["trust"])),) if status["trust"] else ()),
        *_noise(status),
        *holdout(status),
        ("state", f"{stand['state']} {stand['stop_reason']}"),
        ("commits", stand["seq"] + 1),
        *((("ended early", said),) if (said := tell_units(status)) else ()),
        ("time", duration(stand["seconds"])),
        ("strategy, seed, isolation", f"{about.get('strategy', '')}, {about['seed']}, {about['tier']}"),
    ]
    yield "<dl>"
    yield from (f"<dt>{_said(name)}</dt><dd>{_said(value)}</dd>" for name, value in rows)
    yield "</dl>"


def _noise(status: Mapping[str, _Data]) -> Iterator[tuple[str, str]]:
    """Say what retests tell of the scores: of the best, and how many programs are known to be noisy."""
    if status["noisy"]:
        of_best = f"best {noise(status['best'])}; " if status["best"] and status["best"]["noisy"] else ""
        yield "noise", f"{of_best}{status['noisy']} programs known to be noisy"


def _figures(folder: Path) -> Iterator[str]:
    with open_run(folder) as view:
        drawn = [("Best so far", progress(view)), ("Archive", archive_map(view))]
        drawn += [("Lineage", lineage(view))] if view.best() else []
        drawn += [("Operators", operators(view)), ("Costs", costs(view))]
    for name, figure in drawn:
        yield from _picture(figure, name)


def _draw_bands(folders: Sequence[Path]) -> Figure:
    views = [open_run(folder) for folder in folders]
    try:
        return bands(views)
    finally:
        for view in views:
            view.close()


def _picture(figure: Figure, name: str) -> Iterator[str]:
    data = base64.b64encode(figure.svg().encode()).decode()
    yield f'<figure><img alt="{_said(figure.says)}" src="data:image/svg+xml;base64,{data}">'
    yield f"<figcaption>{_said(name)}</figcaption></figure>"


def _words(found: Contents, seq: int) -> Mapping[str, _Data]:
    return found.words.get(seq) or {"ticket": seq, "operator": "", "objective": None, "summary": "", "program": ""}


def _story(found: Contents) -> Iterator[str]:
    if not found.line:
        return
    left_out = max(0, len(found.line) - _STEPS)
    yield "<h3>How the best came to be</h3>"
    if first := next((seq for seq in found.line if _words(found, seq).get("wishes")), None):
        wish = HeededWish(**_words(found, first)["wishes"][0])
        yield f"<p>From t{_words(found, first)['ticket']} on this line heeded what people asked for, first a "
        yield f"{_said(wish.says)}.</p>"
    yield "<ol>"
    before = None
    for place, seq in enumerate(found.line):
        step = _words(found, seq)
        now = step["objective"]
        changed = "" if now is None or before is None else delta(now - before, digits=3)
        before = now
        if left_out and place == len(found.line) - _STEPS:
            yield f"<li>{left_out - 1} steps before these stand in the story of the page.</li>"
        if place == 0 or place >= left_out:
            head = f"{short(str(step['program']))} {objective(now)} {changed} {step['operator']} t{step['ticket']}"
            asked = "".join(f" <i>{_said(HeededWish(**each).says)}</i>" for each in step.get("wishes", ()))
            yield f"<li><b>{_said(head)}</b> {_said(step['summary'])}{asked}</li>"
    yield "</ol>"


def _elites(found: Contents) -> Iterator[str]:
    rows = [_words(found, seq) for seq in found.elites[:_ELITES]]
    told = [
        (short(str(each["program"])), objective(each["objective"]), f"t{each['ticket']}", each["operator"])
        for each in rows
    ]
    yield from _table(
        f"Elites, the best {len(told)} of {len(found.elites)}", ("program", "objective", "ticket", "by"), told
    )


def _repeat(found: Contents, folder: Path) -> Iterator[str]:
    about: _Data = found.about
    machine = ", ".join(f"{name} {value}" for name, value in _environment(folder).items() if name in _KNOWN)
    yield f'<details class="repeat"><summary>How to repeat {_said(found.name)}, and its config</summary>'
    yield f"<p>evo {_said(about['version'])}, seed {_said(about['seed'])}. {_said(machine)}.</p>"
    yield "<p>In the run's folder:</p><pre><code>evo run run.yaml       the same search, asked anew\n"
    yield "evo replay . --execute the same log, from its stored answers\n"
    yield "evo replay .           every hash of it, verified</code></pre>"
    if found.left_out:
        yield f"<p>{found.left_out} programs of the line found no room here; <code>evo show</code> has them.</p>"
    text = cut(sanitise(str(about.get("text") or "")), _CONFIG)
    yield f"<pre><code>{escape(text, quote=True)}</code></pre></details>"


def _environment(folder: Path) -> Mapping[str, object]:
    """Return what the run's numbers were computed with, as far as the file says so."""
    try:
        handle = os.open(folder / ENVIRONMENT, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            found: object = json.loads(file.read(_ENVIRONMENT_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType] - JSON
