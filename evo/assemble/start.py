"""The composition root: from declared files to living objects. Names become classes here and nowhere else."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.assemble import models
from evo.assemble.finish import back_up, keep_best, write_program
from evo.assemble.identity import anchored, meaning, seeds_of, templates_of
from evo.assemble.issuer import attempts_of, builder_of, issuer_of
from evo.assemble.parts import EMITTERS, MIXES, SELECTORS, STRATEGIES, spaces_of, state_of, with_objectives
from evo.config.component import choose
from evo.config.pipeline import load_pipeline
from evo.config.problem import Problem, load_problem, pipeline_of
from evo.config.run import RunSpec, amend, amendable, differences, from_yaml
from evo.errors import ConflictError, NotFoundError
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.llm.ensemble import Ensemble
from evo.llm.offline import Offline
from evo.llm.openai.options import OpenAI
from evo.llm.replay import Replay
from evo.llm.script import Script
from evo.records import Direction
from evo.search.library import Library
from evo.search.loop import Search
from evo.store import folder as run_folder
from evo.store.lock import RunLock
from evo.store.reading.answers import StoredAnswers
from evo.store.reading.layout import outline
from evo.store.store import RunHeader, Store
from evo.text import redact

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from evo.llm.model import LLM
    from evo.propose.prompt.builder import PromptBuilder
    from evo.qd.spaces import Space
    from evo.records import Program
    from evo.search.issue import Issues
    from evo.store.reading.view import RunView

__all__ = [
    "EMITTERS",
    "LLMS",
    "MIXES",
    "SELECTORS",
    "STRATEGIES",
    "evaluating",
    "options_of",
    "resume",
    "run",
    "start",
]

LLMS: Mapping[str, type[LLM]] = MappingProxyType(
    {"offline": Offline, "script": Script, "openai": OpenAI, "replay": Replay, "ensemble": Ensemble}
)


@asynccontextmanager
async def start(
    spec: RunSpec,
    *,
    runs_dir: Path = Path("runs"),
    hide: Callable[[Sequence[str]], object] = tuple,
    issuer: Issues | None = None,
) -> AsyncGenerator[Search]:
    """Begin a new run: make its folder and yield the living search.

    Args:
        spec: the run.
        runs_dir: where runs lie.
        hide: is told the secrets as soon as they are known, for whoever prints what goes wrong.
        issuer: decides what every ticket asks for, in place of what the spec says about proposing.

    On the way out the best program is run again and written to `best/`.

    Raises:
        NotFoundError: a problem, pipeline or seed that does not exist.
        SpecError: declared files that do not fit together.
        EvoError: this machine does not offer the isolation that was asked for.
    """
    beside = spec.source.parent if spec.source else None
    problem = load_problem(spec.problem, beside=beside, params=spec.params or None)
    seeds = dict(issuer.seeds) if issuer else seeds_of(spec, problem, beside, runs_dir)
    hide(models.secrets(options_of(spec)))
    models.check(spec, options_of(spec))
    prompts = builder_of(spec, problem, templates_of(spec, beside))
    # Parameters of the run's own leave the instance that they were put upon nameless; the address still names it.
    instance = load_problem(spec.problem, beside=beside).instance if "/" in spec.problem else problem.instance
    spec = anchored(spec, problem, instance, beside)
    async with evaluating(
        problem, pipeline=spec.pipeline, beside=beside, workers=spec.executor.workers, sandbox=spec.executor.sandbox
    ) as evaluator:
        evaluator.check_asked(spec.llms)
        spaces = spaces_of(spec := with_objectives(spec, problem, evaluator.measures), problem, evaluator.measures)
        header = partial(
            _header, spec, problem, spaces, seeds=seeds, instance=instance, tier=evaluator.tier, prompts=prompts
        )
        texts = {
            run_folder.CONFIG: _saved(spec),
            run_folder.ENVIRONMENT: json.dumps(run_folder.environment(), indent=2) + "\n",
            **{f"{run_folder.PROMPTS}/{name}.j2": text for name, text in prompts.templates.items()},
        }
        folder = run_folder.create(runs_dir, problem.spec.name, header=header, seeds=seeds.values(), texts=texts)
        with RunLock(folder):
            async with _searching(
                spec, problem, folder, spaces=spaces, evaluator=evaluator, amendment="", prompts=prompts, issuer=issuer
            ) as search:
                yield search


@asynccontextmanager
async def resume(
    folder: Path,
    overrides: Sequence[str] = (),
    *,
    hide: Callable[[Sequence[str]], object] = tuple,
    lock: RunLock | None = None,
) -> AsyncGenerator[Search]:
    """Go on with a run exactly where its log ends.

    Args:
        folder: the run's folder.
        overrides: "dotted.key=value" each; only what does not change the meaning of the log.
        hide: see `start`.
        lock: the right to write the run, if the caller has taken it already; released at the end.

    Raises:
        LockedError: another process is writing the run.
        ConflictError: an override or a changed problem would change what the log means.
        DamagedError: the database cannot be read, or does not fold to its stored hashes.
    """
    with lock or RunLock(_existing(folder)):
        store = Store.open(folder)
        try:
            header, amendments = store.header(), store.amendments()
        finally:
            store.close()
        before = amend(from_yaml(header.spec, str(folder / run_folder.CONFIG)), amendments)
        spec = amend(before, overrides)
        secrets = models.secrets(options_of(spec))
        hide(secrets)
        _refuse_other_meaning(before, spec)
        models.check(spec, options_of(spec))
        problem = load_problem(spec.problem, params=spec.params or None)
        prompts = builder_of(spec, problem, folder / run_folder.PROMPTS if spec.prompts.templates else None)
        if meaning(problem, spec, prompts.templates) != header.fingerprint:
            raise ConflictError(
                f"problem {problem.label} is not what it was when {header.id} began: its statement, judge, brief, "
                f"ideas, pipeline or templates were edited. Put them back, or start a new run from its elites: "
                f"evo run CONFIG --set seeds=[{header.id}:@best]"
            )
        async with evaluating(
            problem, pipeline=spec.pipeline, workers=spec.executor.workers, sandbox=spec.executor.sandbox
        ) as evaluator:
            spaces = spaces_of(spec, problem, evaluator.measures)
            amendment = json.dumps([redact(each, secrets) for each in overrides]) if overrides else ""
            async with _searching(
                spec, problem, folder, spaces=spaces, evaluator=evaluator, amendment=amendment, prompts=prompts
            ) as search:
                yield search


@asynccontextmanager
async def evaluating(
    problem: Problem,
    *,
    pipeline: str | None = None,
    beside: Path | None = None,
    workers: int = 1,
    sandbox: str = "auto",
) -> AsyncGenerator[Evaluator]:
    """Make the evaluator of a problem, without any run; `pipeline` is the problem's where None.

    Raises:
        NotFoundError, SpecError: the pipeline does not exist or does not hold together.
        EvoError: this machine does not offer the isolation that was asked for.
    """
    graph = Graph.of(load_pipeline(str(pipeline_of(problem, pipeline, beside=beside))))
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

    from evo.store.reading.view import open_run  # noqa: PLC0415 - only this convenience reads back

    return open_run(asyncio.run(whole()))


@asynccontextmanager
async def _searching(
    spec: RunSpec,
    problem: Problem,
    folder: Path,
    *,
    spaces: Sequence[Space],
    evaluator: Evaluator,
    amendment: str,
    prompts: PromptBuilder,
    issuer: Issues | None = None,
) -> AsyncGenerator[Search]:
    async with AsyncExitStack() as stack:
        options = options_of(spec)
        secrets = models.secrets(options)
        note = partial(run_folder.diagnose, folder, secrets=secrets)
        store = Store.open(folder, tell=partial(note, "store"))
        stack.callback(store.close)
        await store.begin_session(amendment)
        evaluator.remember(store.stage_cache())
        seeds = _stored_seeds(store)
        library = Library(store, seeds.values(), most=max(2048, 8 * spec.schedule.effective_window))
        state = state_of(spec, spaces, Direction(problem.spec.objective.direction), len(seeds))
        ledger = models.ledger(spec, store)
        llms = models.connect(
            spec,
            options,
            store,
            ledger,
            ideas=problem.ideas,
            answers=lambda run: StoredAnswers.of(run, folder.parent),
            tell=partial(note, "model"),
        )
        evaluator.consult(llms)
        for client in llms.values():
            stack.push_async_callback(client.close)
        search = Search(
            state=state,
            store=store,
            library=library,
            issuer=issuer
            or issuer_of(spec, problem, options, seeds=seeds, library=library, prompts=prompts, secrets=secrets),
            attempts=attempts_of(
                spec, problem, llms=llms, evaluator=evaluator, store=store, state=state, secrets=secrets, ledger=ledger
            ),
            spec=spec,
            problem=problem,
            folder=folder,
            secrets=secrets,
        )
        async with search:
            begun = state.seq
            yield search
        if search.run_state == "finished":
            back_up(search, store, anew=state.seq > begun)
        if search.run_state in {"finished", "paused"}:
            search.best_files = await keep_best(search, library=library, evaluator=evaluator, store=store)
        elif state.best:
            search.best_files = write_program(search, library.get(state.best.program)[0])


def options_of(spec: RunSpec) -> dict[str, LLM]:
    """Return the run's models by role, as declared; nothing is connected."""
    return {role: choose(component, LLMS) for role, component in spec.llms.items()}


def _saved(spec: RunSpec) -> str:
    """Return the spec as it is written down; a key that stands in it by value is not."""
    return models.written(spec, options_of(spec))


def _stored_seeds(store: Store) -> dict[str, Program]:
    found = {name: store.program(program) for name, program in json.loads(store.header().seeds)}
    return {name: program for name, program in found.items() if program}


def _header(
    spec: RunSpec,
    problem: Problem,
    spaces: Sequence[Space],
    run_id: str,
    created: float,
    *,
    seeds: Mapping[str, Program],
    instance: str,
    tier: str,
    prompts: PromptBuilder,
) -> RunHeader:
    return RunHeader(
        id=run_id,
        created=created,
        version=run_folder.version(),
        problem=problem.spec.name,
        instance=instance or problem.label.removeprefix(problem.spec.name),
        fingerprint=meaning(problem, spec, prompts.templates),
        direction=problem.spec.objective.direction,
        unit=problem.spec.objective.unit,
        seed=spec.seed,
        islands=spec.islands.count,
        cells=spaces[0].size,
        axes=json.dumps(outline(spaces)),
        seeds=json.dumps([[name, program.id] for name, program in seeds.items()]),
        spec=_saved(spec),
        tier=tier,
    )


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
