"""What the offline proposer sees: a prompt's text, and nothing else.

The headings are those of the prompt templates; a test builds real prompts and reads them back. Headings count only
outside fences, so no program can pretend to be another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"(`{3,})([^`\s]*)")
_OPERATOR = re.compile(r"Operator: ([a-z_]+)")
_HEADING = re.compile(r"## (.+)")
_PROGRAM = re.compile(r"(Parent|Second parent|Inspiration|Program) ([0-9a-f]+)")
_SCORE = re.compile(r"Score: .+ = (\S+)(?: \(.*\))?")
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_WANTED = re.compile(r"List (\d{1,4}) fundamentally different approaches")
_STEP = re.compile(r"- (\S+) · (\S+) · (.+?) · (\S+) · (\S+) · (.*)")


@dataclass(slots=True, kw_only=True)
class SeenProgram:
    """A program of the prompt: its place there, the start of its id, its files and its objective if it has one."""

    place: str
    id: str
    files: dict[str, str] = field(default_factory=dict[str, str])
    language: str = ""
    objective: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenStep:
    """A step of the lineage, or an attempt from the parent."""

    operator: str
    valid: bool
    delta: float | None
    summary: str

    @property
    def worsened(self) -> bool:
        """Tell whether the step failed or gained nothing."""
        return not self.valid or (self.delta is not None and self.delta <= 0)


@dataclass(slots=True, kw_only=True)
class Seen:
    """A prompt, read.

    Attributes:
        parents: the one to change first. others: inspirations, worst first.
        ancestors, attempts: as the prompt lists them.
        worked, failed: steps of the whole search, where the prompt asks for advice.
        notes: what the prompt says that the search has learned.
        approach: what the prompt asks to follow; "" for nothing.
        wanted: how many approaches it asks for.
    """

    operator: str = ""
    parents: list[SeenProgram] = field(default_factory=list[SeenProgram])
    others: list[SeenProgram] = field(default_factory=list[SeenProgram])
    ancestors: list[SeenStep] = field(default_factory=list[SeenStep])
    attempts: list[SeenStep] = field(default_factory=list[SeenStep])
    worked: list[SeenStep] = field(default_factory=list[SeenStep])
    failed: list[SeenStep] = field(default_factory=list[SeenStep])
    notes: list[str] = field(default_factory=list[str])
    approach: str = ""
    wanted: int = 1


def read(prompt: str) -> Seen:
    """Read a prompt's user text. Total: what is not there stays empty."""
    seen = Seen()
    program: SeenProgram | None = None
    steps: list[SeenStep] | None = None
    path = heading = ""
    for line, language, block in _pieces(prompt):
        if block is not None:
            if program is not None and _PATH.fullmatch(path) and ".." not in path:
                program.files[path], program.language = block, language
            path = ""
        elif found := _HEADING.fullmatch(line):
            heading, path = found[1], ""
            program, steps = _program(seen, heading), _steps(seen, heading)
        elif found := _OPERATOR.fullmatch(line):
            seen.operator = seen.operator or found[1]
        elif program is not None and line.startswith("File: "):
            path = line.removeprefix("File: ")
        elif program is not None and (found := _SCORE.fullmatch(line)):
            program.objective = _float(found[1])
        elif steps is not None and (found := _STEP.fullmatch(line)):
            steps.append(_step(found))
        elif line:
            _advice(seen, heading, line)
    return seen


def _advice(seen: Seen, heading: str, line: str) -> None:
    if heading == "Notes on this search so far":
        seen.notes.append(line.removeprefix("- "))
    elif heading == "Approach to follow":
        seen.approach = line
    elif heading == "What to do" and (found := _WANTED.search(line)):
        seen.wanted = int(found[1])


def _pieces(prompt: str) -> Iterator[tuple[str, str, str | None]]:
    """Yield each line outside fences as (line, "", None), each fenced block as ("", language, text)."""
    ticks, language, body = "", "", list[str]()
    for line in prompt.split("\n"):
        if ticks:
            if line == ticks:
                yield "", language, "".join(f"{text}\n" for text in body)
                ticks, body = "", []
            else:
                body.append(line)
        elif opening := _FENCE.fullmatch(line):
            ticks, language = opening[1], opening[2]
        else:
            yield line, "", None


def _program(seen: Seen, heading: str) -> SeenProgram | None:
    found = _PROGRAM.fullmatch(heading)
    if found is None:
        return None
    program = SeenProgram(place=found[1], id=found[2])
    match found[1]:
        case "Parent":
            seen.parents.insert(0, program)
        case "Second parent":
            seen.parents.append(program)
        case _:
            seen.others.append(program)
    return program


def _steps(seen: Seen, heading: str) -> list[SeenStep] | None:
    kinds = {
        "How the parent came to be": seen.ancestors,
        "How the program came to be": seen.ancestors,
        "How the best program came to be": seen.ancestors,
        "What was already tried": seen.attempts,
        "Steps that worked": seen.worked,
        "Steps in vain": seen.failed,
    }
    return next((steps for name, steps in kinds.items() if heading.startswith(name)), None)


def _step(found: re.Match[str]) -> SeenStep:
    summary = "" if found[6] == "-" else found[6]
    return SeenStep(operator=found[2], valid=found[3] == "VALID", delta=_float(found[5]), summary=summary)


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
