"""What a report carries of a run: the whole log as columns, and of its texts those that its story is told with.

A file that is sent to somebody has a size that they will take. So programs and answers have an allowance each, which
the line of the best is given first, then the elites, then a few examples of every kind of failure.
"""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evo.records import Direction
from evo.store.pictures import read_best_picture, read_picture
from evo.store.reading.bounded import BoundedReader
from evo.web.documents import read_about

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evo.canonical import JSON

TEXT_BYTES = 1_200_000
"""Of programs with all that is known of them; prompts with answers have as much."""
PICTURE_BYTES = 800_000
_LINE, _ELITES, _EXAMPLES, _WORDS = 200, 60, 4, 3000
_AT_ONCE = 400
_VALID = 0


@dataclass(slots=True, kw_only=True)
class Contents:
    """One run.

    Attributes:
        about: what it is and how it stands. pieces: its log, see `store.reading.columns`.
        line: the commits from the seed to the best one; elites: those of other cells, best first.
        words: commit -> its reason and what became of it. programs, pictures: by id; answers: by ticket.
        left_out: steps of the line whose program found no room.
    """

    name: str
    about: dict[str, JSON]
    pieces: list[dict[str, JSON]]
    line: list[int]
    elites: list[int]
    words: dict[int, dict[str, JSON]] = field(default_factory=dict[int, dict[str, "JSON"]])
    programs: dict[str, dict[str, JSON]] = field(default_factory=dict[str, dict[str, "JSON"]])
    answers: dict[int, dict[str, JSON]] = field(default_factory=dict[int, dict[str, "JSON"]])
    pictures: dict[str, str] = field(default_factory=dict[str, str])
    left_out: int = 0

    def document(self) -> dict[str, JSON]:
        """Return it as `static/source.js` reads it; the log packed, since it is most of it."""
        return {
            "name": self.name,
            "about": self.about,
            "pieces": [{"first": each["first"], "packed": _pack(each)} for each in self.pieces],
            "commits": {str(seq): words for seq, words in self.words.items()},
            "programs": {**self.programs},
            "answers": {str(ticket): answer for ticket, answer in self.answers.items()},
            "pictures": {**self.pictures},
        }


def gather_contents(folder: Path, *, share: float = 1.0) -> Contents:
    """Read what a report carries of a run.

    Args:
        folder: of the run.
        share: of the allowances that this run may use up.

    Raises:
        NotFoundError: no run lies there.
        DamagedError: it cannot be read.
    """
    with BoundedReader(folder) as reader:
        pieces = [*_read_pieces(reader)]
        log = _Log(pieces, Direction(reader.header().direction))
        found = Contents(
            name=folder.name,
            about={**read_about(reader), "stand": {**reader.stand()}},
            pieces=pieces,
            line=log.line(log.best),
            elites=log.elites(),
        )
        _carry_words(found, reader, log)
        _carry_programs(found, reader, log, share)
        _carry_pictures(found, folder, share)
    return found


def _read_pieces(reader: BoundedReader) -> Iterator[dict[str, JSON]]:
    after, more = -1, True
    while more:
        piece = reader.columns(after)
        more, count = bool(piece["more"]), piece["count"]
        if count:
            yield piece
        after += count if isinstance(count, int) else 0


class _Log:
    """The columns of a whole run, as far as they say what is worth carrying."""

    def __init__(self, pieces: Sequence[dict[str, Any]], direction: Direction) -> None:
        self._direction = direction
        self.objective: list[float | None] = []
        self.parent: list[int] = []
        self.cause: list[str] = []
        self.ticket: list[int] = []
        self.records: list[int] = []
        self._held: dict[tuple[int, str], int] = {}
        best: float | None = None
        for piece in pieces:
            words = piece["words"]
            self.parent += piece["parent"]
            self.ticket += piece["ticket"]
            for outcome, cause, status in zip(piece["outcome"], piece["cause"], piece["status"], strict=True):
                self.cause.append("" if status == _VALID else words[cause] if cause >= 0 else words[outcome])
            for value in piece["objective"]:
                if value is not None and (best is None or direction.better(value, best)):
                    best = value
                    self.records.append(len(self.objective))
                self.objective.append(value)
            self._hold(piece)

    @property
    def best(self) -> int:
        """The commit of the best, -1 for none."""
        return self.records[-1] if self.records else -1

    def line(self, seq: int) -> list[int]:
        """Return the commits of first parents from the seed to one."""
        found: list[int] = []
        while seq >= 0 and len(found) < len(self.parent):
            found.append(seq)
            seq = self.parent[seq]
        return found[::-1]

    def elites(self) -> list[int]:
        """Return the programs that hold cells, best first."""
        sign = -1.0 if self._direction is Direction.MAXIMIZE else 1.0
        held = {seq for seq in self._held.values() if self.objective[seq] is not None}
        return sorted(held, key=lambda seq: (sign * (self.objective[seq] or 0.0), seq))

    def examples(self) -> list[int]:
        """Return the latest few of every kind of failure."""
        kept: dict[str, list[int]] = {}
        for seq in range(len(self.cause) - 1, -1, -1):
            if cause := self.cause[seq]:
                several = kept.setdefault(cause, [])
                if len(several) < _EXAMPLES:
                    several.append(seq)
        return sorted(seq for several in kept.values() for seq in several)

    def _hold(self, piece: dict[str, Any]) -> None:
        places, words, cells = piece["places"], piece["words"], piece["cells"]
        for island, cell, program, status in zip(
            places["island"], places["cell"], places["program"], places["status"], strict=True
        ):
            if words[status] == "FOUNDED":
                self._held = {where: held for where, held in self._held.items() if where[0] != island}
            if words[status] in {"NEW", "IMPROVED", "FOUNDED"}:
                self._held[island, json.dumps(cells[cell])] = program


def _carry_words(found: Contents, reader: BoundedReader, log: _Log) -> None:
    recent = log.records[-_WORDS // 2 :]
    wanted = [*dict.fromkeys([*found.line, *found.elites[:_ELITES], *log.examples(), *recent])][:_WORDS]
    for first in range(0, len(wanted), _AT_ONCE):
        for words in reader.commits(wanted[first : first + _AT_ONCE]):
            found.words[int(str(words["seq"]))] = words


def _carry_programs(found: Contents, reader: BoundedReader, log: _Log, share: float) -> None:
    """Carry programs and answers, the ends of the line first and what gained most of it, while there is room."""
    room = {"program": int(TEXT_BYTES * share), "answer": int(TEXT_BYTES * share)}
    line, left = _by_weight(found.line, log), set[int]()
    for seq in [*line[:_LINE], *found.elites[:_ELITES], *log.examples()]:
        program_id = str(found.words.get(seq, {}).get("program") or "")
        if not program_id or program_id in found.programs:
            continue
        program = reader.program(program_id)
        if program is None or not _fits(program, room, "program"):
            left.add(seq)
            continue
        found.programs[program_id] = program
        answer = reader.answer(log.ticket[seq])
        if answer is not None and _fits(answer, room, "answer"):
            found.answers[log.ticket[seq]] = answer
    found.left_out = len(left.intersection(found.line)) + len(line[_LINE:])


def _by_weight(line: Sequence[int], log: _Log) -> list[int]:
    """Return the steps of a line, its ends first, then by what they gained, each after the one that it changed."""

    def gain(at: int) -> float:
        now, before = log.objective[line[at]], log.objective[line[at - 1]]
        return abs(now - before) if now is not None and before is not None else 0.0

    between = sorted(range(1, len(line)), key=lambda at: -gain(at))
    steps = [step for at in between for step in (line[at - 1], line[at])]
    return [*dict.fromkeys([*line[-1:], *line[:1], *steps])]


def _fits(text: JSON, room: dict[str, int], kind: str) -> bool:
    size = len(json.dumps(text))
    if size > room[kind]:
        return False
    room[kind] -= size
    return True


def _carry_pictures(found: Contents, folder: Path, share: float) -> None:
    room = int(PICTURE_BYTES * share)
    best = found.programs.get(str(found.words.get(found.line[-1], {}).get("program"))) if found.line else None
    shown = [str(found.words[seq]["program"]) for seq in found.line if seq in found.words]
    drawn = [(each, read_picture(folder, each)) for each in [*shown[-1:], *shown[:1], *shown[1:-1]] if each]
    for name, picture in [*drawn, *([("", read_best_picture(folder))] if best else [])]:
        if picture is not None and len(picture) <= room:
            room -= len(picture)
            found.pictures[name] = f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def _pack(piece: dict[str, JSON]) -> str:
    packed = gzip.compress(json.dumps(piece, separators=(",", ":")).encode(), 6, mtime=0)
    return base64.b64encode(packed).decode()
