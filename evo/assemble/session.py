"""One process's time with a run: store, models, evaluator and issuer joined to a search, and what it leaves behind."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, TypedDict

from evo.assemble import models, provenance
from evo.assemble.artist import Artist
from evo.assemble.counsel import counsel_of
from evo.assemble.finish import back_up, keep_best, write_program
from evo.assemble.holdout import note_secret, score_holdout
from evo.assemble.issuer import attempts_of, issuer_of
from evo.assemble.tellers import telling
from evo.execute.bench import Workbench
from evo.execute.sandbox import Tier
from evo.llm.desk import Desk
from evo.llm.waits import Waits
from evo.records import EventKind
from evo.search.library import Library
from evo.search.loop import Search
from evo.search.workshop import RunWorkshop
from evo.store import folder as run_folder
from evo.store.progress_board import ProgressBoard
from evo.store.reading.answers import StoredAnswers
from evo.store.store import Store
from evo.text import redact

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from pathlib import Path

    from evo.assemble.setup import Setup
    from evo.canonical import JSON
    from evo.evaluate.counsel import Counsel
    from evo.evaluate.evaluator import Evaluator
    from evo.llm.budget import Ledger
    from evo.llm.model import LLMClient
    from evo.records import Program
    from evo.search.attempt import Attempts
    from evo.search.issue import Issues


@asynccontextmanager
async def searching(
    setup: Setup,
    folder: Path,
    *,
    evaluator: Evaluator,
    amendments: Sequence[str],
    abandon: Sequence[int] = (),
    issuer: Issues | None = None,
    alone: bool = False,
) -> AsyncGenerator[Search]:
    """Yield the living search of a run whose lock is held.

    Args:
        setup: the run.
        folder: where it lies.
        evaluator: scores its programs.
        amendments: what this session was told to do differently, "dotted.key=value" each.
        abandon: tickets to commit as failed, by number.
        issuer: decides what every ticket asks for, in place of the setup's emitters.
        alone: ask no model, but those outside who answer by `evo tell`.
    """
    async with AsyncExitStack() as stack:
        secrets, waits, desk = setup.secrets, Waits(), _desk(setup, folder, stack)
        store = Store.open(folder, tell=lambda said: run_folder.diagnose(folder, "store", said, secrets=secrets))
        stack.callback(store.close)
        abandoned = await _note(store, setup, amendments, abandon)
        evaluator.remember(store.stage_cache())
        seeds = _stored_seeds(store)
        library = Library(store, seeds.values(), most=library_size(setup))
        state = setup.fold.state(setup.spaces, setup.direction, len(seeds), setup.emitters)
        ledger, workshop = models.ledger(setup, store), _workshop(setup, evaluator, library, stack)
        llms = _models(setup, store, ledger, waits, desk, workshop=workshop, alone=alone)
        _lend(llms, evaluator, stack, counsel_of(setup, llms, waits))
        attempts = attempts_of(
            setup, llms=llms, evaluator=evaluator, store=store, state=state, ledger=ledger, waits=waits, alone=alone
        )
        attempts.abandoned, attempts.artist = abandoned, _artist(setup, folder, library, evaluator)
        _show_judgements(attempts, folder, stack)
        search = Search(
            state=state,
            store=store,
            library=library,
            issuer=issuer or issuer_of(setup, seeds=seeds, library=library),
            attempts=attempts,
            budget=setup.budget,
            window=setup.window,
            ordered=setup.ordered,
            seeds_first=setup.seeds_first,
            folder=folder,
            secrets=setup.secrets,
            problem=setup.problem,
            desk=desk,
            **_told(setup, list(seeds.values())),
        )
        workshop.assigned = search.assigned
        await stack.enter_async_context(telling(setup, search, partial(_complain, search)))
        async with search:
            begun = state.seq
            yield search
        await _leave(search, setup, store, library, evaluator, llms=llms, anew=state.seq > begun)


def _models(
    setup: Setup,
    store: Store,
    ledger: Ledger,
    waits: Waits,
    desk: Desk,
    *,
    workshop: RunWorkshop,
    alone: bool,
) -> Mapping[str, LLMClient]:
    """Connect the models of the run."""
    folder = store.folder
    return models.connect(
        *(setup, store, ledger),
        waits=waits,
        answers=lambda run: StoredAnswers.of(run, folder.parent),
        tell=lambda said: run_folder.diagnose(folder, "model", said, secrets=setup.secrets),
        desk=desk,
        workshop=workshop,
        alone=alone,
    )


def _workshop(setup: Setup, evaluator: Evaluator, library: Library, stack: AsyncExitStack) -> RunWorkshop:
    """Return where the run's programs that edit files work."""
    bench = Workbench(Tier(evaluator.tier)) if setup.confined else None
    if bench:
        stack.push_async_callback(bench.close)
    return RunWorkshop(bench, evaluator, library, setup.problem.editable)


class _Told(TypedDict):
    """What a search tells of its setup."""

    proposers: str
    strangers: Sequence[str]
    remote: bool
    operators: list[str]
    roles: list[str]
    survey: str


def _told(setup: Setup, seeds: Sequence[Program]) -> _Told:
    """Return what the emitters and the models of the run are called, where they come from, and what they find."""
    return {
        "proposers": models.named(setup),
        "strangers": provenance.strangers(setup.made),
        "remote": any(facts.addresses for facts in setup.facts.values()),
        "operators": [each.operator for each in setup.emitters],
        "roles": [*setup.llms],
        "survey": models.surveyed(setup, seeds),
    }


def _desk(setup: Setup, folder: Path, stack: AsyncExitStack) -> Desk:
    """Return where the requests of the run lie that somebody outside answers."""
    leases = run_folder.read_leases(folder)
    desk = Desk(leases, roles=setup.patient, trusted=setup.trusted, measures=tuple(setup.measures))
    stack.callback(lambda: run_folder.write_leases(folder, desk.leases))
    return desk


def _show_judgements(attempts: Attempts, folder: Path, stack: AsyncExitStack) -> None:
    """Let those who look at the run from outside see how far its judgements are."""
    board = ProgressBoard(folder, attempts.judgements.describe)
    attempts.judgements.stir = board.stir
    stack.push_async_callback(board.close)


def _complain(search: Search, words: str) -> None:
    """Note that something beside the run went wrong, for whoever watches it and for later."""
    said = redact(words, search.secrets)
    search.notices.append(said)
    run_folder.diagnose(search.folder, "tracker", said)


def _artist(setup: Setup, folder: Path, library: Library, evaluator: Evaluator) -> Artist | None:
    """Return who draws programs; None where no model sees."""
    tell = partial(run_folder.diagnose, folder, "picture", secrets=setup.secrets)
    return Artist(folder, library, evaluator, tell) if setup.manners.seeing else None


async def _leave(
    search: Search,
    setup: Setup,
    store: Store,
    library: Library,
    evaluator: Evaluator,
    *,
    llms: Mapping[str, LLMClient],
    anew: bool,
) -> None:
    """Leave the copy of a finished run and its best program behind; `anew` if there are new commits."""
    best = search.state.best
    if search.run_state == "finished":
        search.holdout = await score_holdout(search, setup, library, store, llms)
        back_up(search, store, anew=anew)
    if search.run_state in {"finished", "paused"}:
        search.best_files = await keep_best(search, library=library, evaluator=evaluator, store=store)
    elif best:
        search.best_files = write_program(search, library.get(best.program)[0])


def _lend(llms: Mapping[str, LLMClient], evaluator: Evaluator, stack: AsyncExitStack, counsel: Counsel | None) -> None:
    """Let stages and judges ask the run's models too, and have all of them closed at the end."""
    evaluator.consult(llms, counsel)
    for client in llms.values():
        stack.push_async_callback(client.close)


async def _note(store: Store, setup: Setup, amendments: Sequence[str], abandon: Sequence[int]) -> frozenset[int]:
    """Enter into the log what this session was told to do differently, and whose secret hidden instances come from.

    Returns:
        All tickets that are given up.
    """
    await store.begin_session()
    told: dict[str, JSON] = {"set": [redact(each, setup.secrets) for each in amendments]} if amendments else {}
    given_up: dict[str, JSON] = {"abandon": list(abandon)} if abandon else {}
    if told or given_up:
        await store.add_event(EventKind.AMENDMENT, author="person", data={**told, **given_up})
    await note_secret(store, setup.secret)
    return store.abandoned()


def library_size(setup: Setup) -> int:
    """Return how many programs are kept in memory: those in flight, and recent parents."""
    return max(2048, 8 * setup.window)


def _stored_seeds(store: Store) -> dict[str, Program]:
    found = {name: store.program(program) for name, program in json.loads(store.header().seeds)}
    return {name: program for name, program in found.items() if program}
