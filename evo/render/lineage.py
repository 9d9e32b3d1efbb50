"""How a program came to be, or what became of it: steps as data, and the same steps as a drawing."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from evo.errors import DamagedError
from evo.propose.advice import followed
from evo.records import Direction, Purpose
from evo.render.console import PIPE_WIDTH
from evo.render.numbers import delta, objective, short
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from rich.console import Console, ConsoleOptions

    from evo.canonical import JSON
    from evo.records import Commit, Placement
    from evo.store.reading.view import RunView
    from evo.store.reading.wishes import HeededWish

_COLUMNS = 8
_NARROWEST = 20
STATUS_STYLES = {"NEW": "green", "IMPROVED": "bold green", "REJECTED": "dim", "INVALID": "red", "FAILED": "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageStep:
    """A program with the ticket that brought it; the keys of `evo lineage --json`.

    Attributes:
        objective: in the problem's unit; None unless VALID.
        island: None for seeds, which land on every island.
        cell: on its (first) island; None for a program that was never placed.
        status: of the placement; of the evaluation, else the outcome, for a program that was never placed.
        delta: gain over the first parent, positive is better; None when either has no objective.
        summary: the proposal's own reason.
        tactic: the approach that it was asked to follow; "" for none.
        wishes: what people had asked for and it heeded.
    """

    program: str
    objective: float | None
    operator: str
    ticket: int
    island: int | None
    cell: tuple[int, ...] | None
    status: str
    delta: float | None
    summary: str
    parents: tuple[str, ...]
    inspirations: tuple[str, ...]
    tactic: str = ""
    wishes: tuple[HeededWish, ...] = ()

    def data(self) -> dict[str, JSON]:
        """Return the step as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A step in its place in the drawing.

    Attributes:
        guide: what stands before the id.
        again: its own ancestors or descendants are drawn elsewhere.
        inspiration: the model saw it, and the program was not made from it.
    """

    step: LineageStep
    guide: str
    again: bool = False
    inspiration: bool = False


class Steps:
    """The steps of one run, read as they are asked for and kept."""

    def __init__(self, view: RunView) -> None:
        self._view, self._direction = view, Direction(view.header.direction)
        self._known: dict[str, LineageStep] = {}
        self._wishes = view.wishes()

    def of(self, program_id: str) -> LineageStep:
        """Return the step that brought a program.

        Raises:
            DamagedError: no commit has it.
        """
        if program_id not in self._known:
            commit = self._view.commit_of(program_id)
            if commit is None:
                raise DamagedError(f"{self._view.folder}: program {program_id} is named by the log but has no commit")
            self._known[program_id] = self._step(commit, program_id)
        return self._known[program_id]

    def ancestors(self, program_id: str) -> list[LineageStep]:
        """Return the program's step and those of all its ancestors, each once, the newest ticket first."""
        self._preload(program_id)
        found: dict[str, LineageStep] = {}
        waiting = [program_id]
        while waiting:
            step = self.of(waiting.pop())
            if step.program not in found:
                found[step.program] = step
                waiting += step.parents
        return sorted(found.values(), key=lambda step: -step.ticket)

    def _preload(self, program_id: str) -> None:
        """Read the program's step and those of all its ancestors together: there may be thousands."""
        commits = [commit for commit in self._view.ancestry(program_id) if commit.proposal.program]
        scores = {each.evaluation.program: each.evaluation.objective for each in commits if each.evaluation}
        for commit in commits:
            name, parents = commit.proposal.program.id if commit.proposal.program else "", commit.proposal.parents
            self._known[name] = self._made(commit, name, scores.get(parents[0]) if parents else None)

    def descendants(self, program_id: str) -> list[LineageStep]:
        """Return the program's step and those of all that was made from it, each once, the oldest ticket first."""
        found: dict[str, LineageStep] = {}
        waiting = [program_id]
        while waiting:
            step = self.of(waiting.pop())
            if step.program not in found:
                found[step.program] = step
                waiting += self._view.children(step.program)
        return sorted(found.values(), key=lambda step: step.ticket)

    def line(self, program_id: str) -> list[LineageStep]:
        """Return the line of first parents from the seed to the program."""
        found: dict[str, LineageStep] = {}
        waiting = [program_id]
        while waiting:
            step = self.of(waiting.pop())
            if step.program not in found:
                found[step.program] = step
                waiting += step.parents[:1]
        return list(reversed(found.values()))

    def leading_to(self, steps: Sequence[LineageStep], meant: Callable[[LineageStep], bool]) -> list[LineageStep]:
        """Return those of some steps that are meant, with those of them that they come from, in the same order."""
        kept = {step.program for step in steps if meant(step)}
        # The steps are in the order of their tickets, and a parent's is lower than its child's.
        for step in sorted(steps, key=lambda step: -step.ticket):
            if step.program in kept:
                kept.update(step.parents)
        return [step for step in steps if step.program in kept]

    def ancestry(self, program_id: str, *, inspirations: bool) -> list[Branch]:
        """Return the drawing of the ancestors: the line of first parents runs down, other parents branch off."""
        drawn: set[str] = set()
        self._preload(program_id)
        return list(self._line(program_id, "", drawn, inspirations=inspirations))

    def _line(self, program_id: str, indent: str, drawn: set[str], *, inspirations: bool) -> Iterator[Branch]:
        """Draw a line of first parents from a program down to its seed, or to what is drawn elsewhere."""
        line = [self.of(program_id)]
        while line[-1].program not in drawn and line[-1].parents:
            drawn.add(line[-1].program)
            line.append(self.of(line[-1].parents[0]))
        for step in line[:-1]:
            yield Branch(step=step, guide=f"{indent}├ ")
            for parent in step.parents[1:]:
                yield from self._line(parent, f"{indent}│ ", drawn, inspirations=inspirations)
            for inspiration in step.inspirations if inspirations else ():
                yield Branch(step=self.of(inspiration), guide=f"{indent}│ · ", inspiration=True)
        yield Branch(step=line[-1], guide=f"{indent}└ ", again=bool(line[-1].parents))

    def descent(self, program_id: str, among: Collection[str] | None = None) -> list[Branch]:
        """Return the drawing of the descendants: children stand below and to the right of their first parent.

        Args:
            program_id: where it begins.
            among: the programs to draw; None for all.
        """
        branches: list[Branch] = []
        drawn: set[str] = set()
        waiting = [(program_id, "", "")]
        while waiting:
            program, guide, below = waiting.pop()
            again = program in drawn
            drawn.add(program)
            branches.append(Branch(step=self.of(program), guide=guide, again=again))
            children = [] if again else [c for c in self._view.children(program) if among is None or c in among]
            for position, child in enumerate(reversed(children)):
                mark, rest = ("└ ", "  ") if position == 0 else ("├ ", "│ ")
                waiting.append((child, below + mark, below + rest))
        return branches

    def _step(self, commit: Commit, program_id: str) -> LineageStep:
        parents = commit.proposal.parents
        parent = self._view.evaluation(parents[0]) if parents else None
        return self._made(commit, program_id, parent.objective if parent else None)

    def _made(self, commit: Commit, program_id: str, before: float | None) -> LineageStep:
        proposal, evaluation = commit.proposal, commit.evaluation
        value = evaluation.objective if evaluation else None
        placed: Placement | None = commit.placements[0] if commit.placements else None
        came = evaluation.status if evaluation else proposal.outcome
        return LineageStep(
            program=program_id,
            objective=value,
            operator=proposal.operator,
            ticket=commit.ticket,
            island=proposal.island,
            cell=placed.cell if placed else None,
            status=str(placed.status if placed else came),
            delta=None if value is None or before is None else self._direction.gain(value, before),
            summary=proposal.summary,
            parents=proposal.parents,
            inspirations=proposal.inspirations,
            tactic=tactic_of(self._view, commit),
            wishes=self._wishes.of(commit),
        )


def tell_wishes(steps: Iterable[LineageStep]) -> list[str]:
    """Say from which ticket on a line heeded what, the earliest first: "from t12 on, 3 steps: hint of ann ..."."""
    heeded: dict[int, list[LineageStep]] = {}
    said: dict[int, str] = {}
    for step in sorted(steps, key=lambda step: step.ticket):
        for wish in step.wishes:
            heeded.setdefault(wish.event, []).append(step)
            said[wish.event] = wish.says
    return [
        f"from t{found[0].ticket} on, {len(found)} step{'s' * (len(found) > 1)} of it: {said[event]}"
        for event, found in heeded.items()
    ]


def tactic_of(view: RunView, commit: Commit) -> str:
    """Return the approach that a commit's ticket was asked to follow, "" if it was free."""
    texts = [text for purpose, text in view.advice(commit) if purpose == Purpose.TACTIC]
    return followed(texts[0], commit.ticket) if texts else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The steps as aligned rows behind their guides.

    A terminal gets each step's reason below its row, where there is room for it; a pipe gets one line per step.

    Attributes:
        why: with the reasons.
    """

    branches: Sequence[Branch]
    why: bool

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Yield one line after another."""
        del console
        rows = [_cells(branch) for branch in self.branches]
        widths = [max((row[i].cell_len for row in rows), default=0) for i in range(_COLUMNS)]
        for branch, row in zip(self.branches, rows, strict=True):
            line = Text("  ").join(_padded(text, width) for text, width in zip(row, widths, strict=True))
            reason = _reason(branch) if self.why else Text()
            if options.max_width >= PIPE_WIDTH:
                yield line + Text("  ") + reason
                continue
            line.rstrip()
            line.no_wrap, line.overflow = True, "ellipsis"
            yield line
            below = Text(branch.guide.replace("├", "│").replace("└", " ") + "  ", style="dim")
            for part in textwrap.wrap(reason.plain, max(options.max_width - below.cell_len, _NARROWEST)):
                yield below + Text(part, style="italic")


def _padded(text: Text, width: int) -> Text:
    text.pad_right(width - text.cell_len)
    return text


def _reason(branch: Branch) -> Text:
    """Return why the step was made; one that only inspired is not a step of this line."""
    step = branch.step
    said = f"{step.summary} [tactic: {step.tactic}]" if step.tactic else step.summary
    said += "".join(f" [{wish.says}]" for wish in step.wishes)
    return Text("" if branch.inspiration or branch.again else " ".join(sanitise(said).split()))


def _cells(branch: Branch) -> list[Text]:
    step = branch.step
    quiet = "dim" if branch.inspiration else ""
    note = "(inspiration)" if branch.inspiration else "(drawn elsewhere)" if branch.again else ""
    texts = [
        objective(step.objective, step=step.delta),
        step.operator,
        f"t{step.ticket}",
        f"{'all' if step.island is None else f'island {step.island}':<8} {cell(step.cell)}",
    ]
    return [
        Text(branch.guide, style="dim") + Text(short(step.program), style=quiet or "bold cyan"),
        *(Text(text, style=quiet) for text in texts),
        Text(step.status, style=quiet or STATUS_STYLES.get(step.status, "")),
        Text(delta(step.delta, digits=3), style=quiet),
        Text(note, style=quiet),
    ]


def cell(place: tuple[int, ...] | None) -> str:
    """Return a cell as people read it, "" for none."""
    return "" if place is None else f"({','.join(str(index) for index in place)})"
