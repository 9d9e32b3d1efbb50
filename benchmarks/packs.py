"""Packs from papers: what their seeds, the textbook, the paper's own method and an offline search reach, on two splits.

Every baseline is a program, scored by the pack's own judge on the draws that are searched on and on the hold-out, which
is drawn from the secret of the run that found the best; so it needs a run first. Runs are those that `evo run PACK`
makes. What is there already is not made again: runs that were broken off go on, scores are kept beside them. What is to
be scored stands in `packs_baselines/PACK/rows.yaml`.

    python benchmarks/packs.py FOLDER [--only PACK ...] [--seeds 5] [--no-runs] [--page]
"""

import argparse
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from statistics import median

import yaml

ROOT = Path(__file__).parents[1]
BASELINES = Path(__file__).parent / "packs_baselines"
RESULTS = ROOT / "docs" / "results"
KEPT = RESULTS / "packs.json"
MARKS = "<!-- measured -->", "<!-- end -->"
LIMIT_SECONDS = 590
"""By the clock, of one call; a run that takes longer goes on at the next one."""

COSTS = "SELECT sum(cpu_seconds) FROM stages WHERE NOT cached GROUP BY program"

PACKS = {path.parent.name: yaml.safe_load(path.read_text()) for path in sorted(BASELINES.glob("*/rows.yaml"))}
"""Pack -> what is asked for, contract, unit, paper, rows (what it is -> program; in `seeds/`, or a baseline of ours).

And, where they are, `ceiling`, the metric that has it, and `ceiling_is`, what it is; a `bound` that nothing passes; the
name of the hold-out where it is not `test`; `public` for tasks on which others publish scores; `quick`: params that
make one quick judgement.
"""


def direction(pack):
    """Return 1 where less is better, -1 where more is."""
    text = (ROOT / "problems" / pack / "problem.yaml").read_text()
    return -1 if yaml.safe_load(text)["objective"]["direction"] == "maximize" else 1


def evo(*words, check=True):
    """Run the command line and return what it wrote; None where it took too long or failed and that may be."""
    command = [sys.executable, "-m", "evo", *map(str, words)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode and check:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout if not done.returncode else None


class Kept:
    """Scores that were made before, in a file of plain JSON."""

    def __init__(self, path):
        self.path = path
        self.values = json.loads(path.read_text()) if path.is_file() else {}

    def get(self, key, make):
        """Return what is kept under a key, or make it and keep it."""
        if key not in self.values:
            self.values[key] = make()
            self.path.write_text(json.dumps(self.values, indent=1, sort_keys=True))
        return self.values[key]


def searched(folder, pack, seed):
    """Return what came of the run of a pack with a seed; it is made, or goes on. None while it is not at its end."""
    place = folder / f"{pack}-{seed}"
    if place.is_dir():
        if found := finished(place):
            return found
        evo("resume", "--quiet", "--runs-dir", place, check=False)
    else:
        evo("run", pack, "--quiet", "--set", f"seed={seed}", "--runs-dir", place, check=False)
    return finished(place)


def finished(place):
    """Return what came of a run that is there, None if it is not at its end, the last look at the hold-out included."""
    found = json.loads(evo("status", "--json", "--runs-dir", place))
    return found if found["state"] == "finished" and found["holdout"] else None


def found_end(folder, pack, seed, runs):
    """Return what came of a run; without `runs`, only if it is there."""
    if runs:
        return searched(folder, pack, seed)
    return finished(folder / f"{pack}-{seed}") if (folder / f"{pack}-{seed}").is_dir() else None


def costs(folder, ends, pack):
    """Return the CPU seconds of all programs of the runs of a pack: the median program's, and the median run's."""
    found = []
    for end in ends:
        (store,) = (folder / f"{pack}-{end['seed']}").glob(f"{end['run']}/run.db")
        with closing(sqlite3.connect(store)) as opened:
            found.append([seconds for (seconds,) in opened.execute(COSTS)])
    return {
        "evaluation_cpu_seconds": round(median(one for run in found for one in run), 4),
        "run_cpu_seconds": round(median(map(sum, found)), 1),
    }


def scored(address, file, run=None):
    """Return objective and metrics of a program; on a hold-out, as it is drawn from the secret of a run."""
    secret = ["--secret-of", run[0], "--runs-dir", run[1]] if run else []
    found = json.loads(evo("score", address, file, "--json", *secret))
    return {"objective": found["objective"], "metrics": found["metrics"]}


def measured(folder, pack, seeds, runs):
    """Return the rows of a pack, (what, on the search, on the hold-out), and what a program and a run cost.

    The hold-out is that of the run whose best is best on the search, for all rows but the median.
    """
    about, kept, sign = PACKS[pack], Kept(folder / "scores.json"), direction(pack)
    ends = [end for seed in range(seeds) if (end := found_end(folder, pack, seed, runs))]
    best = min(ends, key=lambda end: sign * end["best"]["objective"]) if ends else None
    there = f"{pack}/{about.get('holdout', 'test')}"
    run = (best["run"], folder / f"{pack}-{best['seed']}") if best else None
    rows, ceiling = [], []
    for name, program in about["rows"].items():
        own = ROOT / "problems" / pack / program if "/" in program else BASELINES / pack / program
        found = [kept.get(f"{pack} {program}", lambda own=own: scored(pack, own)), None]
        if run:
            found[1] = kept.get(f"{there} {program} {run[0]}", lambda own=own: scored(there, own, run))
        rows.append((name, *(each and each["objective"] for each in found)))
        if "ceiling" in about:
            ceiling = [each and each["metrics"][about["ceiling"]] for each in found]
    if best:
        both = [[end[key] and end[key]["objective"] for end in ends] for key in ("best", "holdout")]
        ours = (best[key] and best[key]["objective"] for key in ("best", "holdout"))
        rows.append((f"offline, best of {len(ends)}", *ours))
        # A score of 0 is one; None is a hold-out that was not scored.
        medians = (median(one for one in each if one is not None) for each in both)
        rows.append((f"offline, median of {len(ends)}", *medians))
    if ceiling:
        rows.append((f"ceiling: {about['ceiling_is']}", *ceiling))
    if "bound" in about:
        name, value = about["bound"]
        rows.append((name, value, value))
    return {"rows": rows} | (costs(folder, ends, pack) if ends else {})


def shown(value):
    """Return a figure as the tables have it."""
    return "-" if value is None else f"{value:.4f}" if abs(value) < 20 else f"{value:.1f}"


def table(pack, found):
    """Return what was measured of a pack as lines of the page."""
    more = ", more is better" if direction(pack) < 0 else ""
    yield f"### {pack}"
    yield ""
    yield f"| {PACKS[pack]['unit']}{more} | search | hold-out |"
    yield "|---|--:|--:|"
    for name, *values in found["rows"]:
        yield f"| {name} | {' | '.join(map(shown, values))} |"
    yield ""


def line(pack, found):
    """Return what was measured of a pack as a line of the gallery's table, on the search."""
    about = PACKS[pack]
    values = {name.partition(":")[0].partition(",")[0]: value for name, value, _ in reversed(found["rows"])}
    figures = [values.get(key) for key in ("naive", "textbook", "paper", "offline")]
    last = values.get("ceiling", values.get("bound"))
    more = " (more)" if direction(pack) < 0 else ""
    cells = [
        f"[`{pack}`](results/packs.md#{pack})",
        f"{about['asked']}{more}",
        about["contract"],
        *map(shown, [*figures, last, found.get("evaluation_cpu_seconds")]),
        about["paper"],
    ]
    return f"| {' | '.join(cells)} |"


def written(page, lines):
    """Put lines between the marks of a page."""
    before, rest = page.read_text().split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    page.write_text(f"{before}{MARKS[0]}\n\n" + "\n".join(lines) + f"\n{MARKS[1]}{after}")


def write_pages(found):
    """Keep what was measured beside what was before, and write the results' tables and the gallery's anew."""
    kept = json.loads(KEPT.read_text()) | found
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    there = {pack: kept[pack] for pack in PACKS if pack in kept}
    written(RESULTS / "packs.md", [each for pack, one in there.items() for each in table(pack, one)])
    written(ROOT / "docs" / "packs.md", [each for public in (False, True) for each in gallery(there, public)])


def gallery(there, public):
    """Return the table of the packs that are tasks with published scores, or of all others."""
    yield "### Tasks on which others publish scores" if public else "### Drawn from papers"
    yield ""
    yield "| pack | what is asked for | contract | naive | textbook | paper | offline | ceiling | CPU s | source |"
    yield "|---|---|---|--:|--:|--:|--:|--:|--:|---|"
    yield from (line(pack, one) for pack, one in there.items() if PACKS[pack].get("public", False) == public)
    yield ""


def main():
    """Measure what is missing, print the tables, and put them into the pages."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where runs and scores are kept")
    parser.add_argument("--only", nargs="+", choices=PACKS, default=list(PACKS))
    parser.add_argument("--seeds", type=int, default=5, help="runs of each pack")
    parser.add_argument("--no-runs", action="store_true", help="start and continue none; use those that ended")
    parser.add_argument("--page", action="store_true", help="write it into docs/results/packs.md and docs/packs.md")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found = {pack: measured(folder, pack, asked.seeds, not asked.no_runs) for pack in asked.only}
    print("\n".join(each for pack, one in found.items() for each in table(pack, one)))
    if asked.page:
        write_pages(found)


if __name__ == "__main__":
    main()
