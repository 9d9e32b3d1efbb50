"""What the offline search reaches on the exact packs, and what its parts are worth: docs/results/geometry.md.

What is run is declared in geometry.yaml, cheapest first. Each seed is a run of its own in a process of its own, so its
CPU seconds are those of its whole process tree: the search, the judges and every program. Unattended and resumable: a
finished run is read from runs/results/geometry, one that was stopped begins anew. No run begins once `--cpu-minutes`
are spent in all.

    python benchmarks/geometry.py [--seeds 5] [--only NAME ...] [--ablation-seeds 10] [--cpu-minutes 60] [--write]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path
from statistics import median

import yaml

from evo.config.problem import load_problem
from evo.records import Direction
from evo.stats.curve import count_to_target
from evo.store.reading.view import open_run

ROOT = Path(__file__).parents[1]
RUNS = ROOT / "runs" / "results" / "geometry"
PAGE = ROOT / "docs" / "results" / "geometry.md"
PLAN = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())


CHECKS = {
    "searched": "the literature searched on {}",
    "polished": "the listed value polished: {}",
    "recomputed": "computed again: {}",
}
"""What "better than listed" needs; see `beyond` in geometry.yaml."""


def jobs(seeds, ablation_seeds):
    """Yield (name, seed, problem, settings) of everything that is wanted, in order."""
    for name, said in PLAN["problems"].items():
        target = {"budget.target": said["target"]} if "target" in said else {}
        for seed in range(seeds):
            yield name, seed, name, target
    plan = PLAN["ablation"]
    for seed in range(ablation_seeds):
        for arm, settings in plan["arms"].items():
            yield f"ablation/{arm}", seed, plan["problem"], {**plan["settings"], **settings}


def place(name):
    return RUNS / name.replace("/", "_").replace(" ", "_")


def rows_of(name):
    """Return the rows of all seeds that are finished, by seed."""
    rows = [json.loads(path.read_text()) for path in place(name).glob("*.json")]
    return sorted(rows, key=lambda row: row["seed"])


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def go(name, seed, problem, settings):
    """Run one seed to its end and keep its row and its best program."""
    folder, before = place(name) / f"{seed}-{os.getpid()}", spent()
    command = [sys.executable, "-m", "evo", "run", problem, "--quiet", "--runs-dir", str(folder)]
    for key, value in {**settings, "seed": seed, "executor.workers": 1}.items():
        command += ["--set", f"{key}={json.dumps(value)}"]
    subprocess.run(command, cwd=ROOT, check=True)
    with open_run(next(folder.glob("*/run.yaml")).parent) as view:
        status, scores = view.status(), view.scores()
        program = view.program(status["best"]["program"])
    row = {
        "seed": seed,
        "best": status["best"]["objective"],
        "scores": scores,
        "tickets": status["committed"],
        "evaluations": status["evaluations"],
        "cpu": round(spent() - before, 1),
    }
    path = place(name) / f"{seed}.py"
    path.write_text(next(iter(program.files.values())))
    path.with_suffix(".json").write_text(json.dumps(row))
    return row


def score(instance, path):
    """Return what a program is worth on an instance; kept for the next time."""
    code = blake2b(path.read_bytes(), digest_size=8).hexdigest()
    kept = RUNS / "scores" / f"{instance.replace('/', '_')}_{code}.json"
    if not kept.exists():
        command = [sys.executable, "-m", "evo", "score", instance, str(path), "--json"]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(json.loads(done.stdout)["objective"]))
    return json.loads(kept.read_text())


def table(head, rows):
    return [
        "| " + " | ".join(head) + " |",
        "|---|" + "--:|" * (len(head) - 1),
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def number(value):
    return f"{value:.12g}" if value is not None else "invalid"


def known_of(problem):
    return number(problem.best_known.value) if problem.best_known else "-"


def reaching():
    """Return the lines of the first table: one row for each problem."""
    lines = []
    for name, said in PLAN["problems"].items():
        rows = rows_of(name)
        if not rows:
            continue
        problem = load_problem(name)
        direction = problem.spec.objective.direction
        bests = sorted((row["best"] for row in rows), reverse=direction is Direction.MAXIMIZE)
        lines.append([
            name,
            number(bests[0]),
            number(median(bests)),
            known_of(problem),
            said.get("wanted", "-"),
            f"{sum(not direction.better(said['floor'], best) for best in bests)}" if "floor" in said else "-",
            f"{len(rows)}",
            f"{median(row['evaluations'] for row in rows):.0f}",
            f"{median(row['cpu'] for row in rows):.0f}",
        ])  # fmt: skip
    head = ["problem", "best", "median", "best known", "wanted", "seeds there", "seeds", "evaluations", "CPU s"]
    return table(head, lines)


def beyond():
    """Return a line on every problem whose best program beats the value that is listed as the best known."""
    lines = []
    for name in PLAN["problems"]:
        problem, bests = load_problem(name), [row["best"] for row in rows_of(name)]
        direction, known = problem.spec.objective.direction, problem.best_known
        best = (max if direction is Direction.MAXIMIZE else min)(bests, default=None)
        # Listed values are rounded.
        if best is not None and known and direction.gain(best, known.value) > 1e-9 * abs(known.value):
            lines.append(
                f"- {name}: {number(best)} is better than what is listed, {number(known.value)} ({known.source}), by "
                f"the same exact judge.\n  {claim(PLAN['beyond'].get(name, {}))}"
            )
    lines += [f"- {name}: {said}" for name, said in PLAN["known"].items()]
    return ["", *lines] if lines else []


def claim(checked):
    """Say what was checked of a value that is better than what is listed, or what is missing to claim anything."""
    missing = [name for name in CHECKS if not checked.get(name)]
    if missing:
        return f"No claim is made: it was not {', nor '.join(missing)}."
    return "; ".join(said.format(checked[name]) for name, said in CHECKS.items()).capitalize() + "."


def held_out():
    """Return the lines on best programs, on instances that the search never saw, beside the best of the seeds."""
    lines = []
    for name, said in PLAN["problems"].items():
        rows = rows_of(name)
        for instance in said.get("holdout", []) if rows else []:
            problem = load_problem(instance)
            direction = problem.spec.objective.direction
            pick = max if direction is Direction.MAXIMIZE else min
            best = place(name) / f"{pick(rows, key=lambda row: row['best'])['seed']}.py"
            seeds = sorted((ROOT / "problems" / name.partition("/")[0] / "seeds").glob("*.py"))
            plain = pick((score(instance, seed), seed.stem) for seed in seeds)
            lines.append(
                [name, instance, number(score(instance, best)), f"{number(plain[0])} ({plain[1]})", known_of(problem)]
            )
    return table(["evolved on", "held out", "best program", "best of the seeds", "best known"], lines) if lines else []


def ablation():
    """Return the lines of the ablation: the same problem, budget and seeds, a part of the search left out."""
    plan, lines = PLAN["ablation"], []
    budget = plan["settings"]["budget"]
    direction = load_problem(plan["problem"]).spec.objective.direction
    for arm in plan["arms"]:
        rows = rows_of(f"ablation/{arm}")
        if rows:
            at = [count_to_target(row["scores"], budget["target"], direction) for row in rows]
            there = [count for count in at if count is not None]
            bests = [row["best"] for row in rows]
            lines.append([
                arm,
                f"{len(there)} of {len(rows)}",
                f"{median(there):.0f}" if there else "-",
                number(median(bests)),
                number(min(bests)),
                f"{median(row['cpu'] for row in rows):.0f}",
            ])  # fmt: skip
    return (
        table(["search", "seeds there", "evaluations to it", "median best", "worst best", "CPU s"], lines)
        if lines
        else []
    )


def total():
    """Return the CPU seconds of everything that is finished."""
    names = [*PLAN["problems"], *(f"ablation/{arm}" for arm in PLAN["ablation"]["arms"])]
    return sum(row["cpu"] for name in names for row in rows_of(name))


def page():
    plan = PLAN["ablation"]["settings"]
    return "\n".join(
        [
            "# Exact packs, offline",
            "",
            "The packs as their run.yaml says, nothing changed but the seed.",
            "No model is asked. *Wanted* is the aim that was set beforehand, *seeds there* how many runs reach it,",
            "*seeds* how many ran. Evaluations and CPU seconds are those of the median run, its whole process tree",
            "counted; a run ends by tickets or at its target. `python benchmarks/geometry.py --write` (part of",
            "`make results`) repeats it, and `benchmarks/geometry.yaml` declares what is run.",
            f"What follows took {total() / 60:.0f} CPU minutes in all.",
            "",
            PLAN["ideas"],
            *reaching(),
            *beyond(),
            "",
            "## Held out",
            "",
            "The best program of each problem on instances that its search never saw: what is evolved is a method, and",
            "coordinates that somebody knew would be worth nothing.",
            "",
            *held_out(),
            "",
            "## What the parts are worth",
            "",
            f"`{plan['problem']}` with {plan['params']['work']} polishes a program, so that an evaluation is cheap,",
            f"and at most {plan['budget']['evaluations']} evaluations; a run ends early at the best known value",
            "to 1e-9. *Best of n* has the same proposer, but every program is made of a seed.",
            "",
            *ablation(),
            "",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--ablation-seeds", type=int, default=10)
    parser.add_argument("--only", nargs="+", default=[], help="names of problems or packs, or ablation")
    parser.add_argument("--cpu-minutes", type=float, default=60, help="no run begins once so much is spent in all")
    parser.add_argument("--write", action="store_true", help="write docs/results/geometry.md with what is finished")
    options = parser.parse_args()
    known = {part for name in PLAN["problems"] for part in (name, name.partition("/")[0])}
    if unknown := set(options.only) - {*known, "ablation"}:
        parser.error(f"--only {', '.join(sorted(unknown))}: expected problems or packs of geometry.yaml, or ablation")
    wanted = [*jobs(options.seeds, options.ablation_seeds)]
    for name, seed, *how in wanted:
        there = {row["seed"] for row in rows_of(name)}
        chosen = not options.only or name in options.only or name.partition("/")[0] in options.only
        if chosen and seed not in there and total() < 60 * options.cpu_minutes:
            row = go(name, seed, *how)
            print(name, {key: row[key] for key in ("seed", "best", "evaluations", "cpu")}, flush=True)
    text = page()
    print(text)
    if options.write:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
