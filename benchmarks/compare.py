"""Is it slower than it was? Measures what a candidate and a start cost, and puts it beside earlier commits.

    python benchmarks/compare.py            measure, and compare with benchmarks/history.jsonl
    python benchmarks/compare.py --keep     and write the figures down, for the commits to come
    python benchmarks/compare.py --only loop start

Figures are CPU, each divided by that of a fixed piece of pure Python that is measured before and after it, so that
another machine, or a neighbour that makes this one slow, moves both. What is more than a quarter dearer than the median
of the last five entries, and dearer than all of them, is marked, and the exit code is 1. The cost of a judge's call is
not among them: it is four times as much while nothing else keeps the cores awake (`benchmarks/calls.py`).
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
HISTORY = HERE / "history.jsonl"
LAST = 5
MUCH = 1.25
BENCHMARKS = {
    "loop": ["loop.py", "--tickets", "1500", "--json"],
    "start": ["start.py", "--rounds", "3", "--json"],
    "main_path": ["main_path.py", "--calls", "600", "--rounds", "1", "--json"],
}
FIGURES = {
    "loop.cpu_ms_per_candidate": "the driver, a candidate",
    "loop.bytes_per_candidate": "bytes kept of a candidate",
    "start.cpu_seconds": "from the command to the first model call",
    "main_path.median.evo.cpu_ms": "the whole way of a candidate",
    "main_path.ratio.cpu": "the same over that of a bare loop",
}
EXACT = {"loop.bytes_per_candidate", "main_path.ratio.cpu"}
"""Figures that no clock moves, or that are ratios already."""


def yardstick() -> float:
    """Return the CPU milliseconds of a fixed piece of pure Python, the least of three."""
    found = []
    for _ in range(3):
        began = time.process_time()
        state, seen = 1, dict[int, int]()
        for step in range(200_000):
            state = (state * 1103515245 + 12345) % 2147483648
            seen[state & 1023] = step
        found.append(1000 * (time.process_time() - began))
    return min(found)


def figure(data: object, path: str) -> float:
    """Return what lies in nested mappings under dotted names."""
    for name in path.split("."):
        data = data[name]  # type: ignore[index]
    return float(data)  # type: ignore[arg-type]


def measured(names: list[str]) -> dict[str, float]:
    """Run benchmarks.

    Returns:
        Every figure of theirs, in yardsticks where time is measured.

    Raises:
        SystemExit: one failed.
    """
    found = {}
    for name in names:
        print(f"  {name} ...", file=sys.stderr)
        before = yardstick()
        command = [sys.executable, HERE / BENCHMARKS[name][0], *BENCHMARKS[name][1:]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            data = json.loads(done.stdout)
        except ValueError:
            raise SystemExit(f"{name} gave no figures:\n{done.stderr[-2000:]}") from None
        unit = (before + yardstick()) / 2
        for path in (path for path in FIGURES if path.startswith(f"{name}.")):
            value = figure(data, path.removeprefix(f"{name}."))
            found[path] = value if path in EXACT else value / unit
    return found


def history(path: Path) -> list[dict]:
    """Return what was written down, the oldest first."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def verdicts(found: dict[str, float], earlier: list[dict]) -> list[tuple[str, float, float | None, bool]]:
    """Compare.

    Returns:
        Of each figure: its name, its value, its ratio to the median of the last entries that have it (None: none has),
        and whether it is too much.
    """
    rows = []
    for path, value in found.items():
        last = [entry["figures"][path] for entry in earlier if path in entry["figures"]][-LAST:]
        ratio = value / statistics.median(last) if last else None
        rows.append((path, value, ratio, bool(last) and ratio > MUCH and value > max(last)))
    return rows


def entry(found: dict[str, float]) -> dict:
    """Return what is written down of one measurement."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=HERE, capture_output=True, text=True, check=False
    )
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "figures": {path: float(f"{value:.4g}") for path, value in found.items()},
    }


def main() -> None:
    """Measure, compare, and say what is slower."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS))
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--history", type=Path, default=HISTORY, help=argparse.SUPPRESS)
    options = parser.parse_args()
    earlier = history(options.history)
    rows = verdicts(measured(options.only), earlier)
    if options.keep:
        with options.history.open("a") as file:
            file.write(json.dumps(entry({path: value for path, value, *_ in rows})) + "\n")
    for path, value, ratio, much in rows:
        beside = "first of its kind" if ratio is None else f"{ratio:.2f} x"
        print(f"{FIGURES[path]:42} {value:10.4g}  {beside}{'   SLOWER' if much else ''}")
    slower = [FIGURES[path] for path, _, _, much in rows if much]
    raise SystemExit(f"dearer than the last {LAST} entries: {'; '.join(slower)}" if slower else 0)


if __name__ == "__main__":
    main()
