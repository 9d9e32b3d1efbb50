"""What the offline search reaches on the sorting packs, best of five seeds: the tables of docs/results/sorting.md.

Unattended and resumable: a seed whose run is finished under runs/results is read, one that was stopped goes on. The
best program of each seed is scored once more on instances that the search never saw. Every pack has a section of its
own in the document; those that are not asked for stay as they are.

    python benchmarks/sorting.py [SECTION ...] [--seeds 5] [--write]
"""

import argparse
import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from evo.assemble.evaluator import evaluating
from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.config.problem import load_problem
from evo.config.run import from_yaml
from evo.records import Direction
from evo.store.reading.view import open_run

ROOT = Path(__file__).parents[1]
RUNS = ROOT / "runs" / "results"
DOCUMENT = ROOT / "docs" / "results" / "sorting.md"
TITLE = (
    "# The sorting packs, offline\n\nDefault budgets, nothing but the seed changed. `python benchmarks/sorting.py`.\n"
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One section of the document.

    Attributes:
        name: of the section, and of the problem as for `evo run`.
        hidden: problems that the best program of each seed is scored on afterwards.
        said: what it starts from and what is aimed at.
    """

    name: str
    hidden: tuple
    said: str


PLANS = (
    Plan(
        name="cell_sorting/policy_r2",
        hidden=("cell_sorting/policy_r2_valid", "cell_sorting/policy_r2_test"),
        said=(
            "From `bubble` (train 0.799, test 0.704). Aim: 0.96 on train and 0.93 on test. Two hand-written policies "
            "that\nthe search never sees have 0.964 and 0.948, 0.973 and 0.945."
        ),
    ),
    Plan(
        name="cell_sorting/open_r2",
        hidden=("cell_sorting/open_r2_test",),
        said="From all seeds; `bubble_greedy` is the best of them, 0.668 and 0.661. No aim is set.",
    ),
    *(
        Plan(
            name=f"sorting_network/{wires}",
            hidden=(),
            said=f"Best known size over size; {record} comparators are the best known. Aim: {aim}, {record / aim:.4f}.",
        )
        for wires, record, aim in ((9, 25, 25), (10, 29, 31), (11, 35, 36), (13, 45, 48))
    ),
    Plan(
        name="generator_sorting/lrx",
        hidden=("generator_sorting/lrx_valid", "generator_sorting/lrx_test"),
        said="Mean length over n (n - 1) / 2; less is better. Aim: a fifth less than the best seed on the test split.",
    ),
)


def earlier(plan, seed):
    """Return the folder of an earlier run of the plan with this seed."""
    wanted = load_run(plan.name, [f"seed={seed}"])
    for folder in sorted(RUNS.glob("*/run.yaml")):
        spec = from_yaml(folder.read_text(), str(folder))
        if (spec.problem, spec.seed, spec.budget) == (wanted.problem, seed, wanted.budget):
            return folder.parent
    return None


async def go(plan, seed):
    folder = earlier(plan, seed)
    living = resume(folder) if folder else start(load_run(plan.name, [f"seed={seed}"]), runs_dir=RUNS)
    async with living as search:
        async for commit in search:
            if commit.ticket % 50 == 0:
                best = search.state.best.objective if search.state.best else None
                print(f"{plan.name} seed {seed}: ticket {commit.ticket}, best {best}", flush=True)
    return search.folder


async def scored(address, program):
    async with evaluating(load_problem(address)) as evaluator:
        return (await evaluator.evaluate(program)).objective


def row(plan, seed):
    folder = asyncio.run(go(plan, seed))
    with open_run(folder) as view:
        status = view.status()
        program = view.program(status["best"]["program"])
        cpu = sum(s.cpu_seconds for c in view.commits() if c.evaluation for s in c.evaluation.stages)
    hidden = {address: asyncio.run(scored(address, program)) for address in plan.hidden}
    return {
        "seed": seed,
        "best": status["best"]["objective"],
        **{address.rpartition("/")[2]: value for address, value in hidden.items()},
        "at ticket": status["best"]["ticket"],
        "tickets": status["committed"],
        "evaluations": status["evaluations"],
        "candidates' CPU s": round(cpu),
        "seconds": round(status["seconds"]),
    }


def plain(plan, direction):
    """Return the best that a seed has on each hidden instance, by name."""
    found = {}
    for address in plan.hidden:
        scores = [asyncio.run(scored(address, program)) for _, program in load_problem(address).seeds]
        found[address.rpartition("/")[2]] = best_of([score for score in scores if score is not None], direction)
    return found


def best_of(values, direction, key=lambda value: value):
    best = None
    for each in values:
        if key(each) is not None and (best is None or direction.better(key(each), key(best))):
            best = each
    return best


def section(plan, seeds):
    rows = [row(plan, seed) for seed in range(seeds)]
    table = ["| " + " | ".join(rows[0]) + " |", "|" + "--:|" * len(rows[0])]
    table += ["| " + " | ".join(shown(value) for value in each.values()) + " |" for each in rows]
    direction = Direction(load_problem(plan.name).spec.objective.direction)
    names = [address.rpartition("/")[2] for address in plan.hidden]
    # What was trained on may be learnt by heart, so the first hidden instance chooses, and the last one judges.
    chooser = names[0] if len(names) > 1 else "best"
    best = best_of(rows, direction, lambda each: each[chooser])
    hidden = "".join(f", {shown(best[name])} on {name}" for name in names)
    by = f" by {chooser}" if chooser != "best" else ""
    text = f"Best of {seeds}{by}: {shown(best['best'])} (seed {best['seed']}){hidden}."
    if seed_scores := plain(plan, direction):
        text += (
            " Best of the seeds: " + ", ".join(f"{shown(value)} on {name}" for name, value in seed_scores.items()) + "."
        )
    return "\n".join([f"## {plan.name}", "", plan.said, "", *table, "", text, ""])


def shown(value):
    if value is None:
        return "fails"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def written(sections):
    """Return the document with these sections in place of their earlier forms; all others stay."""
    before = DOCUMENT.read_text() if DOCUMENT.exists() else TITLE
    head, *parts = re.split(r"^(?=## )", before, flags=re.MULTILINE)
    kept = {part.split("\n", 1)[0].removeprefix("## "): part.rstrip("\n") + "\n" for part in parts}
    return "\n".join([head.rstrip("\n") + "\n", *(kept | sections).values()])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packs", nargs="*", metavar="SECTION", help="those to renew; all by default")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write docs/results/sorting.md")
    options = parser.parse_args()
    chosen = [plan for plan in PLANS if not options.packs or plan.name in options.packs]
    sections = {plan.name: section(plan, options.seeds) for plan in chosen}
    print("\n".join(sections.values()))
    if options.write:
        DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
        DOCUMENT.write_text(written(sections))


if __name__ == "__main__":
    main()
