"""Whether a program is new: compared with every earlier commit, before it is worth an evaluation.

`NoveltyIndex` is a fold over the commits. A ticket meets it twice: as soon as its program is known, to save the
evaluation, and again at the commit gate, where it counts. What the first look sees is committed before the ticket, so
whatever it calls a repetition the gate calls one too; that makes the log independent of how far others have got
meanwhile.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from evo.records import Repeat, Rule, Traits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.config.sections import NoveltySpec
    from evo.records import Program, Proposal

LENGTH = 2048
"""Embeddings are scaled to this length and rounded: products of two stay below 2**24, where 32-bit floats are exact,
so that similarities depend neither on the order of summation nor on the machine."""

_LINEAGE = 16
"""How many ancestors a step back is looked for in."""


def changes(parent: Program | None, child: Program) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return fingerprints of the lines that a child adds to its parent and of those that it gives up.

    Lines count once, without the space around them; blank lines and comments do not count.
    """
    if parent is None:
        return (), ()
    before, after = _lines(parent), _lines(child)
    return tuple(sorted(after - before)), tuple(sorted(before - after))


def quantised(text: str) -> tuple[int, ...]:
    """Return the embedding that an answer holds, a JSON list of numbers, at length `LENGTH`; () if it holds none."""
    try:
        numbers = [float(number) for number in json.loads(text)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return ()
    # Times a power of two, which is exact: the length of numbers near the smallest double would have few digits.
    exponent = math.frexp(max(map(abs, numbers), default=0.0))[1]
    numbers = [math.ldexp(number, -exponent) for number in numbers]
    length = math.hypot(*numbers)
    if not 0 < length < math.inf:
        return ()
    return tuple(round(number / length * LENGTH) for number in numbers)


def with_embedding(proposal: Proposal) -> Proposal:
    """Return a proposal that names the request for its embedding among its requests, if it was judged by it.

    Whether one was made at all for a program that repeats another by a cheaper rule depends on who came first.
    """
    traits, repeats = proposal.traits, proposal.repeats
    if traits is None or not traits.request or (repeats and repeats.rule is not Rule.EMBEDDING):
        return proposal
    if traits.request in proposal.requests:
        return proposal
    requests, answers = (*proposal.requests, traits.request), (*proposal.answers, traits.answer)
    return replace(proposal, requests=requests, answers=answers)


class NoveltyIndex:
    """The programs of all commits, as far as novelty compares them.

    Costs one look-up for a form, one walk along a bounded lineage for lines, and a product with all vectors for an
    embedding; the last grows with the run, at about 1 ms for each million numbers.

    Args:
        spec: what counts as a repetition.
    """

    def __init__(self, spec: NoveltySpec) -> None:
        self._spec = spec
        self._forms: dict[str, str] = {}
        self._steps: dict[str, tuple[str, frozenset[str]]] = {}
        self._vectors = _Vectors()

    def find(self, proposal: Proposal) -> Repeat | None:
        """Return what a proposal with traits repeats: by the first rule that says so, of equals the earliest."""
        traits, embedding = proposal.traits, self._spec.embedding
        if traits is None:
            return None
        if traits.form in self._forms:
            return Repeat(program=self._forms[traits.form], rule=Rule.NORMALISED)
        if found := self._step_back(proposal.parents, traits):
            return found
        if embedding and traits.vector and (near := self._vectors.nearest(traits.vector)):
            program, similarity = near
            if similarity >= embedding.threshold:
                return Repeat(program=program, rule=Rule.EMBEDDING, similarity=similarity)
        return None

    def observe(self, proposal: Proposal) -> None:
        """Take in the new program of a commit."""
        traits, program = proposal.traits, proposal.program
        if traits is None or program is None:
            return
        if traits.form:
            self._forms.setdefault(traits.form, program.id)
        if self._spec.readded is not None and proposal.parents:
            self._steps[program.id] = (proposal.parents[0], frozenset(traits.removed))
        if traits.vector:
            self._vectors.add(program.id, traits.vector)

    def _step_back(self, parents: tuple[str, ...], traits: Traits) -> Repeat | None:
        if self._spec.readded is None or not parents or not traits.added:
            return None
        gone: dict[str, str] = {}
        child = parents[0]
        for _ in range(_LINEAGE):
            if child not in self._steps:
                break
            ancestor, removed = self._steps[child]
            for line in removed:
                gone.setdefault(line, ancestor)
            child = ancestor
        back = Counter(gone[line] for line in traits.added if line in gone)
        share = back.total() / len(traits.added)
        if not back or share < self._spec.readded:
            return None
        return Repeat(program=_most(back), rule=Rule.READDED, similarity=share)


class _Vectors:
    """Vectors of whole numbers, and which of them points most nearly the same way as another."""

    def __init__(self) -> None:
        self._programs: list[str] = []
        self._matrix: Any = None
        self._lengths: Any = None

    def add(self, program: str, vector: tuple[int, ...]) -> None:
        import numpy as np  # noqa: PLC0415 - only for runs that embed

        count, size = len(self._programs), len(vector)
        if self._matrix is None:
            self._matrix, self._lengths = np.zeros((64, size), np.float32), np.zeros(64)
        if size != self._matrix.shape[1]:
            return  # Another model answered: nothing can be compared.
        if count == len(self._matrix):
            self._matrix = np.concatenate([self._matrix, np.zeros_like(self._matrix)])
            self._lengths = np.concatenate([self._lengths, np.zeros_like(self._lengths)])
        self._matrix[count] = vector
        self._lengths[count] = math.hypot(*vector)
        self._programs.append(program)

    def nearest(self, vector: tuple[int, ...]) -> tuple[str, float] | None:
        import numpy as np  # noqa: PLC0415 - as above

        count = len(self._programs)
        if not count or len(vector) != self._matrix.shape[1]:
            return None
        products = (self._matrix[:count] @ np.array(vector, np.float32)).astype(float)
        cosines = products / (self._lengths[:count] * math.hypot(*vector))
        best = int(np.argmax(cosines))  # the first of equals
        return self._programs[best], min(1.0, max(0.0, float(cosines[best])))


def _lines(program: Program) -> set[str]:
    stripped = (line.strip() for text in program.files.values() for line in text.splitlines())
    return {
        blake2b(line.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        for line in stripped
        if line and not line.startswith("#")
    }


def _most(counts: Mapping[str, int]) -> str:
    """Return what is counted most often; the smaller name of equals, since the order of lines means nothing."""
    return min(counts, key=lambda name: (-counts[name], name))
