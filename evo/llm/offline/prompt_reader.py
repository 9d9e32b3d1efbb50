"""What the offline proposer sees: a prompt's text, and nothing else.

The headings are those of the prompt templates; a test builds real prompts and reads them back. Headings count only
outside fences, so no program can pretend to be another. What is asked for is read from the words under "What to do" and
from the form of answer that is shown there, never from an operator's name: a template of anybody's is understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"(`{3,})([^`\s]*)")
_HEADING = re.compile(r"## (.+)")
_PROGRAM = re.compile(r"(Parent|Second parent|Inspiration|Program) ([0-9a-f]+)")
_SCORE = re.compile(r"Score: .+ = (\S+)(?: \(.*\))?")
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_TASK = "What to do"
_ELSE = "What else was tried"
_WANTED = re.compile(r"List (\d{1,4}) fundamentally different approaches")
_SUMMING = re.compile(r"Sum up what this search has learned\b")
_NOTING = re.compile(r'\{"insights": .*')
_BLOCKS = re.compile(r"<{5,9} SEARCH")
# At the start of a sentence: an objective may have any name.
_JOINING = re.compile(r"(?:^|[.:;!] )Join\b")
_ANEW = re.compile(r"\ba new version\b")
_FROM_NOTHING = re.compile(r"\bfrom nothing\b")
_TRIED = re.compile(r"- (.*) \(\d+ x, [^()]*\)")
_STEP = re.compile(r"- (\S+) · (\S+) · (.+?) · (\S+) · (\S+) · (.*)")


Asked: TypeAlias = Literal["program", "insights", "approaches", "note"]


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
        tried: summaries of what else was tried on the parent.
        worked, failed: steps of the whole search, where the prompt asks for advice.
        notes: what the prompt says that the search has learned.
        approach: what the prompt asks to follow; "" for nothing.
        wanted: how many approaches it asks for.
        asked: what the answer is to be.
        fenced, blocks: whether the form of answer shown is a file in a fence, and whether it is SEARCH/REPLACE blocks.
        joins: whether what is good in several programs is to be joined.
        anew: whether a new version of the whole is asked for rather than a change.
        from_nothing: whether the program shown is not to be built upon.
    """

    asked: Asked = "program"
    fenced: bool = False
    blocks: bool = False
    joins: bool = False
    anew: bool = False
    from_nothing: bool = False
    parents: list[SeenProgram] = field(default_factory=list[SeenProgram])
    others: list[SeenProgram] = field(default_factory=list[SeenProgram])
    ancestors: list[SeenStep] = field(default_factory=list[SeenStep])
    attempts: list[SeenStep] = field(default_factory=list[SeenStep])
    tried: list[str] = field(default_factory=list[str])
    worked: list[SeenStep] = field(default_factory=list[SeenStep])
    failed: list[SeenStep] = field(default_factory=list[SeenStep])
    notes: list[str] = field(default_factory=list[str])
    approach: str = ""
    wanted: int = 1

    @property
    def done(self) -> frozenset[str]:
        """The summaries of all that was tried on the parent, as far as the prompt tells."""
        return frozenset((*(step.summary for step in self.attempts), *self.tried))

    @property
    def whole(self) -> bool:
        """Whether the answer is a whole file; one from nothing is beyond the proposer, so it says what it changed."""
        return self.fenced and not self.blocks and not self.from_nothing


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
            seen.fenced = seen.fenced or heading == _TASK
            path = ""
        elif found := _HEADING.fullmatch(line):
            heading, path = found[1], ""
            program, steps = _program(seen, heading), _steps(seen, heading)
        elif program is not None and line.startswith("File: "):
            path = line.removeprefix("File: ")
        elif program is not None and (found := _SCORE.fullmatch(line)):
            program.objective = _float(found[1])
        elif steps is not None and (found := _STEP.fullmatch(line)):
            steps.append(_step(found))
        elif heading.startswith(_ELSE) and (found := _TRIED.fullmatch(line)):
            seen.tried.append(found[1])
        elif line and heading == _TASK:
            _task(seen, line)
        elif line:
            _advice(seen, heading, line)
    return seen


def _advice(seen: Seen, heading: str, line: str) -> None:
    if heading == "Notes on this search so far":
        seen.notes.append(line.removeprefix("- "))
    elif heading == "Approach to follow":
        seen.approach = line


def _task(seen: Seen, line: str) -> None:
    if found := _WANTED.search(line):
        seen.asked, seen.wanted = "approaches", int(found[1])
    elif _SUMMING.match(line):
        seen.asked = "note"
    elif _NOTING.fullmatch(line):
        seen.asked = "insights"
    seen.blocks = seen.blocks or _BLOCKS.fullmatch(line) is not None
    seen.joins = seen.joins or _JOINING.search(line) is not None
    seen.anew = seen.anew or _ANEW.search(line) is not None
    seen.from_nothing = seen.from_nothing or _FROM_NOTHING.search(line) is not None


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
