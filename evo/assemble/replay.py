"""A finished or unfinished run, verified, or made ready to be executed again without any model."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, cast

from evo.assemble import grounds
from evo.assemble.counsel import counsel_of
from evo.assemble.evaluator import evaluator_of
from evo.assemble.fold import archives_of, fold_parts, foreign
from evo.assemble.holdout import holdout_flaw
from evo.assemble.issuer import attempts_of, issuer_of, reader_of
from evo.assemble.resume import setup_of
from evo.assemble.session import library_size
from evo.assemble.space import bordered
from evo.audit.as_recorded import AsRecorded, StoredTurns
from evo.audit.reexecution import Execution, Shelf, StoredModel
from evo.audit.verify import Fold, verify
from evo.config.run import from_yaml
from evo.edits import GRAMMAR
from evo.errors import DamagedError, SpecError
from evo.llm.answer_log import Discreet
from evo.records import Direction
from evo.search.library import Library
from evo.store.reading.answers import StoredAnswers
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from pathlib import Path

    from evo.audit.verify import Log, RecordedSpace, Verified
    from evo.records import Program
    from evo.store.reading.view import RunView
    from evo.store.store import RunHeader


def verified(log: Log, tell: Callable[[int, int], None]) -> Verified:
    """Go through a run's log: every hash, every placement; nothing of the run or of a problem is imported.

    Args:
        log: a run.
        tell: is told after every commit how many are done, and of how many.

    Raises:
        DamagedError: the log cannot be read any further.
    """
    return verify(log, tell, _fold)


def _fold(header: RunHeader, spaces: Sequence[RecordedSpace]) -> Fold | str:
    """Return the fold of a recorded run, or why this cannot be made."""
    if not header.spec or not header.axes.strip("[] "):
        return "the run has no config or no axes on record"
    try:
        spec = from_yaml(header.spec, "the recorded config")
        if spec.islands.count != len(spaces):
            return f"the recorded config has {spec.islands.count} islands, the header {len(spaces)}"
        if stranger := foreign(spec):
            return f"its archives rest on {stranger.use}, which did not come with evo; --execute loads it"
        state = fold_parts(spec).state(spaces, Direction(header.direction), len(json.loads(header.seeds)))
    except (SpecError, KeyError) as error:
        return f"this version cannot read the recorded config ({str(error).splitlines()[0]})"
    return Fold(state=state, bordered=[bordered(archive) for archive in archives_of(spec)])


@asynccontextmanager
async def executing(folder: Path) -> AsyncGenerator[Execution]:
    """Make a run ready to be executed again on its stored answers.

    Candidates run in the sandbox as in a run. No model is connected, so no provider is contacted and no key is needed,
    whatever the config names. Nothing of the run is changed; it may even be going on.

    Raises:
        NotFoundError: there is no such run, or its problem is gone.
        ConflictError: the problem or a part is not what it was when the run began.
        DamagedError: the database cannot be read.
        EvoError: this machine does not offer the isolation that the run asks for.
    """
    with open_run(folder) as view:
        # No key is needed; but where one is set, prompts leave it out as they did then.
        setup = setup_of(view)
        async with evaluator_of(setup) as evaluator:
            grounds.refuse_other_tools(view.header, await evaluator.tools())
            answers = StoredAnswers(folder)
            llms = {role: Discreet(StoredModel(answers), setup.secrets) for role in setup.llms}
            evaluator.consult(llms, counsel_of(setup, llms))
            seeds, shelf = _seeds(view), Shelf(view)
            state = setup.fold.state(setup.spaces, setup.direction, len(seeds), setup.emitters)
            library = Library(shelf, seeds.values(), most=library_size(setup))
            try:
                reader = AsRecorded(reader_of(setup), view, _read_otherwise(view))
                attempts = attempts_of(
                    setup,
                    llms=llms,
                    evaluator=evaluator,
                    store=shelf,
                    state=state,
                    abandoned=view.abandoned(),
                    reader=reader,
                    follows=StoredTurns(answers),
                )
                yield Execution(
                    view=view,
                    shelf=shelf,
                    state=state,
                    library=library,
                    issuer=issuer_of(setup, seeds=seeds, library=library),
                    attempts=attempts,
                    holdout=partial(holdout_flaw, setup, view, llms),
                    otherwise=reader.otherwise,
                )
            finally:
                answers.close()


def _read_otherwise(view: RunView) -> frozenset[int]:
    """Return the tickets whose answers were read by an earlier grammar: those before this version took the run up."""
    if from_yaml(view.header.spec, "the recorded config").answers.grammar == GRAMMAR:
        return frozenset()
    newer = f"answers.grammar={GRAMMAR}"
    taken = [event.after_seq for event in view.events() if newer in cast("list[str]", event.data.get("set") or [])]
    tickets = [ticket for ticket, _ in view.plan()]
    return frozenset(tickets[: min(taken) + 1] if taken else tickets)


def _seeds(view: RunView) -> dict[str, Program]:
    found = {name: view.program(program) for name, program in json.loads(view.header.seeds)}
    if missing := [name for name, program in found.items() if program is None]:
        raise DamagedError(f"{view.folder}: seed {missing[0]} is not in the database; `evo recover` saves what is")
    return {name: program for name, program in found.items() if program}
