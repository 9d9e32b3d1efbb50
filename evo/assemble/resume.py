"""Going on with a run exactly where its log ends: what happens after a kill, a pause or a larger budget."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.assemble import grounds, models, provenance
from evo.assemble.evaluator import evaluator_of
from evo.assemble.handover import handed_over
from evo.assemble.holdout import kept_secret
from evo.assemble.identity import meaning
from evo.assemble.resolve import graph_of, resolve
from evo.assemble.session import searching
from evo.assemble.splits import told
from evo.config.problem import load_problem
from evo.config.run import amend, amendable, differences, from_yaml
from evo.edits import GRAMMAR
from evo.errors import ConflictError, NotFoundError, UsageError
from evo.propose.prompt.templates import FIRST as FIRST_EDITION
from evo.store import folder as run_folder
from evo.store.lock import RunLock
from evo.store.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
    from pathlib import Path

    from evo.assemble.setup import Setup
    from evo.config.run import RunSpec
    from evo.records import Event, Tree
    from evo.search.loop import Search
    from evo.store.reading.view import RunView
    from evo.store.store import RunHeader


@asynccontextmanager
async def resume(
    folder: Path,
    overrides: Sequence[str] = (),
    *,
    abandon: Sequence[int] = (),
    parts: Mapping[str, object] = MappingProxyType({}),
    hide: Callable[[Sequence[str]], object] = tuple,
    lock: RunLock | None = None,
    alone: bool = False,
) -> AsyncGenerator[Search]:
    """Go on with a run exactly where its log ends.

    Args:
        folder: the run's folder.
        overrides: "dotted.key=value" each; only what does not change the meaning of the log.
        abandon: tickets, by number, to commit as ABANDONED: those at which this machine fails whatever is done.
        parts: live parts, by their keys in the config, that were handed over when the run began and that no address
            leads to: {"selector": Youngest(), "llms.fast": Mine()}.
        hide: see `start`.
        lock: the right to write the run, if the caller has taken it already; released at the end.
        alone: ask no model, but those outside who answer by `evo tell`; no key is needed.

    Raises:
        LockedError: another process is writing the run.
        UsageError: a key of `parts` under which no part stands, or a ticket to abandon that is none in flight.
        ConflictError: an override, another or a changed part or a changed problem would change what the log means.
        DamagedError: the database cannot be read, or does not fold to its stored hashes.
    """
    with lock or RunLock(_existing(folder)):
        store = Store.open(folder)
        try:
            header, amendments, events = store.header(), store.amendments(), store.events()
            tree = store.tree()
            _check_abandoned(abandon, header, store.tickets())
        finally:
            store.close()
        before = amend(from_yaml(header.spec, str(folder / run_folder.CONFIG)), amendments)
        spec = amend(before, overrides)
        _refuse_other_meaning(before, spec)
        # From here on answers are read as this version reads them, and the log says so.
        newer = () if spec.answers.grammar == GRAMMAR else (f"answers.grammar={GRAMMAR}",)
        spec, overrides = amend(spec, newer), (*overrides, *newer)
        setup = taken_up(handed_over(spec, parts), header, folder, hide, events=events, tree=tree)
        models.check_facts(setup) if alone else models.check(setup)
        async with evaluator_of(setup) as evaluator:
            grounds.refuse_other_tools(header, await evaluator.tools())
            async with searching(
                setup, folder, evaluator=evaluator, amendments=overrides, abandon=abandon, alone=alone
            ) as search:
                yield search


def setup_of(view: RunView) -> Setup:
    """Return the setup of a run that is looked at, not gone on with; nobody is told of it a second time.

    Raises:
        ConflictError: as `taken_up`. NotFoundError: its problem is gone.
    """
    spec = amend(from_yaml(view.header.spec, str(view.folder / run_folder.CONFIG)), view.amendments())
    return taken_up(replace(spec, trackers=()), view.header, view.folder, events=view.events(), tree=view.tree())


def taken_up(
    spec: RunSpec,
    header: RunHeader,
    folder: Path,
    hide: Callable[[Sequence[str]], object] = tuple,
    *,
    events: Sequence[Event],
    tree: Tree | None = None,
) -> Setup:
    """Return the setup of a run that began before, if everything that its log rests on is as it was.

    Args:
        spec: as recorded, with what it was told to do differently since.
        header: of the run.
        folder: where it lies.
        hide: is told the secrets as soon as they are known.
        events: of its log.
        tree: of the repository that its programs are changes of: the checkout may have gone on.

    Raises:
        ConflictError: its secret, its problem, its templates or a part of it is not what it was.
    """
    secret = kept_secret(folder, events)
    problem = told(load_problem(spec.problem, params=spec.params or None, tree=tree), secret)
    # Runs that began before wordings were counted are asked in the first one.
    spec = replace(spec, prompts=replace(spec.prompts, edition=spec.prompts.edition or FIRST_EDITION))
    templates = folder / run_folder.PROMPTS if spec.prompts.templates else None
    setup = resolve(spec, problem, graph_of(problem, spec.pipeline), templates=templates).with_secret(secret)
    hide(setup.secrets)
    # Before the templates of all emitters together: this names the package that was edited.
    provenance.refuse_others(header.parts, setup.made, header.id)
    grounds.refuse_others(header, spec, problem)
    if meaning(problem, spec.pipeline, setup.prompts.foreign) != header.fingerprint:
        raise ConflictError(
            f"problem {problem.label} is not what it was when {header.id} began: its statement, judge, brief, ideas, "
            f"pipeline or templates were edited. Put them back, or start a new run from its elites: "
            f"evo run CONFIG --set seeds=[{header.id}:@best]; `evo replay` verifies the log as it is"
        )
    return setup


def _check_abandoned(abandon: Sequence[int], header: RunHeader, committed: frozenset[int]) -> None:
    for ticket in abandon:
        if ticket in committed or not 0 <= ticket < header.issued:
            why = "has been committed" if ticket in committed else "was never issued"
            raise UsageError(f"ticket {ticket} of {header.id} {why}, so it cannot be given up")


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
