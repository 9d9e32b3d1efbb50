"""A small problem on disk, for tests that need a real one: n numbers in [0, 1], the larger their sum the better."""

from pathlib import Path
from textwrap import dedent

from evo.config.problem import Problem, load_problem

YAML = """
name: sums
summary: n numbers in [0, 1] with the largest sum
program: {entry: numbers, imports: [math, numpy]}
objective: {name: total, direction: maximize}
measures: {spread: {low: 0, high: 1}}
seed: 5
limits: {cpu_seconds: 0.5, memory_mb: 128, output_kb: 20, judge_seconds: 0.5}
params: {n: 3}
"""

JUDGE = """
import math
from evo.judging import Invalid, items, number

def evaluate(output, params):
    values = [float(number(value, f"value {i}")) for i, value in enumerate(items(output, "output", count=params["n"]))]
    if any(not 0 <= value <= 1 for value in values):
        raise Invalid("a value lies outside [0, 1]")
    return {
        "objective": math.fsum(values),
        "measures": {"spread": max(values) - min(values)},
        "metrics": {"largest": max(values)},
        "feedback": f"the smallest value is {min(values)}",
    }
"""

SEED = "def numbers(n, seed):\n    return [0.25] * n\n"


def make_problem(folder: Path, *, judge: str = JUDGE, yaml: str = YAML, **files: str) -> Problem:
    """Write the problem and load it; `files` are further ones, with _ for the dot."""
    given = {"problem.yaml": yaml, "evaluate.py": judge, "brief.md": "Large numbers.", "seeds/seed.py": SEED}
    for name, text in {**given, **{name.replace("_", "."): text for name, text in files.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return load_problem(str(folder))
