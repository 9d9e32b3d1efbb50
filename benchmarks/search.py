"""Whether the search earns its keep: MAP-Elites islands against plain searches, and against itself with parts left out.

What is run is declared in search.yaml. Unattended and resumable: a run that is finished is read, one that was stopped
goes on. Writes docs/results/search.md and its figure.

    python benchmarks/search.py [--seeds 2] [--evaluations 30] [--runs DIR] [--write]
"""

import argparse
import asyncio
import json
import resource
import time
from pathlib import Path
from statistics import median

import yaml
from scipy.stats import mannwhitneyu

from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.config.problem import load_problem
from evo.figures.bands import draw_panels
from evo.records import Direction
from evo.stats.curve import area, bests, count_to_target
from evo.stats.panels import Panel
from evo.stats.quartiles import quartiles
from evo.store.reading.view import open_run

ROOT = Path(__file__).parents[1]
PLAN = Path(__file__).with_suffix(".yaml")
RESULTS = ROOT / "docs" / "results"
DEFAULT = "map_elites"
ALPHA, HALF = 0.05, 0.5


def cpu_seconds():
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def earlier(folder):
    """Return the run in the folder of an arm and a seed, None if it has not begun."""
    return next((found.parent for found in sorted(folder.glob("*/run.db"))), None)


async def go(spec, folder):
    """Run to the end, or go on with what was stopped; return the run's folder."""
    there = earlier(folder)
    if there:
        with open_run(there) as view:
            if view.state() == "finished":
                return there
    async with resume(there) if there else start(spec, runs_dir=folder) as search:
        async for _ in search:
            pass
    assert search.run_state == "finished", search.stop_reason
    return search.folder


def said(settings):
    """Return settings as the command line takes them; a mapping leaves nothing of what the pack had in its place."""
    return [f"{key}={json.dumps(value)}" for key, value in settings.items()]


def measure(plan, problem, arm, seed, runs):
    """Return one row: the scores of one run and what it cost."""
    declared = plan["problems"][problem]
    settings = {
        **plan["shared"],
        **declared["settings"],
        **plan["arms"][arm],
        "pipeline": str(PLAN.with_name(plan["pipeline"])),
        "seed": seed,
        "budget": {"evaluations": plan["evaluations"], "tickets": plan["tickets"], "target": declared["stop"]},
    }
    folder = runs / f"{plan['evaluations']}" / problem.replace("/", "_") / arm / f"{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    began, clock = cpu_seconds(), time.monotonic()
    run = asyncio.run(go(load_run(problem, said(settings)), folder))
    spent, log = cpu_seconds() - began, folder / "cpu.json"
    if not log.exists():
        log.write_text(json.dumps({"cpu_seconds": round(spent, 2), "seconds": round(time.monotonic() - clock, 2)}))
    with open_run(run) as view:
        status = view.status()
        candidates = [s.cpu_seconds for c in view.commits() if c.evaluation for s in c.evaluation.stages]
        return {
            "arm": arm,
            "seed": seed,
            "direction": Direction(status["direction"]),
            "scores": view.scores(),
            "tickets": status["committed"],
            "evaluations": status["evaluations"],
            "candidate_ms": 1000 * sum(candidates) / max(status["evaluations"], 1),
            **json.loads(log.read_text()),
        }


def spread(values, digits=6):
    low, middle, high = (f"{value:.{digits}g}" for value in quartiles(values))
    return f"{middle} ({low} .. {high})"


def finals(rows):
    return [[*bests(row["scores"], row["direction"])][-1] for row in rows]


def worth(row, stop):
    """Return what runs are ranked by: the best objective to nine digits; of those at `stop`, who was there first."""
    direction, value = row["direction"], float(f"{finals([row])[0]:.9g}")
    there = count_to_target(row["scores"], stop, direction)
    return (direction.gain(value if there is None else stop, 0.0), 0 if there is None else -there)


def against(rows, others, stop):
    """Return (A12, p): how often a run of `rows` does better than one of `others`, and the exact Mann-Whitney p.

    A12 counts ties half (Vargha and Delaney 2000): 0.5 is no difference, 1 always better.
    """
    ours, theirs = ([worth(row, stop) for row in each] for each in (rows, others))
    ranks = {value: rank for rank, value in enumerate(sorted(set(ours + theirs)))}
    ours, theirs = ([ranks[value] for value in each] for each in (ours, theirs))
    if len(set(ours + theirs)) == 1:
        return HALF, 1.0
    found = mannwhitneyu(ours, theirs, alternative="two-sided")
    return float(found.statistic) / (len(ours) * len(theirs)), float(found.pvalue)


def holm(ps):
    """Return p-values adjusted for their number (Holm 1979), in the order given."""
    order, adjusted, floor = sorted(range(len(ps)), key=ps.__getitem__), [0.0] * len(ps), 0.0
    for rank, index in enumerate(order):
        floor = max(floor, min(1.0, (len(ps) - rank) * ps[index]))
        adjusted[index] = floor
    return adjusted


def table(head, rows):
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]


def reaching(rows, target):
    counts = [count_to_target(row["scores"], target, row["direction"]) for row in rows]
    found = [count for count in counts if count is not None]
    return f"{len(found)}/{len(rows)}" + (f", {median(found):g}" if found else "")


def lasting(row, plan):
    """Return the scores as if a run that ended early had gone on without a better program."""
    return row["scores"] + [None] * (plan["evaluations"] - len(row["scores"]))


def of(rows, problem, arm):
    return [row for row in rows if (row["problem"], row["arm"]) == (problem, arm)]


def problem_section(plan, rows, problem):
    targets = plan["problems"][problem]["targets"]
    lines = [f"## {problem}", ""]
    head = ["arm", "best: median (quartiles)", "area under best so far", *(f"to {target:g}" for target in targets)]
    body = []
    for arm in plan["problems"][problem]["arms"]:
        mine = of(rows, problem, arm)
        areas = [area(lasting(row, plan), row["direction"]) for row in mine]
        body.append([f"`{arm}`", spread(finals(mine), 8), spread(areas), *(reaching(mine, t) for t in targets)])
    return [*lines, *table(head, body), ""]


def statement(plan, rows):
    """Compare the default with every other arm on every problem, and say what that bears out."""
    others = [arm for arm in plan["arms"] if arm != DEFAULT]
    pairs = [(p, arm) for p, each in plan["problems"].items() for arm in each["arms"] if arm != DEFAULT]
    found = {(p, arm): against(of(rows, p, DEFAULT), of(rows, p, arm), plan["problems"][p]["stop"]) for p, arm in pairs}
    adjusted = dict(zip(pairs, holm([found[pair][1] for pair in pairs]), strict=True))
    body = [
        [
            f"`{arm}`",
            *(
                f"{found[p, arm][0]:.2f} (p {adjusted[p, arm]:.2g})" if (p, arm) in found else "-"
                for p in plan["problems"]
            ),
        ]
        for arm in others
    ]
    lines = [
        "## Who wins",
        "",
        f"How often `{DEFAULT}` does better than the arm of the row, over all pairs of runs: it ends with the better",
        "program, or both end at the best known value and it was there first. Ties count half, 0.5 is no difference.",
        "With the two-sided Mann-Whitney p, adjusted by Holm for the whole table.",
        "",
        *table([f"`{DEFAULT}` against", *plan["problems"]], body),
        "",
    ]
    for problem in plan["problems"]:
        clear = [arm for p, arm in pairs if p == problem and adjusted[p, arm] < ALPHA]
        better = [arm for arm in clear if found[problem, arm][0] > HALF]
        worse = [arm for arm in clear if found[problem, arm][0] < HALF]
        ranked = [f"{arm} ({value:.7g})" for value, arm in ranking(plan, rows, problem)]
        lines.append(
            f"- {problem}: by the median, best first: {', '.join(ranked)}. Beyond chance `{DEFAULT}` is better than "
            f"{', '.join(better) or 'none'}, and worse than {', '.join(worse) or 'none'}."
        )
    n = len({row["seed"] for row in rows})
    return [
        *lines,
        "",
        f"With {n} seeds an arm, only large differences stand out: what is not called better here may still be, by a",
        "little, and what is called so holds for these problems, this budget and the offline proposer, no further.",
        "",
    ]


def ranking(plan, rows, problem):
    direction = of(rows, problem, DEFAULT)[0]["direction"]
    found = [(median(finals(of(rows, problem, arm))), arm) for arm in plan["problems"][problem]["arms"]]
    return sorted(found, key=lambda each: each[0], reverse=direction is Direction.MAXIMIZE)


def costs(plan, rows):
    total = sum(row["cpu_seconds"] for row in rows)
    body = [
        [
            problem,
            f"{median([row['cpu_seconds'] for row in mine]):.1f}",
            f"{median([row['candidate_ms'] for row in mine]):.1f}",
            f"{median([row['tickets'] for row in mine]):g}",
        ]
        for problem in plan["problems"]
        if (mine := [row for row in rows if row["problem"] == problem])
    ]
    return [
        "## What it cost",
        "",
        *table(["problem", "CPU s a run", "of it ms a program, in the sandbox", "tickets"], body),
        "",
        f"{len(rows)} runs, {total / 60:.1f} CPU minutes in all, {plan['evaluations']} evaluations each.",
        "",
    ]


def report(plan, rows):
    seeds = len({row["seed"] for row in rows})
    lines = [
        "# What the parts of the search are worth",
        "",
        f"Three cheap problems, the offline proposer, {plan['evaluations']} evaluations a run, seeds 0 to {seeds - 1}.",
        "All arms share operators, proposer and budget; what differs is in `benchmarks/search.yaml`, with the targets,",
        "and was committed before the runs. Repeat with `python benchmarks/search.py --write`; it can be stopped and",
        "goes on where it was.",
        "",
        "![best so far: medians, and bands between the quartiles](search.png)",
        "",
        "Targets: in how many runs, and after how many evaluations in the median of those. Area: the mean of the best",
        "so far over all evaluations, which rewards being early.",
        "",
    ]
    for problem in plan["problems"]:
        lines += problem_section(plan, rows, problem)
    return "\n".join([*lines, *statement(plan, rows), *costs(plan, rows)])


def figure(plan, rows, path):
    panels = []
    for problem, declared in plan["problems"].items():
        kinds = {
            arm: [[*bests(row["scores"], row["direction"])] for row in of(rows, problem, arm)]
            for arm in declared["arms"]
        }
        unit = load_problem(problem).spec.objective.name
        panels.append(Panel(problem=problem, instance="", unit=unit, kinds=kinds, targets=declared["targets"]))
    draw_panels(panels).save(path)


def gathered(plan, runs):
    """Run what is not there yet, seed by seed, so that all arms have the same seeds whenever the time is up."""
    rows = []
    for seed in range(plan["seeds"]):
        spent = sum(row["cpu_seconds"] for row in rows)
        if seed and spent * (seed + 1) / seed > 60 * plan["cpu_minutes"]:
            print(f"seeds {seed} to {plan['seeds'] - 1} would take more than {plan['cpu_minutes']} CPU minutes")
            break
        for problem, declared in plan["problems"].items():
            for arm in declared["arms"]:
                row = measure(plan, problem, arm, seed, runs)
                rows.append(row)
                print(
                    f"{problem} {arm} seed {seed}: best {finals([row])[0]}, {row['evaluations']} evaluations in "
                    f"{row['tickets']} tickets, {row['cpu_seconds']} CPU s, {row['candidate_ms']:.1f} ms a program",
                    flush=True,
                )
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, help="fewer seeds than planned")
    parser.add_argument("--evaluations", type=int, help="fewer evaluations than planned")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "search", help="where runs lie")
    parser.add_argument("--write", action="store_true", help="write docs/results/search.md and search.png")
    options = parser.parse_args()
    plan = yaml.safe_load(PLAN.read_text())
    plan["seeds"] = options.seeds or plan["seeds"]
    if options.evaluations:
        plan["tickets"] = plan["tickets"] * options.evaluations // plan["evaluations"]
        plan["evaluations"] = options.evaluations
    rows = gathered(plan, options.runs)
    text = report(plan, rows)
    if options.write:
        RESULTS.mkdir(parents=True, exist_ok=True)
        (RESULTS / "search.md").write_text(text)
        figure(plan, rows, RESULTS / "search.png")
    else:
        print(text)
        figure(plan, rows, options.runs / "search.png")


if __name__ == "__main__":
    main()
