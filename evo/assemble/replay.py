"""The composition root of a replay: a finished or unfinished run, made ready to be executed again without any model."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from evo.assemble import models
from evo.assemble.identity import meaning
from evo.assemble.issuer import attempts_of, builder_of, issuer_of
from evo.assemble.parts import all_emitters_of, spaces_of, state_of
from evo.assemble.start import evaluating, options_of
from evo.audit.reexecution import Execution, Shelf, StoredModel
from evo.config.problem import load_problem
from evo.config.run import amend, from_yaml
from evo.errors import ConflictError, DamagedError
from evo.records import Direction
from evo.search.library import Library
from evo.store import folder as run_folder
from evo.store.reading.answers import StoredAnswers
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from evo.config.problem import Problem
    from evo.config.run import RunSpec
    from evo.propose.prompt.builder import PromptBuilder
    from evo.records import Program
    from evo.store.reading.view import RunView


@asynccontextmanager
async def executing(folder: Path) -> AsyncGenerator[Execution]:
    """Make a run ready to be executed again on its stored answers.

    Candidates run in the sandbox as in a run. No model is connected, so no provider is contacted and no key is needed,
    whatever the config names. Nothing of the run is changed; it may even be going on.

    Raises:
        NotFoundError: there is no such run, or its problem is gone.
        ConflictError: the problem is not what it was when the run began.
        DamagedError: the database cannot be read.
        EvoError: this machine does not offer the isolation that the run asks for.
    """
    with open_run(folder) as view:
        spec = amend(from_yaml(view.header.spec, str(folder / run_folder.CONFIG)), view.amendments())
        problem = load_problem(spec.problem, params=spec.params or None)
        prompts = builder_of(spec, problem, folder / run_folder.PROMPTS if spec.prompts.templates else None)
        _refuse_other_problem(view, problem, spec, prompts)
        options = options_of(spec)
        executor = spec.executor
        async with evaluating(
            problem, pipeline=spec.pipeline, workers=executor.workers, sandbox=executor.sandbox
        ) as evaluator:
            answers = StoredAnswers(folder)
            llms = {role: StoredModel(answers) for role in spec.llms}
            evaluator.consult(llms)
            seeds, shelf = _seeds(view), Shelf(view)
            # No key is needed; but where one is set, prompts have to leave it out as they did then.
            secrets = models.secrets(options)
            spaces = spaces_of(spec, problem, evaluator.measures)
            state = state_of(spec, spaces, Direction(view.header.direction), len(seeds), all_emitters_of(spec))
            library = Library(shelf, seeds.values(), most=max(2048, 8 * spec.schedule.effective_window))
            try:
                yield Execution(
                    view=view,
                    shelf=shelf,
                    state=state,
                    library=library,
                    issuer=issuer_of(
                        spec,
                        problem,
                        options,
                        seeds=seeds,
                        library=library,
                        prompts=prompts,
                        secrets=secrets,
                    ),
                    attempts=attempts_of(
                        spec, problem, llms=llms, evaluator=evaluator, store=shelf, state=state, secrets=secrets
                    ),
                )
            finally:
                answers.close()


def _refuse_other_problem(view: RunView, problem: Problem, spec: RunSpec, prompts: PromptBuilder) -> None:
    if meaning(problem, spec, prompts.foreign) != view.header.fingerprint:
        raise ConflictError(
            f"problem {problem.label} is not what it was when {view.header.id} began: its statement, judge, brief, "
            "ideas, pipeline or templates were edited, so its log cannot be made again. "
            "`evo replay` without --execute verifies it"
        )


def _seeds(view: RunView) -> dict[str, Program]:
    found = {name: view.program(program) for name, program in json.loads(view.header.seeds)}
    if missing := [name for name, program in found.items() if program is None]:
        raise DamagedError(f"{view.folder}: seed {missing[0]} is not in the database; `evo recover` saves what is")
    return {name: program for name, program in found.items() if program}
