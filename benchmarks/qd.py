"""What the archive and the selectors cost, and whether that stays flat.

A grid of 100 x 100 cells is filled, then offered more programs; every selector picks one parent between credits, as a
run does. Medians of microseconds of CPU time over batches.

    python benchmarks/qd.py [--json]
"""

import argparse
import itertools
import json
import statistics
import time
from random import Random

from evo.config.sections import NoveltySpec
from evo.propose.novelty import NoveltyIndex
from evo.qd.archive import Archive
from evo.qd.cvt import CvtSpace
from evo.qd.replacements import ByPareto
from evo.qd.selectors import Curiosity, ParetoTournament, RankPower, Sigmoid, Softmax, Tournament, Uniform
from evo.qd.spaces import Axis, GridSpace
from evo.records import Direction, Outcome, Program, Proposal, Traits

BATCH = 250
AXES = tuple(Axis(name=name, low=0.0, high=1.0, cells=100) for name in "xy")
SELECTORS = (
    Uniform(),
    Tournament(),
    ParetoTournament(),
    RankPower(),
    Softmax(),
    Softmax(temperature=0.02),
    Sigmoid(),
    Curiosity(),
)
ADD_LIMIT, SELECT_LIMIT = 20.0, 50.0


def cost(action, repeats):
    """Return the median over batches of microseconds per call."""
    found = []
    for _ in range(max(repeats // BATCH, 1)):
        started = time.process_time()
        for _ in range(BATCH):
            action()
        found.append((time.process_time() - started) / BATCH * 1e6)
    return round(statistics.median(found), 2)


def filled(elites, *, kept=True, **options):
    """Return an archive with one elite in each of the first cells, its objective drawn from a bell curve."""
    archive, rng = Archive(GridSpace(AXES), Direction.MAXIMIZE, **options), Random(0)
    for i in range(elites):
        measures = {"x": (i % 100 + 0.5) / 100, "y": (i // 100 + 0.5) / 100}
        archive.add(archive.elite(f"seed{i}", rng.gauss(0, 1), measures))
    if kept:
        archive.ranking()
        archive.curiosity()
    return archive


def adding(archive, programs):
    """Return what offering a program costs: with and without ranking and curiosity to keep up to date."""
    rng, number, span = Random(1), itertools.count(), len(archive) / 10000

    def add():
        objective = next(number) / programs + rng.gauss(0, 1)
        archive.offer(archive.elite(f"p{objective}", objective, {"x": rng.random(), "y": rng.random() * span}))

    return cost(add, programs)


def selecting(archive, selector):
    rng = Random(2)

    def pick():
        parent = selector.select(archive, 1, rng)[0]
        archive.credit(parent.program, won=rng.random() < 0.1)

    return cost(pick, 5000)


def comparing():
    """Return what novelty costs a commit, but for parsing and embedding: 16 ancestors of 20 changed lines each."""
    seen, number, last = NoveltyIndex(NoveltySpec(readded=0.9)), itertools.count(), None

    def step():
        nonlocal last
        program = Program.of(f"x = {next(number)}")
        lines = tuple(str(i) for i in range(20))
        proposal = Proposal(
            ticket=0,
            island=0,
            operator="diff",
            outcome=Outcome.PROPOSED,
            parents=(last or program.id,),
            program=program,
            traits=Traits(form=program.id, added=(*lines[:10], "new"), removed=lines),
        )
        if seen.find(proposal) is None:
            seen.observe(proposal)
        last = program.id

    return cost(step, 5000)


def named(selector):
    return f"{type(selector).__name__} {getattr(selector, 'temperature', '')}".rstrip()


def measure():
    found = {}
    for elites in (100, 1000, 10000):
        found[f"add, {elites} elites"] = adding(filled(elites, kept=False), 10000)
        found[f"add, {elites} elites, all kept up to date"] = adding(filled(elites), 10000)
        fronts = filled(elites, kept=False, per_cell=4, aims={"y": Direction.MINIMIZE}, rule=ByPareto())
        found[f"add to a front of up to 4, {elites} cells"] = adding(fronts, 10000)
        for selector in SELECTORS:
            found[f"select {named(selector)}, {elites} elites"] = selecting(filled(elites), selector)
    archive = filled(10000)
    found["add, 10000 elites, after 100000 programs"] = [adding(archive, 50000), adding(archive, 50000)][-1]
    for selector in SELECTORS:
        found[f"select {named(selector)}, after 100000 programs"] = selecting(archive, selector)
    found["novelty: look-up of a form and a step back"] = comparing()
    space, rng = CvtSpace(AXES, 1000, seed=0), Random(3)
    found["cell of a CVT, 1000 cells"] = cost(lambda: space.cell_of({"x": rng.random(), "y": rng.random()}), 5000)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure()
    print(json.dumps(found) if options.json else "\n".join(f"{key:52} {value:8.2f} us" for key, value in found.items()))
    over = [k for k, us in found.items() if us > (SELECT_LIMIT if not k.startswith("add") else ADD_LIMIT)]
    raise SystemExit(f"over the limit: {', '.join(over)}" if over else 0)


if __name__ == "__main__":
    main()
