"""The composition root: from declared files to living objects. Names become classes here and nowhere else."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.canonical import fingerprint
from evo.errors import ConflictError, NotFoundError, nearest
from evo.evaluate.custom import custom_files
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.llm.endpoints import OpenAI
from evo.llm.ensemble import Ensemble
from evo.llm.offline import Offline
from evo.llm.replay import Replay
from evo.llm.script import Script
from evo.propose.contract import contract_of
from evo.propose.prompt import PromptBuilder
from evo.records import Program
from evo.search import models
from evo.search.attempt import Attempts, Gates
from evo.search.declared import EMITTERS, MIXES, SELECTORS, STRATEGIES, selector_of, space_of, state_of, strategy_of
from evo.search.finish import keep_best, write_program
from evo.search.issue import Issuer
from evo.search.library import Library
from evo.search.loop import Search
from evo.spec.component import choose
from evo.spec.pipeline import load_pipeline
from evo.spec.problem import Problem, load_problem
from evo.spec.resources import resolve, shipped
from evo.spec.run import RunSpec, amend, amendable, differences, from_yaml, to_yaml
from evo.store import folder as run_folder
from evo.store.answers import StoredAnswers
from evo.store.lock import RunLock
from evo.store.store import RunHeader, Store
from evo.verdicts import Direction

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from evo.llm.client import LLM
    from evo.qd.space import Space
    from evo.search.issue import Issues
    from evo.store.view import RunView

__all__ = ["EMITTERS", "LLMS", "MIXES", "SELECTORS", "STRATEGIES", "evaluating", "resume", "run", "start"]

LLMS: Mapping[str, type[LLM]] = MappingProxyType(
    {"offline": Offline, "script": Script, "openai": OpenAI, "replay": Replay, "ensemble": Ensemble}
)


@asynccontextmanager
async def start(
    spec: RunSpec, *, runs_dir: Path = Path("runs"), issuer: Issues | None = None
) -> AsyncGenerator[Search]:
    """Begin a new run: make its folder and yield the living search.

    On the way out the best program is run again and written to `best/`.

    Args:
        spec: the run.
        runs_dir: where its folder is made.
        issuer: decides what every ticket asks for, in place of what the spec says about proposing.

    Raises:
        NotFoundError: a problem, pipeline or seed that does not exist.
        SpecError: declared files that do not fit together.
        EvoError: this machine does not offer the isolation that was asked for.
    """
    beside = spec.source.parent if spec.source else None
    problem = load_problem(spec.problem, beside=beside, params=spec.params or None)
    seeds = dict(issuer.seeds) if issuer else _seeds(spec, problem, beside, runs_dir)
    models.check(spec, _options(spec))
    # Parameters of the run's own leave the instance that they were put upon nameless; the address still names it.
    instance = load_problem(spec.problem, beside=beside).instance if "/" in spec.problem else problem.instance
    spec = _anchored(spec, problem, instance, beside)
    async with evaluating(
        problem, pipeline=spec.pipeline, beside=beside, workers=spec.executor.workers, sandbox=spec.executor.sandbox
    ) as evaluator:
        space = space_of(spec, problem, evaluator.measures)

        def header(run_id: str, created: float) -> RunHeader:
            return _header(
                spec, problem, space, seeds, instance=instance, run_id=run_id, created=created, tier=evaluator.tier
            )

        texts = {
            run_folder.CONFIG: to_yaml(spec),
            run_folder.ENVIRONMENT: json.dumps(run_folder.environment(), indent=2) + "\n",
        }
        folder = run_folder.create(runs_dir, problem.spec.name, header=header, seeds=seeds.values(), texts=texts)
        with RunLock(folder):
            async with _searching(
                spec, problem, folder, space=space, evaluator=evaluator, amendment="", issuer=issuer
            ) as search:
                yield search


@asynccontextmanager
async def resume(folder: Path, overrides: Sequence[str] = ()) -> AsyncGenerator[Search]:
    """Go on with a run exactly where its log ends.

    Args:
        folder: the run's folder.
        overrides: "dotted.key=value" each; only what does not change the meaning of the log.

    Raises:
        LockedError: another process is writing the run.
        ConflictError: an override or a changed problem would change what the log means.
        DamagedError: the database cannot be read, or does not fold to its stored hashes.
    """
    with RunLock(_existing(folder)):
        store = Store.open(folder)
        try:
            header, amendments = store.header(), store.amendments()
        finally:
            store.close()
        before = amend(from_yaml(header.spec, str(folder / run_folder.CONFIG)), amendments)
        spec = amend(before, overrides)
        _refuse_other_meaning(before, spec)
        models.check(spec, _options(spec))
        problem = load_problem(spec.problem, params=spec.params or None)
        if _meaning(problem, spec) != header.fingerprint:
            raise ConflictError(
                f"problem {problem.label} is not what it was when {header.id} began: its statement, judge, brief, "
                f"ideas or pipeline were edited. Put them back, or start a new run from its elites: "
                f"evo run CONFIG --set seeds=[{header.id}:@best]"
            )
        async with evaluating(
            problem, pipeline=spec.pipeline, workers=spec.executor.workers, sandbox=spec.executor.sandbox
        ) as evaluator:
            space = space_of(spec, problem, evaluator.measures)
            amendment = json.dumps(list(overrides)) if overrides else ""
            async with _searching(
                spec, problem, folder, space=space, evaluator=evaluator, amendment=amendment
            ) as search:
                yield search


@asynccontextmanager
async def evaluating(
    problem: Problem, *, pipeline: str = "default", beside: Path | None = None, workers: int = 1, sandbox: str = "auto"
) -> AsyncGenerator[Evaluator]:
    """Make the evaluator of a problem, without any run.

    Raises:
        NotFoundError, SpecError: the pipeline does not exist or does not hold together.
        EvoError: this machine does not offer the isolation that was asked for.
    """
    graph = Graph.of(load_pipeline(pipeline, beside=beside))
    async with Evaluator(
        problem=problem, graph=graph, executor=LocalExecutor(workers=workers, sandbox=sandbox)
    ) as evaluator:
        yield evaluator


def run(spec: RunSpec, *, runs_dir: Path = Path("runs")) -> RunView:
    """Run to the end and return a view of the finished run; `start` gives every commit as it happens."""

    async def whole() -> Path:
        async with start(spec, runs_dir=runs_dir) as search:
            async for _ in search:
                pass
        return search.folder

    from evo.store.view import open_run  # noqa: PLC0415 - only this convenience reads back

    return open_run(asyncio.run(whole()))


@asynccontextmanager
async def _searching(
    spec: RunSpec,
    problem: Problem,
    folder: Path,
    *,
    space: Space,
    evaluator: Evaluator,
    amendment: str,
    issuer: Issues | None = None,
) -> AsyncGenerator[Search]:
    async with AsyncExitStack() as stack:
        store = Store.open(folder)
        stack.callback(store.close)
        await store.begin_session(amendment)
        evaluator.remember(store.stage_cache())
        seeds = _stored_seeds(store)
        window = spec.schedule.effective_window
        library = Library(store, seeds.values(), most=max(2048, 8 * window))
        direction = Direction(problem.spec.objective.direction)
        state = state_of(spec, space, direction, len(seeds))
        ledger = models.ledger(spec, store)
        llms = models.connect(
            spec,
            _options(spec),
            store,
            ledger,
            ideas=problem.ideas,
            answers=lambda run: StoredAnswers.of(run, folder.parent),
        )
        for client in llms.values():
            stack.push_async_callback(client.close)
        search = Search(
            state=state,
            store=store,
            library=library,
            issuer=issuer or _issuer(spec, problem, seeds, library),
            attempts=Attempts(
                llms=llms,
                evaluator=evaluator,
                store=store,
                state=state,
                gates=Gates(spec.schedule.slots, spec.executor.workers),
                ledger=ledger,
                editable=problem.spec.program.editable,
            ),
            spec=spec,
            problem=problem,
            folder=folder,
        )
        async with search:
            yield search
        if search.run_state in {"finished", "paused"}:
            search.best_files = await keep_best(search, library=library, evaluator=evaluator, store=store)
        elif state.best:
            search.best_files = write_program(search, library.get(state.best.program)[0])


def _issuer(spec: RunSpec, problem: Problem, seeds: Mapping[str, Program], library: Library) -> Issuer:
    return Issuer(
        seed=spec.seed,
        seeds=seeds,
        selector=selector_of(spec),
        emitters=[choose(emitter, EMITTERS) for emitter in spec.emitters],
        prompts=PromptBuilder(contract_of(problem)),
        library=library,
        history=strategy_of(spec).history,
        mix=choose(spec.mix, MIXES),
        editable=problem.spec.program.editable,
    )


def _options(spec: RunSpec) -> dict[str, LLM]:
    return {role: choose(component, LLMS) for role, component in spec.llms.items()}


def _seeds(spec: RunSpec, problem: Problem, beside: Path | None, runs_dir: Path) -> dict[str, Program]:
    if spec.seeds is None:
        seeds = dict(problem.seeds)
    else:
        seeds = {name: _seed(name, problem, beside, runs_dir) for name in spec.seeds}
    if not seeds:
        raise NotFoundError(f"{problem.folder / 'seeds'}: no seed program; a run has to start from one")
    return seeds


def _seed(name: str, problem: Problem, beside: Path | None, runs_dir: Path) -> Program:
    """Return a seed given as a file, beside the config, here or in the problem's folder, or as RUN:PROGRAM."""
    for base in (beside or Path(), Path(), problem.folder):
        if (base / name).is_file():
            return Program.of({problem.spec.program.file: (base / name).read_text(encoding="utf-8")})
    if ":" in name:
        from evo.store import address  # noqa: PLC0415 - only seeds from other runs need it

        return address.program(runs_dir, name)
    known = [f"seeds/{seed}" for seed, _ in problem.seeds]
    raise NotFoundError(f"seed {name!r}: no such file, and not a RUN:PROGRAM{nearest(name, known)}")


def _stored_seeds(store: Store) -> dict[str, Program]:
    found = {name: store.program(program) for name, program in json.loads(store.header().seeds)}
    return {name: program for name, program in found.items() if program}


def _anchored(spec: RunSpec, problem: Problem, instance: str, beside: Path | None) -> RunSpec:
    """Return the spec with addresses that mean the same from everywhere, so that a resume finds what the run used."""
    home = shipped("problems")
    folder = problem.folder.resolve()
    if not folder.is_relative_to(home):
        spec = replace(spec, problem=f"{folder}/{instance}" if instance else str(folder))
    pipeline = resolve("pipelines", spec.pipeline, beside=beside).resolve()
    return spec if pipeline.is_relative_to(shipped("pipelines")) else replace(spec, pipeline=str(pipeline))


def _header(
    spec: RunSpec,
    problem: Problem,
    space: Space,
    seeds: Mapping[str, Program],
    *,
    instance: str,
    run_id: str,
    created: float,
    tier: str,
) -> RunHeader:
    return RunHeader(
        id=run_id,
        created=created,
        version=run_folder.version(),
        problem=problem.spec.name,
        instance=instance or problem.label.removeprefix(problem.spec.name),
        fingerprint=_meaning(problem, spec),
        direction=problem.spec.objective.direction,
        unit=problem.spec.objective.unit,
        seed=spec.seed,
        islands=spec.islands.count,
        cells=space.size,
        axes=json.dumps(space.outline),
        seeds=json.dumps([[name, program.id] for name, program in seeds.items()]),
        spec=to_yaml(spec),
        tier=tier,
    )


def _meaning(problem: Problem, spec: RunSpec) -> str:
    """Return the fingerprint of all files that shape what a run asks, how it scores and what the numbers mean."""
    ideas = sorted(problem.ideas.glob("*.py")) if problem.ideas else []
    pipeline = resolve("pipelines", spec.pipeline)
    stages = custom_files(load_pipeline(spec.pipeline))
    texts = [path.read_text(encoding="utf-8") for path in [*ideas, pipeline, *stages]]
    return fingerprint("\x1f".join([problem.fingerprint, problem.brief, *texts]))


def _refuse_other_meaning(before: RunSpec, after: RunSpec) -> None:
    changed = [(key, old, new) for key, old, new in differences(before, after) if not amendable(key)]
    if changed:
        lines = "".join(f"\n  {key}: {old} -> {new}" for key, old, new in changed)
        raise ConflictError(
            f"This would change what the log means:{lines}\n"
            "Start a new run instead: evo run CONFIG --set seeds=[RUN:@best] carries the best program over."
        )


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise NotFoundError(f"{folder}: no such run folder; `evo status` knows the newest one")
    return folder
