"""The log as columns: what drawings of tens of thousands of programs are made of.

One list a column, one place a commit, in the order of the log. Programs are named by the commit that brought them
first, so that nothing but twelve digits of an id is said twice; words that recur stand once in `words` and are referred
to by position. Each piece stands alone: pieces that follow each other make the whole run.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from evo.records import StageStatus, curve_in
from evo.store.reading.foreign import as_list, as_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from evo.canonical import JSON

ID_DIGITS = 12
"""Digits of a program's id in `program`."""
NONE = -1
"""Stands for what is absent in columns of whole numbers."""
_MEASURES, _AXES = 16, 8
_DIGITS = 7
_ROWS = 400_000

_HEAD = f"""
    SELECT c.seq, c.ticket, c.after_seq, c.island, c.operator, c.outcome, substr(c.program, 1, {ID_DIGITS}), c.llm,
        c.at, e.status, e.objective, CASE WHEN e.status = 'VALID' THEN substr(e.measures, 1, 4096) END
    FROM commits AS c LEFT JOIN evaluations AS e ON c.evaluated AND e.program = c.program
    WHERE c.seq >= ? AND c.seq < ? ORDER BY c.seq
"""  # noqa: S608 - a constant
_STAGES = f"""
    SELECT c.seq, s.stage, s.status, s.seconds, s.cpu_seconds, s.cached
    FROM commits AS c CROSS JOIN stages AS s ON s.program = c.program
    WHERE c.evaluated AND c.seq >= ? AND c.seq < ? ORDER BY c.seq, s.position LIMIT {_ROWS}
"""  # noqa: S608 - a constant
_ENDED = f"""
    SELECT c.seq, substr(e.flags, 1, 8192) FROM commits AS c JOIN evaluations AS e ON e.program = c.program
    WHERE c.evaluated AND c.seq >= ? AND c.seq < ? AND e.status = 'FAILED' AND EXISTS (
        SELECT 1 FROM stages AS s WHERE s.program = c.program AND s.status = '{StageStatus.ENDED_EARLY}')
    ORDER BY c.seq LIMIT {_ROWS}
"""  # noqa: S608 - a constant
_ANSWERS = f"""
    SELECT c.seq, a.model, a.cost_usd, a.prompt_tokens, a.completion_tokens, a.at
    FROM commits AS c CROSS JOIN answers AS a ON a.purpose = 'propose' AND a.subject = CAST(c.ticket AS TEXT)
    WHERE c.seq >= ? AND c.seq < ? LIMIT {_ROWS}
"""  # noqa: S608 - a constant
_EDGES = f"""
    SELECT e.seq, (SELECT min(p.seq) FROM commits AS p WHERE p.program = e.program)
    FROM edges AS e WHERE e.seq >= ? AND e.seq < ? AND e.role = 'parent' ORDER BY e.seq, e.position LIMIT {_ROWS}
"""  # noqa: S608 - a constant
_PLACEMENTS = f"""
    SELECT p.seq, p.source, (SELECT min(c.seq) FROM commits AS c WHERE c.program = p.program), p.island,
        substr(p.cell, 1, 200), p.status, (SELECT min(c.seq) FROM commits AS c WHERE c.program = p.displaced)
    FROM placements AS p WHERE p.seq >= ? AND p.seq < ? ORDER BY p.seq, p.position LIMIT {_ROWS}
"""  # noqa: S608 - a constant


class _Words:
    """Words in the order in which they came, each once."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def place(self, word: object) -> int:
        return self.known.setdefault(str(word)[:120], len(self.known))


def read_columns(connection: Connection, first: int, most: int) -> dict[str, JSON]:
    """Return commits `first` to `first + most - 1`, as far as there are any.

    Keys: `first`, `count`, `more` (whether others follow); `words`; the columns

    - ticket, after_seq, island (NONE for all), at and answered (Unix seconds; null for no answer)
    - operator, outcome, llm, model, place (what its own archive did), cause (of a failure): positions in `words`, NONE
      for nothing
    - status: 0 VALID, 1 INVALID, 2 FAILED, NONE for none; objective, null unless VALID
    - program: digits of its id, "" for none; parent: the commit that brought its first parent, NONE for none
    - cost_usd, tokens_in, tokens_out of the proposal's answers; seconds and cpu_seconds of its evaluation

    and `measures` (name -> column), `parents` ([seq, further parents...] for each commit with several), `early` ([seq,
    fraction of the work that was done] for each evaluation that ended before it was whole), and `places`,
    all that happened to archives but for programs that were turned away: columns seq, source (NONE for a newborn),
    program, island, cell (position in `cells`), status (position in `words`), displaced. Programs are commits here too.

    Args:
        connection: to a run.
        first: 0 or more.
        most: how many.
    """
    span = (first, first + most)
    words, measures = _Words(), dict[str, list[float | None]]()
    heads = connection.exec_driver_sql(_HEAD, span).all()
    count = len(heads)
    columns = _read_heads(heads, words, measures)
    _add_stages(columns, connection.exec_driver_sql(_STAGES, span), first, words)
    _add_answers(columns, connection.exec_driver_sql(_ANSWERS, span), first, words)
    columns["parent"], parents = _read_parents(connection.exec_driver_sql(_EDGES, span), first, count)
    cells = dict[str, int]()
    columns["place"], places = _read_places(connection.exec_driver_sql(_PLACEMENTS, span), first, count, words, cells)
    last = connection.exec_driver_sql("SELECT max(seq) FROM commits").scalar()
    any_early = any(word.endswith(f" {StageStatus.ENDED_EARLY}") for word in words.known)
    early = connection.exec_driver_sql(_ENDED, span) if any_early else ()
    return {
        "first": first,
        "count": count,
        "more": last is not None and last >= first + count and count > 0,
        "words": list(words.known),
        **columns,
        "measures": {name: list(column) for name, column in measures.items()},
        "parents": parents,
        "early": [[seq, _share_done(flags)] for seq, flags in early],
        "cells": [_read_cell(text) for text in cells],
        "places": places,
    }


_STATUS = {"VALID": 0, "INVALID": 1, "FAILED": 2}


def _read_heads(heads: Iterable[Any], words: _Words, measures: dict[str, list[float | None]]) -> dict[str, list[Any]]:
    names = ("ticket", "after_seq", "island", "operator", "outcome", "llm", "at", "program", "status", "objective")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    add = {name: column.append for name, column in columns.items()}
    for number, row in enumerate(heads):
        _, ticket, after, island, operator, outcome, program, llm, at, status, objective, measured = row
        add["ticket"](ticket)
        add["after_seq"](after)
        add["island"](NONE if island is None else island)
        add["operator"](words.place(operator))
        add["outcome"](words.place(outcome))
        add["llm"](words.place(llm) if llm else NONE)
        add["at"](_finite(at, 3))
        add["program"](program or "")
        add["status"](_STATUS.get(status, NONE))
        add["objective"](objective if objective is not None and math.isfinite(objective) else None)
        for name, value in _read_measures(measured):
            column = measures.setdefault(name, [])
            column.extend([None] * (number - len(column)))
            column.append(value)
    for column in measures.values():
        column.extend([None] * (len(columns["ticket"]) - len(column)))
    count = len(columns["ticket"])
    columns |= {name: [NONE] * count for name in ("cause", "model")}
    columns |= {name: [0] * count for name in ("cost_usd", "tokens_in", "tokens_out", "seconds", "cpu_seconds")}
    columns["answered"] = [None] * count
    return columns


def _read_measures(text: str | None) -> Iterable[tuple[str, float]]:
    found = list(as_numbers(text).items())[:_MEASURES]
    return ((name, float(f"{value:.{_DIGITS}g}")) for name, value in found)


def _share_done(text: str) -> float:
    """Return how far an evaluation came that ended early, by its flags; 1 where they do not say."""
    try:
        curve = curve_in([each for each in as_list(text) if isinstance(each, str)])
        share = float(curve[-1][0]) if curve else 1.0
    except (ValueError, TypeError):
        return 1.0
    return _finite(min(max(share, 0.0), 1.0), 6)


def _add_stages(columns: dict[str, list[Any]], rows: Iterable[Any], first: int, words: _Words) -> None:
    """Add up what evaluations took, and name the first stage that did not succeed."""
    seconds, cpu, cause = columns["seconds"], columns["cpu_seconds"], columns["cause"]
    for seq, stage, status, wall, used, cached in rows:
        at = seq - first
        if not cached:
            seconds[at] = _finite(seconds[at] + wall, 4)
            cpu[at] = _finite(cpu[at] + used, 4)
        if status not in {"SUCCESS", "SKIPPED"} and cause[at] == NONE:
            cause[at] = words.place(f"{stage} {status}")


def _add_answers(columns: dict[str, list[Any]], rows: Iterable[Any], first: int, words: _Words) -> None:
    for seq, model, cost, prompt, completion, at in rows:
        place = seq - first
        columns["model"][place] = words.place(model) if model else NONE
        columns["cost_usd"][place] = _finite(columns["cost_usd"][place] + cost, 9)
        columns["tokens_in"][place] += prompt
        columns["tokens_out"][place] += completion
        columns["answered"][place] = max(_finite(at, 3), columns["answered"][place] or 0)


def _read_parents(rows: Iterable[Any], first: int, count: int) -> tuple[list[int], list[JSON]]:
    parent = [NONE] * count
    more: dict[int, list[JSON]] = {}
    for seq, of in rows:
        at, came = seq - first, NONE if of is None or of >= seq else of
        if parent[at] == NONE:
            parent[at] = came
        elif came != NONE:
            more.setdefault(seq, [seq]).append(came)
    return parent, list(more.values())


def _read_places(
    rows: Iterable[Any], first: int, count: int, words: _Words, cells: dict[str, int]
) -> tuple[list[int], dict[str, JSON]]:
    own = [NONE] * count
    names = ("seq", "source", "program", "island", "cell", "status", "displaced")
    found: dict[str, list[JSON]] = {name: [] for name in names}
    for seq, source, program, island, cell, status, displaced in rows:
        word = words.place(status)
        if source is None and own[seq - first] == NONE and (program is None or program == seq):
            own[seq - first] = word
        if status == "REJECTED" or program is None:
            continue
        place = cells.setdefault(cell, len(cells))
        values = (seq, NONE if source is None else source, program, island, place, word)
        for name, value in zip(names, (*values, NONE if displaced is None else displaced), strict=True):
            found[name].append(value)
    return own, {**found}


def _read_cell(text: str) -> list[JSON]:
    return [*(each for each in as_list(text)[:_AXES] if isinstance(each, int))]


def _finite(value: float, digits: int) -> float:
    return round(value, digits) if math.isfinite(value) else 0.0
