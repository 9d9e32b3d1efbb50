"""A new run: its folder, its header, its search."""

from __future__ import annotations

import asyncio
import json
import warnings
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evo.assemble import grounds, models, provenance
from evo.assemble.evaluator import evaluator_of
from evo.assemble.holdout import new_secret
from evo.assemble.identity import anchored, explicit_seeds, meaning, seeds_of, templates_of
from evo.assemble.resolve import graph_of, resolve
from evo.assemble.session import searching
from evo.assemble.splits import told
from evo.assemble.tellers import check_trackers
from evo.config.problem import load_problem
from evo.store import folder as run_folder
from evo.store.lock import RunLock
from evo.store.reading.layout import outline
from evo.store.store import RunHeader
from evo.store.trees import written_tree

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from evo.assemble.setup import Setup
    from evo.config.run import RunSpec
    from evo.records import Program
    from evo.search.issue import Issues
    from evo.search.loop import Search
    from evo.store.reading.view import RunView


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
    spec = spec if issuer else explicit_seeds(spec, seeds)
    # Parameters of the run's own leave the instance that they were put upon nameless; the address still names it.
    named = "/" in spec.problem
    instance = load_problem(spec.problem, beside=beside, tree=problem.tree).instance if named else problem.instance
    secret = new_secret(problem)
    problem = told(problem, secret)
    graph = graph_of(problem, spec.pipeline, beside)
    setup = resolve(spec, problem, graph, templates=templates_of(spec, beside)).with_secret(secret)
    hide(setup.secrets)
    models.check(setup)
    check_trackers(setup)
    setup = anchored(setup, instance, beside)
    async with evaluator_of(setup) as evaluator:
        found = grounds.grounds_of(setup.declared, problem)
        stands_on = grounds.written(found, await evaluator.tools(), trust=setup.trust)
        header = partial(_header, setup, seeds=seeds, instance=instance, tier=evaluator.tier, stands_on=stands_on)
        texts = {
            run_folder.CONFIG: models.written(setup),
            run_folder.ENVIRONMENT: json.dumps(run_folder.environment(), indent=2) + "\n",
            **({run_folder.SECRET: f"{secret}\n"} if secret else {}),
            **{f"{run_folder.PROMPTS}/{name}.j2": text for name, text in setup.prompts.templates.items()},
        }
        folder = run_folder.create(
            runs_dir, problem.spec.name, header=header, seeds=seeds.values(), texts=texts, tree=problem.tree
        )
        with RunLock(folder):
            async with searching(setup, folder, evaluator=evaluator, amendments=(), issuer=issuer) as search:
                yield search


def run(spec: RunSpec, *, runs_dir: Path = Path("runs")) -> RunView:
    """Run to the end and return a view of the finished run; `start` gives every commit as it happens."""

    async def whole() -> Path:
        async with start(spec, runs_dir=runs_dir) as search:
            async for _ in search:
                pass
        for notice in search.notices:
            warnings.warn(notice, RuntimeWarning, stacklevel=2)
        return search.folder

    from evo.store.reading.view import open_run  # noqa: PLC0415 - only this convenience reads back

    return open_run(asyncio.run(whole()))


def _header(
    setup: Setup, run_id: str, created: float, *, seeds: Mapping[str, Program], instance: str, tier: str, stands_on: str
) -> RunHeader:
    problem = setup.problem
    return RunHeader(
        id=run_id,
        created=created,
        version=run_folder.version(),
        problem=problem.spec.name,
        instance=instance or problem.label.removeprefix(problem.spec.name),
        fingerprint=meaning(problem, setup.declared.pipeline, setup.prompts.foreign),
        direction=problem.spec.objective.direction,
        unit=problem.spec.objective.unit,
        seed=setup.seed,
        islands=len(setup.spaces),
        cells=setup.spaces[0].size,
        axes=json.dumps(outline(setup.spaces)),
        seeds=json.dumps([[name, program.id] for name, program in seeds.items()]),
        spec=models.written(setup),
        tier=tier,
        parts=provenance.written(setup.made, setup.secrets),
        grounds=stands_on,
        tree=written_tree(problem.tree) if problem.tree else "",
    )
