"""What moving numbers alone reaches: much of what is credited to evolution is that.

Each pack gets the same budget of programs three times: as its run.yaml searches; with nothing but the numbers of the
seeds moved by CMA-ES (`tune` with `method: cma`), and with nothing but the numbers of the program that the search ended
with. Resumable, in memory, every program scored once by its real judge.

    python benchmarks/ceiling.py [--budget 60] [--seeds 3] [--only PACK ...] [--cpu-minutes 30] [--write]
"""

import argparse
import asyncio
import json
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.laboratory.campaign import cpu_seconds
from benchmarks.laboratory.ledger import ROOT, Ledger
from benchmarks.laboratory.trial import LookedUp, overrides, searching
from evo.assemble.identity import seeds_of
from evo.assemble.resolve import resolve_files
from evo.config.pack_run import load_run
from evo.config.problem import load_problem
from evo.records import Direction, Program

PAGE = ROOT / "docs" / "results" / "ceiling.md"
PACKS = {
    "distance_ratio/plane_16": {},
    "sums_differences/lemma": {},
    "erdos_overlap/interval": {},
    "rectangle_packing/21": {"params.work": 2},
    "circle_packing/26": {"params.work": 3},
    "heilbronn/square_10": {"params.work": 3},
    "sorting_network/9": {},
    "online_bin_packing/weibull": {},
    "autocorrelation/first": {"params.work": 2},
    "cap_set/8": {},
    "cell_sorting/policy_r2": {},
}
"""Pack -> settings that keep an evaluation cheap; cheapest first."""
TUNING = {"strategy": "hill_climb", "emitters": [{"use": "tune", "method": "cma"}], "islands": {"count": 1}}
ARRAYS = """The numbers of circle_packing/26 can be optimised without any program (`evo baseline`): EGGROLL reaches
2.605 as the best of four seeds, in 160,000 evaluations of a batched score, and CMA-ES 2.479 with one
([eggroll](../eggroll.md)).
"""
ABOUT = """# The ceiling of tuning

Measured {date}: medians of the seeds told, {budget} evaluated programs each, by the offline proposer and the real
judges. `python benchmarks/ceiling.py --write` repeats it; it can be stopped and goes on.

*Evolved*: as the pack's run.yaml searches. *Seeds tuned*: the same budget spent on nothing but the numbers in the
programs that it starts from, by CMA-ES (`tune` with `method: cma`). *Best tuned*: the same budget again, on the numbers
of the program that the search ended with. *Of the gain*: how much of what the search gained over the best seed tuning
the seeds gains as well; where that is near 100 %, a search of programs shows nothing on this pack. `work` is lowered
where an evaluation would be dear, so figures compare within a row alone. Packs that are not told were not measured.

| pack | best seed | seeds tuned | evolved | best tuned | of the gain | seeds | settings |
|---|--:|--:|--:|--:|--:|--:|---|"""


async def searched(pack, settings, book, *, seed, budget, seeds=None):
    """Run in memory and return (best objective of the seeds, best objective, best program)."""
    spec = load_run(
        pack, overrides({**settings, "seed": seed, "budget": {"evaluations": budget, "tickets": 2 * budget}})
    )
    setup = resolve_files(spec)
    first = seeds or seeds_of(setup.declared, setup.problem, None, Path("memory"))
    async with AsyncExitStack() as stack:
        search, library = searching(setup, first, setup.llms, LookedUp(setup, book, stack))
        start = None
        async with search:
            async for commit in search:
                if commit.seq == len(first) - 1:
                    start = search.state.best and search.state.best.objective
    best = search.state.best
    return start, best.objective, library.get(best.program)[0]


def row_of(pack, settings, seed, budget, book):
    """Return the row of a pack and a seed."""
    start, evolved, program = asyncio.run(searched(pack, settings, book, seed=seed, budget=budget))
    _, seeds_tuned, _ = asyncio.run(searched(pack, {**settings, **TUNING}, book, seed=seed, budget=budget))
    one = {"best": Program.of(dict(program.files), language=program.language)}
    _, best_tuned, _ = asyncio.run(searched(pack, {**settings, **TUNING}, book, seed=seed, budget=budget, seeds=one))
    return {"start": start, "evolved": evolved, "seeds tuned": seeds_tuned, "best tuned": best_tuned}


def gathered(options, book):
    """Return pack -> rows by seed, of what there is when the time is up."""
    found = {}
    for seed in range(options.seeds):
        for pack, settings in PACKS.items():
            if options.only and pack.partition("/")[0] not in options.only and pack not in options.only:
                continue
            key = f"ceiling {pack} {seed} {options.budget} {json.dumps(settings)}"
            row = book.trial(key)
            if row is None and cpu_seconds() < 60 * options.cpu_minutes:
                row = row_of(pack, settings, seed, options.budget, book)
                book.add_trial(key, row)
                print(pack, seed, row, f"{cpu_seconds():.0f} CPU s so far", flush=True)
            if row:
                found.setdefault(pack, []).append(row)
    return found


def page(found, options):
    lines = [ABOUT.format(date=datetime.now(UTC).date().isoformat(), budget=options.budget)]
    for pack, rows in found.items():
        start, tuned, evolved, best = (
            median(row[name] for row in rows) for name in ("start", "seeds tuned", "evolved", "best tuned")
        )
        gain = evolved - start
        share = f"{100 * (tuned - start) / gain + 0.0:.0f} %" if gain else "-"
        settings = json.dumps(PACKS[pack]) if PACKS[pack] else "as shipped"
        figures = " | ".join(f"{each:.8g}" for each in (start, tuned, evolved, best))
        lines.append(f"| {pack} | {figures} | {share} | {len(rows)} | {settings} |")
    directions = [pack for pack in found if load_problem(pack).spec.objective.direction is Direction.MINIMIZE]
    lines += ["", f"Less is better in {', '.join(directions)}; in the others more." if directions else "", "", ARRAYS]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--budget", type=int, default=60, help="evaluated programs")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--cpu-minutes", type=float, default=30)
    parser.add_argument("--write", action="store_true", help="write docs/results/ceiling.md with what is finished")
    options = parser.parse_args()
    book = Ledger(ROOT / "runs" / "laboratory" / "ledger.db")
    text = page(gathered(options, book), options)
    book.close()
    print(text)
    if options.write:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
