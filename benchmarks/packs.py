"""Packs from papers: what their seeds, the textbook, the paper's own method and an offline search reach, on two splits.

Every baseline is a program, scored by the pack's own judge on the draws that are searched on and on the hold-out, which
is drawn from the secret of the run that found the best; so it needs a run first. Runs are those that `evo run PACK`
makes. What is there already is not made again: runs that were broken off go on, scores are kept beside them.

    python benchmarks/packs.py FOLDER [--only PACK ...] [--seeds 5] [--no-runs] [--page]
"""

import argparse
import json
import math
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "results" / "packs.md"
BASELINES = Path(__file__).parent / "packs_baselines"
MARKS = "<!-- measured -->", "<!-- end -->"
LIMIT_SECONDS = 590
"""By the clock, of one call; a run that takes longer goes on at the next one."""

# Pack -> unit, rows (what it is -> program; in `seeds/`, or a baseline of ours), and, where they are, the metric that
# is the ceiling, a bound that nothing passes, and the name of the hold-out where it is not `test`.
PACKS = {
    "expert_cache": {
        "unit": "misses of all uses",
        "rows": {
            "naive: by lot": "seeds/random_order.py",
            "textbook: least recently used": "seeds/least_recent.py",
            "a running mean of uses": "mean_of_uses.py",
            "a running mean of the gates' roots": "mean_of_gates.py",
        },
        "ceiling": "best_possible",
    },
    "ann_graph": {
        "unit": "distances per query",
        "rows": {
            "naive: nearest neighbours": "seeds/nearest.py",
            "textbook: nearest and random links": "seeds/random_links.py",
            "one by one, to the nearest": "seeds/one_by_one.py",
            "paper: one by one, diverse neighbours": "hnsw.py",
        },
    },
    "prune_layer": {
        "unit": "error of the output",
        "rows": {
            "naive: magnitude by row": "seeds/magnitude.py",
            "Wanda by row": "seeds/wanda.py",
            "textbook: Wanda, one threshold": "wanda_global.py",
            "paper: magnitude, one threshold": "seeds/magnitude_global.py",
        },
    },
    "kmedoids_budget": {
        "unit": "gap to full knowledge",
        "rows": {
            "naive: by lot": "seeds/random_medoids.py",
            "textbook: k-means++": "seeds/plus_plus.py",
            "alternation": "seeds/alternate.py",
            "paper: one sample, eager swaps": "clara.py",
        },
    },
    "few_step_flow": {
        "unit": "error of the spread",
        "rows": {
            "naive: Euler": "seeds/euler.py",
            "textbook: midpoint": "seeds/midpoint.py",
            "Adams and Bashforth": "adams.py",
            "paper: optimal times, Euler": "bellman_euler.py",
        },
    },
    "arena_match": {
        "unit": "pairs in the wrong order",
        "rows": {
            "naive: Elo in pairs": "seeds/elo_pairs.py",
            "Elo in fours": "seeds/elo_groups.py",
            "textbook: Gaussian beliefs, by lot": "beliefs.py",
            "paper: beliefs and matching": "k_sort.py",
        },
    },
    "sinkhorn_passes": {
        "unit": "passes",
        "rows": {
            "naive: Sinkhorn": "seeds/sinkhorn.py",
            "cooled down": "seeds/eps_scaled.py",
            "textbook: over-relaxation": "seeds/over_relaxed.py",
            "paper: sweeps, then sparse Newton": "sparse_newton.py",
        },
    },
    "polygon_treemap": {
        "unit": "worst squared diameter over area",
        "holdout": "worst_test",
        "rows": {
            "naive: slices": "seeds/slices.py",
            "textbook: squarified": "seeds/squarified.py",
            "paper: cuts in sixteen directions": "polygons.py",
        },
        "bound": ("bound: a disc", 4 / math.pi),
    },
}


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
        found = json.loads(evo("status", "--json", "--runs-dir", place))
        if found["state"] == "finished":
            return found
        evo("resume", "--quiet", "--runs-dir", place, check=False)
    else:
        evo("run", pack, "--quiet", "--set", f"seed={seed}", "--runs-dir", place, check=False)
    found = json.loads(evo("status", "--json", "--runs-dir", place))
    return found if found["state"] == "finished" else None


def scored(address, file, run=None):
    """Return objective and metrics of a program; on a hold-out, as it is drawn from the secret of a run."""
    secret = ["--secret-of", run[0], "--runs-dir", run[1]] if run else []
    found = json.loads(evo("score", address, file, "--json", *secret))
    return {"objective": found["objective"], "metrics": found["metrics"]}


def measured(folder, pack, seeds, runs):
    """Return the rows of a pack: (what, on the search, on the hold-out).

    The hold-out is that of the run whose best is best on the search, for all rows but the median.
    """
    about, kept = PACKS[pack], Kept(folder / "scores.json")
    ends = [end for seed in range(seeds) if (end := found_end(folder, pack, seed, runs))]
    best = min(ends, key=lambda end: end["best"]["objective"]) if ends else None
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
        rows.append(
            (f"offline, best of {len(ends)}", *(best[key] and best[key]["objective"] for key in ("best", "holdout")))
        )
        rows.append((f"offline, median of {len(ends)}", *(median(filter(None, each)) for each in both)))
    if ceiling:
        rows.append(("ceiling: the future known", *ceiling))
    if "bound" in about:
        name, value = about["bound"]
        rows.append((name, value, value))
    return rows


def found_end(folder, pack, seed, runs):
    """Return what came of a run; without `runs`, only if it is there."""
    if runs or (folder / f"{pack}-{seed}").is_dir():
        return searched(folder, pack, seed) if runs else finished(folder / f"{pack}-{seed}")
    return None


def finished(place):
    """Return what came of a run that is there, None if it is not at its end."""
    found = json.loads(evo("status", "--json", "--runs-dir", place))
    return found if found["state"] == "finished" else None


def table(pack, rows):
    """Return the rows as lines of the page."""
    yield f"### {pack}"
    yield ""
    yield f"| {PACKS[pack]['unit']} | search | hold-out |"
    yield "|---|---|---|"
    for name, *values in rows:
        shown = [
            "not measured" if value is None else f"{value:.4f}" if value < 20 else f"{value:.1f}" for value in values
        ]
        yield f"| {name} | {' | '.join(shown)} |"
    yield ""


def main():
    """Measure what is missing, print the tables, and put them into the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where runs and scores are kept")
    parser.add_argument("--only", nargs="+", choices=PACKS, default=list(PACKS))
    parser.add_argument("--seeds", type=int, default=5, help="runs of each pack")
    parser.add_argument("--no-runs", action="store_true", help="start and continue none; use those that ended")
    parser.add_argument("--page", action="store_true", help="write the tables into docs/results/packs.md")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        line for pack in asked.only for line in table(pack, measured(folder, pack, asked.seeds, not asked.no_runs))
    ]
    print("\n".join(lines))
    if asked.page:
        before, rest = PAGE.read_text().split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        PAGE.write_text(f"{before}{MARKS[0]}\n\n" + "\n".join(lines) + f"{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
