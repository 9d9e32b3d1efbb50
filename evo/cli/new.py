"""`evo new`: a small problem that works, each file short enough to be changed into something else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from evo.cli.options import RUNS, RunsDir
from evo.errors import ConflictError, UsageError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")

PROBLEM = """\
# What is asked, how it is scored, and within which limits. `evo check problems/NAME` says whether it holds together.
name: NAME
summary: Spread n points in the unit square so that the smallest distance between any two is largest.
source: ""  # who posed it, and where

program:
  entry: spread
  signature: "spread(n: int, seed: int) -> list[list[float]]"
  imports: [math, random, itertools, numpy]

objective:
  name: smallest_distance
  direction: maximize
  unit: side lengths

# Where a program falls in the archive: figures by which good programs may differ. The bounds serve binning alone.
measures:
  border_share: {low: 0.0, high: 1.0, meaning: share of the points that lie on the border}
  evenness: {low: 0.0, high: 1.0, meaning: smallest over largest distance to a nearest neighbour}

# Given to every program, so that its score is its own and not its luck with a seed.
seed: 0

limits: {cpu_seconds: 5, memory_mb: 256, output_kb: 64}

# `evo run NAME/20` picks an instance; without one it is the default.
default_instance: "10"
instances:
  "10": {params: {n: 10}}
  "20": {params: {n: 20}}
"""

RUN = """\
# How the problem is best run: the keys of a config. `evo run NAME` takes them, `--set` stands above them.
extends: base.yaml
budget: {tickets: 200}
archive:
  measures:
    border_share: {cells: 8}
    evenness: {cells: 8}
# What differs for an instance; `best_known` is the record that problem.yaml has of it.
instances:
  "20": {budget: {tickets: 400}}
"""

BRIEF = """\
# Points far apart

Place `n` points in the unit square so that the **smallest distance** between any two of them is as large as possible.

A program is a Python file with a function `spread(n: int, seed: int)` that returns exactly `n` points `[x, y]` with
`0 <= x <= 1` and `0 <= y <= 1`. Take every random number from a generator made from `seed`. Write for any `n >= 2`.

What helps: points on the border cost no distance; rows that are shifted by half a step lie closer than a grid; a good
layout can be improved by moving the closest pair apart.
"""

EVALUATE = '''\
"""Judge: sees what the program returned, never the program. Everything it needs is re-computed here."""

import math

from evo.judging import Invalid, rows


def evaluate(output, params):
    points = [(float(x), float(y)) for x, y in rows(output, params["n"], "x y", "point")]
    for i, (x, y) in enumerate(points):
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise Invalid(f"point {i} = ({x}, {y}) lies outside the unit square")
    nearest = [min(math.dist(a, b) for j, b in enumerate(points) if j != i) for i, a in enumerate(points)]
    if min(nearest) == 0:
        raise Invalid("two points are the same")
    border = sum(x in (0, 1) or y in (0, 1) for x, y in points) / len(points)
    return {
        "objective": min(nearest),
        "measures": {"border_share": border, "evenness": min(nearest) / max(nearest)},
        "feedback": f"{border:.0%} of the points lie on the border",
    }
'''

CASES = """\
# Outputs whose scores can be checked by hand, and outputs that must be refused with the given words.
- name: opposite corners
  params: {n: 2}
  output: [[0, 0], [1, 1]]
  objective: 1.4142135623730951
  source: the diagonal, sqrt(2)

- name: four corners
  params: {n: 4}
  output: [[0, 0], [0, 1], [1, 0], [1, 1]]
  objective: 1.0
  source: the side

- name: outside
  params: {n: 2}
  output: [[0, 0], [1.5, 1]]
  refused: lies outside

- name: one point twice
  params: {n: 2}
  output: [[0.5, 0.5], [0.5, 0.5]]
  refused: two points are the same

- name: too few
  output: [[0, 0]]
  refused: "expected a list of"
"""

PUSH = '''\
"""Random points; each is pushed a little away from its nearest neighbour, a few times."""

import math
import random


def push(point, other, step):
    """Move a point straight away from another, but not out of the square."""
    gap = math.dist(point, other) or 1.0
    for axis in (0, 1):
        point[axis] = min(max(point[axis] + step * (point[axis] - other[axis]) / gap, 0.0), 1.0)


def spread(n, seed):
    """Return n points that keep some distance."""
    rng = random.Random(seed)
    points = [[rng.random(), rng.random()] for _ in range(n)]
    for _ in range(4):
        for point in points:
            others = [other for other in points if other is not point]
            push(point, min(others, key=lambda other: math.dist(point, other)), 0.02)
    return points
'''

SCATTER = '''\
"""Random points, each the one of a few that is farthest from the others."""

import math
import random


def spread(n, seed):
    """Return n points that keep some distance."""
    rng = random.Random(seed)
    points = []
    for _ in range(n):
        trials = [[rng.random(), rng.random()] for _ in range(10)]
        points.append(max(trials, key=lambda trial: min((math.dist(trial, p) for p in points), default=0.0)))
    return points
'''

FILES = {
    "problem.yaml": PROBLEM,
    "run.yaml": RUN,
    "brief.md": BRIEF,
    "evaluate.py": EVALUATE,
    "cases.yaml": CASES,
    "seeds/push.py": PUSH,
    "seeds/scatter.py": SCATTER,
}


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits and _.")],
    *,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Make a small problem in ./problems/NAME that already passes `evo check`, to be changed into yours."""
    from evo.cli.streams import write_lines

    del runs_dir  # every verb takes it
    if not _NAME.fullmatch(name):
        raise UsageError(f"problem name {name!r}: expected at most 64 small letters, digits and _, a letter first")
    folder = Path("problems") / name
    if folder.exists():
        raise ConflictError(f"{folder} exists already and is left as it is; choose another name")
    for path, text in FILES.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("NAME", name), encoding="utf-8")
    write_lines(
        [
            f"{folder}: {', '.join(FILES)}",
            "It works as it stands: points far apart. Change it into your problem, then",
            f"  evo check {folder}   judge the cases, run the seeds",
            f"  evo run {name}   evolve",
        ]
    )
