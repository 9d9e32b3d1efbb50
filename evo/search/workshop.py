"""Putting programs that edit files to work on tickets: what they find in their checkout, and what they leave as answer.

A program gets the files of the ticket's parent, what a model would be asked in words, the programs that inspire, and
the command `score`, which has what lies there judged as every program is. What it leaves is told word for word, as
programs from outside are (`propose.told`), so it is durable, read, hashed and replayed like those.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from evo.edits import Edit, Refusal, RewriteEdit, apply
from evo.errors import EvoError, InfraError, LLMError
from evo.execute import executor as seam
from evo.execute.bench import DESK
from evo.execute.inside.command import LOADER_MB
from evo.execute.sandbox import Limits
from evo.execute.toolchains import find_toolchain, grants_of, joined, variables_of
from evo.propose.told import tell_program
from evo.records import PROGRAM_MAX_BYTES, Completion, Finish, Outcome, Program, describe_evaluation
from evo.text import cut, normalise_detail, sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evo.canonical import JSON
    from evo.edits import Editable
    from evo.execute.bench import Leavings, Work, Workbench
    from evo.execute.executor import Task
    from evo.llm.workshop import ProgramAtWork
    from evo.records import Evaluation, Request
    from evo.search.issue import Assignment
    from evo.search.library import Library

_OPEN_FILES = 512
_WHY_CHARS = 180
_TRANSCRIPT_BYTES = 64 * 1024
SCORE_SCRIPT = """#!/bin/sh
# Has what lies here scored, and prints what came of it as JSON.
name=$$
rm -f "$EVO_DESK/said/$name"
: > "$EVO_DESK/asked/$name" || exit 2
while [ ! -e "$EVO_DESK/said/$name" ]; do sleep 0.05; done
cat "$EVO_DESK/said/$name" && echo
rm -f "$EVO_DESK/said/$name"
"""
"""What `score` is."""
_BRIEF = """# Your task

The folder that you are in holds the parent program: {paths}. Turn it into a better one: change {what} where they lie.
Nobody answers questions. What lies there when you end, or are stopped, is your answer; a judge scores it.

- `score` has what lies there now judged, and prints what came of it as JSON. You have {calls} of it.
- You are stopped after {wall:g} seconds, or {cpu:g} CPU seconds of yours.
- Write one line about what you changed, and why it should help, to `{desk}/why`. Later tasks show it.
- Other programs that may inspire lie in `{desk}/inspirations`.
- What costs money says so, as often as it changes: {{"usd": 0.12, "input_tokens": 900, "output_tokens": 80}} in
  `{desk}/spend.json`.
- {network} Nothing outside this folder can be written.

Below stands the task as all who propose programs are told it. Where it speaks of how to answer, change the files.

{system}

{user}
"""

_NETWORK = "Of the network you reach {} alone, by the proxy that HTTPS_PROXY and HTTP_PROXY name."


class ScoresInPlace(Protocol):
    """What scores programs, and says where they run; `evaluate.evaluator.Evaluator` in a run."""

    async def evaluate(self, program: Program, repetition: int = 0) -> Evaluation:
        """Return the program's evaluation."""
        ...

    async def workplace(self, program: Program) -> Task:
        """Return a task with the program's files and tree, and with what is hidden from it."""
        ...


class RunWorkshop:
    """The workshop of one run; see `llm.workshop.Workshop`.

    Args:
        bench: where the programs work; None in a run that has none.
        evaluator: scores what they make.
        library: knows the programs that inspire.
        editable: what of a program may change.

    Attributes:
        assigned: finds the ticket that is issued under a number; set once there is a search.
    """

    def __init__(self, bench: Workbench | None, evaluator: ScoresInPlace, library: Library, editable: Editable) -> None:
        self._bench, self._evaluator, self._library = bench, evaluator, library
        self._editable: Editable = editable
        self.assigned: Callable[[int], Assignment | None] = _nobody

    async def work(self, request: Request, agent: ProgramAtWork) -> Completion:
        """Let a program work on a ticket; see `Workshop.work`."""
        assignment = self.assigned(int(request.subject)) if request.subject.isdecimal() else None
        if self._bench is None or assignment is None or not assignment.parents:
            return Completion(text="", finish=Finish.ERROR, detail="no ticket with a parent to work on")
        parent = assignment.parents[0]
        try:
            task = self._task(await self._evaluator.workplace(parent), parent, request, agent, self._beside(assignment))

            async def score(found: Leavings) -> JSON:
                return await self._scored(parent, found)

            spendable = agent.usd or float("inf")
            work = await self._bench.work(
                task, wall_seconds=agent.wall_seconds, score=score, usd=spendable, network=agent.network
            )
        except InfraError as error:
            raise LLMError(f"llms.{request.llm}: this machine failed at its work: {error}") from error
        return self._answer(parent, work, agent)

    async def _scored(self, parent: Program, found: Leavings) -> dict[str, JSON]:
        program = self._made(parent, found)
        if isinstance(program, Refusal):
            return {"status": str(program.outcome), "error": program.detail}
        return {"program": program.id, **describe_evaluation(await self._evaluator.evaluate(program))}

    def _made(self, parent: Program, found: Leavings) -> Program | Refusal:
        """Return what a program would be scored as, as the answer would be read."""
        try:
            blocks = tuple(RewriteEdit(path=path, text=text) for path, text in self._texts(parent, found).items())
            return apply(parent, Edit(blocks=blocks), editable=self._editable) if blocks else parent
        except EvoError as error:
            return Refusal(outcome=Outcome.UNPARSABLE, detail=str(error))

    def _texts(self, parent: Program, found: Leavings) -> dict[str, str]:
        """Return the texts that count: the program's own, and of a repository what may be new, or may not change."""
        mine = {path: sanitise(text) for path, text in found.files.items() if self._counts(parent, path)}
        return {path: text for path, text in mine.items() if text != parent.files.get(path)}

    def _counts(self, parent: Program, path: str) -> bool:
        if path in parent.files:
            return True
        return not isinstance(self._editable, str) and (not self._editable.flaw(path) or path in self._editable.fixed)

    def _answer(self, parent: Program, work: Work, agent: ProgramAtWork) -> Completion:
        name, spent = agent.argv[0].rpartition("/")[2], work.spent
        usd = spent.usd if spent else agent.usd
        books = Completion(
            text="",
            finish=Finish.ERROR,
            model=name,
            detail=normalise_detail(work.ending),
            cost_usd=usd,
            prompt_tokens=spent.prompt_tokens if spent else 0,
            completion_tokens=spent.completion_tokens if spent else 0,
            thoughts=_transcript(work, self._unused(parent, work)),
        )
        texts = self._texts(parent, work.found) if work.found else {}
        if not texts and (work.ending or work.found is None):
            words = _last_words(work)
            return replace(books, detail=normalise_detail(f"{name}: {work.ending or 'gone'}{words}"))
        if not texts:
            # It changed nothing, so its program is the parent: a repetition, at the price of one.
            texts = dict([next(iter(parent.files.items()))]) if parent.files else {}
        if sum(len(text.encode(errors="replace")) for text in texts.values()) > 2 * PROGRAM_MAX_BYTES:
            return replace(books, detail=f"{name}: it left more text than a program may have")
        why = " ".join(normalise_detail(work.why).split())[:_WHY_CHARS]
        return replace(books, finish=Finish.STOP, text=tell_program({**texts}, why, None, asked=work.asked))

    def _unused(self, parent: Program, work: Work) -> Sequence[str]:
        """Return what it left that counts for nothing, in words."""
        found = work.found
        if found is None:
            return []
        new = [path for path in found.files if not self._counts(parent, path)]
        return [
            *(f"{path}: a new file, which is no part of the program" for path in new),
            *(f"{path}: {why}" for path, why in found.refused.items()),
            *(f"{path}: gone, and kept as it was" for path in found.gone),
        ]

    def _beside(self, assignment: Assignment) -> dict[str, str]:
        """Return what lies on the desk from the first: the programs that inspire, with what they scored."""
        files: dict[str, str] = {}
        for program_id in assignment.ticket.inspirations:
            program, evaluation = self._library.get(program_id)
            folder = f"{DESK}/inspirations/{program.id[:12]}"
            files |= {f"{folder}/{path}": text for path, text in (program.changed or program.files).items()}
            said = describe_evaluation(evaluation) if evaluation else {}
            files[f"{folder}/score.json"] = json.dumps({"program": program.id, **said}, indent=1) + "\n"
        return files

    def _task(
        self, place: Task, parent: Program, request: Request, agent: ProgramAtWork, beside: Mapping[str, str]
    ) -> Task:
        brief = _brief(parent, request, agent, self._editable)
        found = [find_toolchain(name) for name in agent.toolchains]
        reserved_mb = max((each.reserved_mb for each in found), default=0.0)
        given = {name: os.environ[name] for name in agent.env if name in os.environ}
        command = seam.Command(
            run=agent.argv,
            cpu_seconds=agent.cpu_seconds,
            memory_mb=agent.memory_mb,
            build_seconds=1.0,
            build_memory_mb=1.0,
            environment={**variables_of(found, agent.memory_mb), **given, "EVO_SEED": str(request.sent_seed)},
            reserved_mb=reserved_mb,
        )
        limits = Limits(
            cpu_seconds=agent.cpu_seconds + 1.0,
            memory_mb=agent.memory_mb + reserved_mb + LOADER_MB,
            open_files=_OPEN_FILES,
            file_mb=agent.file_mb,
            grace_seconds=agent.wall_seconds,
        )
        return replace(
            place,
            files={**place.files, **beside, f"{DESK}/BRIEF.md": brief, f"{DESK}/score": SCORE_SCRIPT},
            kwargs=MappingProxyType({"calls": agent.calls, "brief": brief}),
            grants=joined([grants_of(found), place.grants, seam.Grants(readable=agent.readable)]),
            limits=limits,
            command=command,
        )


def _brief(parent: Program, request: Request, agent: ProgramAtWork, editable: Editable) -> str:
    what = "its files"
    if editable == "markers":
        what = "the lines between EVOLVE-BLOCK-START and EVOLVE-BLOCK-END of its files"
    elif not isinstance(editable, str):
        what = f"the files of {', '.join(editable.globs)}"
    paths = ", ".join(f"`{path}`" for path in list(parent.files)[:20])
    return _BRIEF.format(
        paths=paths if isinstance(editable, str) else "a repository",
        what=what,
        calls=agent.calls,
        wall=agent.wall_seconds,
        cpu=agent.cpu_seconds,
        desk=DESK,
        network=_NETWORK.format(", ".join(agent.network)) if agent.network else "There is no network.",
        system=request.prompt.system,
        user=request.prompt.user,
    )


def _transcript(work: Work, unused: Sequence[str]) -> str:
    """Return what a program said, for people; never parsed, never hashed."""
    parts = [("left, and not used", "\n".join(unused)), ("stderr", _text(work.stderr)), ("stdout", _text(work.stdout))]
    said = "\n".join(f"== {name}\n{text}" for name, text in parts if text.strip())
    return cut(said, _TRANSCRIPT_BYTES)


def _last_words(work: Work) -> str:
    words = (_text(work.stderr) or _text(work.stdout)).strip()
    return f"; its last words: {words[-600:]}" if words else ""


def _text(data: bytes) -> str:
    return sanitise(data.decode("utf-8", "replace"))


def _nobody(number: int) -> Assignment | None:
    del number
