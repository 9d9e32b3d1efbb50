"""Policies as tables: asked of a program point by point, and followed by every cell.

A point of the domain is what a cell can know: a comparison with each neighbour in reach, its memory, whether its last
request was granted, and a coin. The answer is a move and the new memory. There are 512 points for reach 1 and 8,192 for
reach 2, so a policy is its table: what the program is does not matter any more once it has answered.
"""

import itertools
import random
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import numpy as np
from cells import COMPARED

from evo.judging import Invalid

MEMORY, COIN, COMPARISON = 4, 4, 4
OFFSETS = {1: (-1, 1), 2: (-2, -1, 1, 2)}
"""By reach: the neighbours in the order in which they are shown."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A policy, by point of its domain.

    Attributes:
        reach: 1 or 2.
        move, memory: (points,) signed distance to go, and what to remember.
        reads: (MEMORY, 2, COIN) with each memory, verdict and coin, the neighbours on which the answer depends.
    """

    reach: int
    move: np.ndarray
    memory: np.ndarray
    reads: np.ndarray

    @property
    def name(self):
        """A fingerprint: two programs that behave alike have the same one."""
        return sha256(self.move.astype(np.int8).tobytes() + self.memory.astype(np.int8).tobytes()).hexdigest()


@lru_cache(maxsize=2)
def domain(reach):
    """Return every point as the arguments of the program, in the order of the tables."""
    seen = itertools.product(range(COMPARISON), repeat=2 * reach)
    return tuple(itertools.product(seen, range(MEMORY), (False, True), range(COIN)))


def tabulated(candidate, reach):
    """Ask a program for its whole table twice: in order, and in a fresh process in another order.

    Raises:
        Invalid: an answer outside the domain, or one point with two answers.
    """
    points = domain(reach)
    first = answers(candidate, points, reach)
    order = list(range(len(points)))
    random.Random(len(points)).shuffle(order)
    candidate.restart()
    second = answers(candidate, [points[index] for index in order], reach)
    for index, answer in zip(order, second, strict=True):
        if answer != first[index]:
            raise Invalid(
                f"policy{shown(points[index])} was {first[index]}, then {answer}; expected one answer a point"
            )
    return table(reach, first)


def table(reach, rows):
    """Return the table of (move, memory) for each point in the order of `domain`."""
    move, memory = np.array(rows, dtype=np.int64).T
    both = (16 * move + memory).reshape(*[COMPARISON] * (2 * reach), MEMORY, 2, COIN)
    reads = sum((both != both.take([0], axis=axis)).any(axis=tuple(range(2 * reach))) for axis in range(2 * reach))
    return Table(reach=reach, move=move.copy(), memory=memory.copy(), reads=reads)


def answers(candidate, points, reach):
    allowed = {0, *OFFSETS[reach]}
    given = candidate.map("policy", points)
    for point, answer in zip(points, given, strict=True):
        plain = type(answer) is list and len(answer) == 2 and all(type(value) is int for value in answer)
        if not plain or answer[0] not in allowed or not 0 <= answer[1] < MEMORY:
            raise Invalid(
                f"policy{shown(point)} returned {answer!r:.60}; expected two whole numbers (move, mem), "
                f"move of {sorted(allowed)} and mem from 0 to {MEMORY - 1}"
            )
    return given


def shown(point):
    cmp, memory, ok, coin = point
    return f"(cmp={list(cmp)}, mem={memory}, ok={ok}, coin={coin})"


class Following:
    """The rule of cells that all follow one table: each has a memory and knows whether its last request was granted.

    Attributes:
        state: by cell (flat): 8 x memory + 4 x granted.
        who, known: by row: the cell that acts, and its state with the coin, 0 to 31.
        cost: by `known`: what an activation costs, 1 and `charge` for each neighbour that is looked at.
    """

    def __init__(self, policy, coins, cells, charge=0.0):
        self.policy, self.coins = policy, coins
        self.offsets = np.array(OFFSETS[policy.reach])
        powers = COMPARISON ** np.arange(2 * policy.reach)[::-1]
        # By difference of values and neighbour: its share of the point's number.
        self.compared = COMPARED[:, None] * powers * MEMORY * 2 * COIN
        self.columns = np.arange(2 * policy.reach)
        self.cost = 1 + charge * policy.reads.reshape(-1)
        self.state = np.full(cells, COIN)

    def wish(self, world, tick, who, at):
        self.who = who
        beyond = world.value[at, None] - world.value[at[:, None] + self.offsets]
        self.known = self.state[who] + self.coins[tick, : len(who)]
        self.point = self.compared[beyond, self.columns].sum(axis=1) + self.known
        return self.policy.move[self.point]

    def told(self, who, wish, done):
        granted = np.where(wish != 0, done, self.state[who] & COIN != 0)
        self.state[who] = 2 * COIN * self.policy.memory[self.point] + COIN * granted
