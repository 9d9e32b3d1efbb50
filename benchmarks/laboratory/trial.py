"""One trial: an arm on a task with a seed, by the real loop in memory, and what is left of it.

The loop, the fold, the prompts and the reading of answers are those of a run. What is not: nothing is written, and
an evaluation that any trial has made is looked up. A sample is an answer of a model, or a ticket that asked none.
"""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

from benchmarks.laboratory.pack.evaluate import STYLES, landscape, scored
from benchmarks.laboratory.proposer import FILE, Skill, Synthetic, design_of, written
from evo.assemble.evaluator import evaluator_of
from evo.assemble.identity import meaning, seeds_of
from evo.assemble.issuer import attempts_of, issuer_of
from evo.assemble.resolve import resolve_files
from evo.canonical import canonical, fingerprint
from evo.config.pack_run import load_run
from evo.llm.answer_log import Recorded
from evo.llm.facts import facts_of
from evo.llm.guard import Guarded
from evo.llm.model import LLMContext
from evo.records import Evaluation, EvaluationStatus, Outcome, Program, StageResult, StageStatus
from evo.search.library import Library
from evo.search.loop import Search
from evo.testing.memory_store import MemoryStore

PACK = Path(__file__).parent / "pack"
PIPELINE = str(Path(__file__).parent / "pipeline.yaml")
SEEDS = 3
TRUE = "true"
BASE, CONFIG = "base.yaml", "config"
_KEPT = 4096


def overrides(settings):
    """Return settings as the command line takes them; a mapping leaves nothing of what was in its place."""
    return [f"{key}={json.dumps(value)}" for key, value in settings.items()]


def synthetic_seeds(params):
    """Return the first programs of a synthetic task: poor designs, each of a style of its own where that counts."""
    land = landscape(**params)
    random, found = Random(f"seeds {params}"), {}
    for number in range(SEEDS):
        drawn = [tuple(random.randrange(max(land.options // 2, 2)) for _ in range(land.parts)) for _ in range(8)]
        design = sorted(drawn, key=land.worth)[3]
        if land.family == "modular":
            design = tuple(number % STYLES for _ in range(land.parts))
        if land.family == "chained":
            design = tuple(int(part % SEEDS == number) for part in range(land.parts))
        found[f"low_{number}"] = Program.of({FILE: written(design)})
    return found


class InProcess:
    """Scores designs where it is called: what runs is a table, never a program."""

    def __init__(self, params):
        self._land = landscape(**params)

    async def evaluate(self, program, repetition=0):
        design = design_of(program.files.get(FILE, ""))
        usable = design is not None and len(design) == self._land.parts
        if not usable or not all(0 <= option < self._land.options for option in design):
            stage = StageResult(stage="score", status=StageStatus.FAILED, detail="an option that there is not")
            said = "an option that there is not"
            return Evaluation(program=program.id, status=EvaluationStatus.INVALID, stages=(stage,), feedback=said)
        return Evaluation(
            program=program.id,
            status=EvaluationStatus.VALID,
            stages=(StageResult(stage="score", status=StageStatus.SUCCESS),),
            **scored(self._land, design, repetition),
        )

    async def form(self, program):
        design = design_of(program.files.get(FILE, ""))
        return "" if design is None else fingerprint(canonical(list(design)))


class LookedUp:
    """Scores programs of a pack by its real judge, each once for all trials.

    Args:
        setup: of the run; its evaluator is opened at the first program that nobody has scored.
        cache: `ledger.Ledger`.
        stack: closes the evaluator.
    """

    def __init__(self, setup, cache, stack):
        self._setup, self._cache, self._stack = setup, cache, stack
        self._about = meaning(setup.problem, setup.declared.pipeline)
        self._opened, self._lock = None, asyncio.Lock()

    async def _evaluator(self):
        async with self._lock:
            if self._opened is None:
                self._opened = await self._stack.enter_async_context(evaluator_of(self._setup))
        return self._opened

    async def evaluate(self, program, repetition=0):
        found = self._cache.find(self._about, program.id, repetition)
        if found is None:
            found = await (await self._evaluator()).evaluate(program, repetition)
            self._cache.keep(self._about, found, repetition)
        return found

    async def form(self, program):
        return await (await self._evaluator()).form(program)


def searching(setup, seeds, models, evaluator):
    """Return the search of a setup in memory, and the library of its programs."""
    store = MemoryStore(seeds.values(), seed=setup.seed)
    library = Library(store, seeds.values(), most=_KEPT)
    state = setup.fold.state(setup.spaces, setup.direction, len(seeds), setup.emitters)
    clients = {}
    for role, model in models.items():
        client = model.connect(LLMContext(role=role, ideas=setup.problem.ideas, seed=setup.seed))
        clients[role] = Recorded(Guarded(client, role, facts_of(model)), store)
    search = Search(
        state=state,
        store=store,
        library=library,
        issuer=issuer_of(setup, seeds=seeds, library=library),
        attempts=attempts_of(setup, llms=clients, evaluator=evaluator, store=store, state=state),
        budget=setup.budget,
        window=setup.window,
        ordered=setup.ordered,
        problem=setup.problem,
        folder=Path("memory"),
        seeds_first=setup.seeds_first,
    )
    return search, library


async def measured(setup, seeds, models, evaluator, *, samples, stop):
    """Run until the samples are used up or nothing better can come, and return what is left of the run.

    Returns:
        `curve`, [sample, best so far] at each change, in what the best is really worth; `duplicates`, their share of
        the tickets; `tickets`, `ended` and `cpu`, the seconds of this process.

    Raises:
        RuntimeError: the search was stopped by a fault: what it came to until then says nothing of the arm.
    """
    began, curve, used = time.process_time(), [], 0
    search, library = searching(setup, seeds, models, evaluator)
    async with search:
        async for commit in search:
            used += max(1, len(commit.learned))
            if used > samples:
                break
            best = search.state.best and worth(library.get(search.state.best.program)[1])
            if best is not None and (not curve or best != curve[-1][1]):
                curve.append([used, best])
            if best is not None and stop is not None and not setup.direction.better(stop, best):
                break
    state = search.state
    if search.run_state == "paused" and used <= samples:
        raise RuntimeError(f"a trial ended by a fault: {search.stop_reason}")
    return {
        "curve": curve,
        "tickets": state.seq + 1,
        "duplicates": state.outcomes[Outcome.DUPLICATE] / (state.seq + 1),
        "ended": search.stop_reason or "samples",
        "cpu": round(time.process_time() - began, 3),
    }


def worth(evaluation):
    """Return what a program is really worth, where its judge knows that better than its score."""
    return evaluation.metrics.get(TRUE, evaluation.objective)


def synthetic_trial(task, skills, arm, seed, samples):
    """Return what a trial on a synthetic task came to; see `measured`.

    Args:
        task: an entry of tasks.yaml.
        skills: what its proposers can be.
        arm: its config, and settings by dotted key.
        seed: of the run.
        samples: how many.
    """
    params = {key: task[key] for key in ("family", "parts", "options", "draw", "strength")}
    setup = resolve_files(declared(arm, {"problem": str(PACK), "params": params}, seed, samples))
    models = dict.fromkeys(setup.llms, Synthetic(params, Skill(**skills[task["skill"]])))
    seeds = synthetic_seeds(params)
    return asyncio.run(measured(setup, seeds, models, InProcess(params), samples=samples, stop=1.0 - 1e-9))


def pack_trial(pack, arm, seed, samples, cache):
    """Return what a trial on a pack came to, by the offline proposer; see `synthetic_trial`.

    Args:
        pack: an entry of plan.yaml.
        arm: its config, and settings by dotted key.
        seed: of the run.
        samples: how many.
        cache: of evaluations.
    """
    setup = resolve_files(
        declared(arm, {"problem": pack["problem"], "pipeline": PIPELINE, **pack["settings"]}, seed, samples)
    )
    seeds = seeds_of(setup.declared, setup.problem, None, Path("memory"))

    async def whole():
        async with AsyncExitStack() as stack:
            evaluator = LookedUp(setup, cache, stack)
            return await measured(setup, seeds, setup.llms, evaluator, samples=samples, stop=pack["stop"])

    return asyncio.run(whole())


def declared(arm, task, seed, samples):
    """Return the run of an arm on a task; a ticket takes one sample or more."""
    own = {key: value for key, value in arm.items() if key != CONFIG}
    return load_run(arm.get(CONFIG, BASE), overrides({**task, **own, "seed": seed, "budget": {"tickets": samples}}))
