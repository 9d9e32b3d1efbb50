"""What the offline search reaches on circle packing, seed by seed: the tables of docs/results/circles.md.

Each seed is a run of its own in a process of its own, as the pack says, with nothing changed but the seed, so its
CPU seconds are those of its whole process tree: the search, the judges and every program. Unattended and resumable: a
finished seed is read from runs/results/circles, one that was stopped begins anew.

    python benchmarks/circles.py [--seeds 10] [--first 100] [--n 26 32] [--workers 2] [--write]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from evo.store.reading.view import open_run

ROOT = Path(__file__).parents[1]
RUNS = ROOT / "runs" / "results" / "circles"
PAGE = ROOT / "docs" / "results" / "circles.md"
WANTED = {26: (2.63598308491, 360), 32: (2.9395, 600)}
BEST_KNOWN = {26: 2.635983084917608, 32: 2.939572771206324}


def earlier(n, seed):
    path = RUNS / f"{n}-{seed}.json"
    return json.loads(path.read_text()) if path.exists() else None


def go(n, seed, workers):
    """Run one seed, count its CPU seconds, and keep its row."""
    folder = RUNS / f"{n}-{seed}"
    if folder.exists():
        folder = RUNS / f"{n}-{seed}-{os.getpid()}"
    before, start = spent(), time.monotonic()
    command = [sys.executable, "-m", "evo", "run", f"circle_packing/{n}", "--quiet", "--runs-dir", str(folder)]
    sets = ["--set", f"seed={seed}", "--set", f"executor.workers={workers}"]
    subprocess.run([*command, *sets], cwd=ROOT, check=True)
    wall, cpu = time.monotonic() - start, spent() - before
    row = {"seed": seed, **told(next(folder.glob("*/run.yaml")).parent), "CPU s": round(cpu), "wall s": round(wall)}
    RUNS.mkdir(parents=True, exist_ok=True)
    (RUNS / f"{n}-{seed}.json").write_text(json.dumps(row))
    return row


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def told(folder):
    """Tell what a run reached, and by how many rungs: the line of first parents from a seed to the best program."""
    with open_run(folder) as view:
        status = view.status()
        steps, program = [], status["best"]["program"]
        while program:
            steps.append(view.commit_of(program))
            program = steps[-1].proposal.parents[0] if steps[-1].proposal.parents else None
        summaries = [step.proposal.summary for step in steps]
        ideas = {part.strip() for text in summaries for part in text.split(";") if part.strip().startswith("idea:")}
        return {
            "best": status["best"]["objective"],
            "at ticket": status["best"]["ticket"],
            "tickets": status["committed"],
            "evaluations": status["evaluations"],
            "steps": len(steps) - 1,
            "ideas in the line": len(ideas),
        }


def section(n, rows):
    floor, limit = WANTED[n]
    reached = [row for row in rows if row["best"] >= floor and row["CPU s"] <= limit]
    cpu, best = (statistics.median(row[key] for row in rows) for key in ("CPU s", "best"))
    head = ["seed", "best", "at ticket", "tickets", "evaluations", "CPU s", "wall s", "steps", "ideas in the line"]
    lines = ["| " + " | ".join(head) + " |", "|" + "--:|" * len(head)]
    lines += ["| " + " | ".join(str(row[key]) for key in head) + " |" for row in rows]
    return [
        f"## {n} circles",
        "",
        f"Measured {datetime.now(UTC).date().isoformat()}, with seeds that nothing was tuned on.",
        f"`evo run circle_packing/{n}`. Best known value: {BEST_KNOWN[n]} (strict, exact).",
        f"**{len(reached)} of {len(rows)}** seeds reach {floor} within {limit} CPU seconds.",
        "",
        *lines,
        "",
        f"Median: {cpu:.0f} CPU seconds, best {best}.",
        "",
    ]


def earlier_sections():
    """Return number of circles -> its section as the page has it; kept where nothing was measured anew."""
    parts = PAGE.read_text().split("\n## ")[1:] if PAGE.exists() else []
    return {int(part.partition(" ")[0]): [*f"## {part}".rstrip("\n").split("\n"), ""] for part in parts}


def page(tables):
    sections = {**earlier_sections(), **{n: section(n, rows) for n, rows in tables.items()}}
    return "\n".join(
        [
            "# Circle packing, offline",
            "",
            "As the pack says, nothing changed but the seed; no model is asked. The programs to start from score",
            "0.98 to 2.17 (26 circles), and no single idea on any of them reaches 2.55. CPU seconds are those of the",
            "whole process tree; wall seconds those of a busy machine. *Steps* counts the line of first parents from a",
            "seed to the best program, *ideas in the line* the different ideas on it; what came by crossover from a",
            "second parent is not counted. Repeat with `make results`.",
            "",
            *(line for n in sorted(sections) for line in sections[n]),
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=100, help="the first seed; nothing was tuned on those from 100 on")
    parser.add_argument("--n", type=int, nargs="+", default=[26, 32])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write docs/results/circles.md with what is finished")
    options = parser.parse_args()
    for n in options.n:
        for seed in range(options.first, options.first + options.seeds):
            row = earlier(n, seed) or go(n, seed, options.workers)
            print(n, row, flush=True)
    tables = {n: [row for seed in range(1000) if (row := earlier(n, seed))] for n in WANTED}
    text = page({n: rows for n, rows in tables.items() if rows})
    print(text)
    if options.write:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
