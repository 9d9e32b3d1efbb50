"""The machine that an index lies in: nodes at addresses, a walk from node to node, and a cache of lines."""

from collections import OrderedDict
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from evo.judging import Invalid, integer, items

LINE = 16
"""Units of 4 bytes in a line of 64 bytes."""
HEADER, ENTRY = 2, 3
"""Units of a node's header (the node to its right, and the number of entries) and of an entry (a key and a pointer)."""
UNITS, NODES = 1 << 17, 1 << 15
"""How large the memory is, and how many nodes may have a number."""
MOST_KEYS, MOST_STEPS = 64, 400
NOBODY, BEFORE_ALL = -1, -1


class Node(NamedTuple):
    """A node as it lies in memory.

    Attributes:
        at: its first unit.
        keys: ascending; the first may be BEFORE_ALL, which is no key.
        below: for each key the node below; empty in a leaf.
        right: a node that a walk may go on to, or NOBODY.
    """

    at: int
    keys: list[int]
    below: list[int]
    right: int


class Cache:
    """The lines that were used last; whoever is used longest ago makes room."""

    def __init__(self, lines):
        self.lines, self.misses, self._held = lines, 0, OrderedDict()

    def touch(self, line):
        """Use a line; it is a miss where it is not there."""
        if line in self._held:
            self._held.move_to_end(line)
            return
        self.misses += 1
        self._held[line] = None
        if len(self._held) > self.lines:
            self._held.popitem(last=False)


class Index:
    """Nodes of a program, read and checked, and the walk over them that every look-up takes."""

    def __init__(self, lines, cache=Cache):
        self.nodes, self.cache = {}, cache(lines)
        self.root = self.front = NOBODY
        self.visits = 0
        self._owner = np.full(UNITS, NOBODY, dtype=np.int32)

    def write(self, answer):
        """Take over what a program has written; each line of a node that is written is used."""
        if type(answer) is not dict or answer.keys() != {"write", "root", "front"}:
            raise Invalid('expected {"write": nodes, "root": id, "front": id or -1}')
        written = [read_node(row) for row in items(answer["write"], "write")]
        for node, _ in written:
            if node in self.nodes:
                old = self.nodes.pop(node)
                self._owner[old.at : old.at + size(old)] = NOBODY
        for node, new in written:
            if new.keys:
                self._put(node, new)
        self.root = integer(answer["root"], "root", low=NOBODY, high=NODES - 1)
        self.front = integer(answer["front"], "front", low=NOBODY, high=NODES - 1)

    def _put(self, node, new):
        end = new.at + size(new)
        if node in self.nodes or end > UNITS or (self._owner[new.at : end] != NOBODY).any():
            raise Invalid(f"node {node}: written twice at once, beyond the memory, or over another node")
        self._owner[new.at : end] = node
        self.nodes[node] = new
        for line in range(new.at // LINE, (end - 1) // LINE + 1):
            self.cache.touch(line)

    def find(self, key):
        """Walk to a key, and return whether it is there."""
        if self.front != NOBODY and self._scan(self._at(self.front), key) == key:
            return True
        here, steps = self.root, 0
        if here == NOBODY:
            return False
        while True:
            node, steps = self._at(here), steps + 1
            if steps > MOST_STEPS:
                raise Invalid(f"the walk to a key takes more than {MOST_STEPS} nodes")
            last = self._scan(node, key)
            if last is None:
                raise Invalid(f"node {here}: the walk came to a node whose first key is above the one it is for")
            if last == node.keys[-1] and node.right != NOBODY and self._peek(node.right) <= key:
                here = node.right
            elif node.below:
                here = node.below[node.keys.index(last)]
            else:
                return last == key

    def _at(self, node):
        self.visits += 1
        if node not in self.nodes:
            raise Invalid(f"node {node}: a walk leads there, and there is none")
        return self.nodes[node]

    def _scan(self, node, key):
        """Read a node's keys in order until one is above; return the last that is not, None if the first is."""
        last, read = None, 0
        for each in node.keys:
            read += 1
            if each > key:
                break
            last = each
        for line in range(node.at // LINE, (node.at + HEADER + ENTRY * read - 1) // LINE + 1):
            self.cache.touch(line)
        return last

    def _peek(self, node):
        found = self._at(node)
        for line in range(found.at // LINE, (found.at + HEADER + ENTRY - 1) // LINE + 1):
            self.cache.touch(line)
        return found.keys[0]


def size(node):
    """Return how many units a node takes."""
    return HEADER + ENTRY * len(node.keys)


def read_node(row):
    """Return a node's number and the node, or refuse it; without keys it is given back."""
    node, at, keys, below, right = items(row, "node [id, at, keys, below, right]", count=5)
    node = integer(node, "node", low=0, high=NODES - 1)
    what = f"node {node}"
    found = items(keys, f"{what}: keys")
    if len(found) > MOST_KEYS:
        raise Invalid(f"{what}: expected at most {MOST_KEYS} keys, got {len(found)}")
    found = [integer(key, f"{what}: key", low=BEFORE_ALL, high=(1 << 31) - 1) for key in found]
    if any(one >= other for one, other in pairwise(found)):
        raise Invalid(f"{what}: expected keys in ascending order")
    under = items(below, f"{what}: below")
    if under and len(under) != len(found):
        raise Invalid(f"{what}: expected no node below, or one for each of {len(found)} keys, got {len(under)}")
    under = [integer(each, f"{what}: below", low=0, high=NODES - 1) for each in under]
    at = integer(at, f"{what}: at", low=0, high=UNITS - 1)
    return node, Node(at, found, under, integer(right, f"{what}: right", low=NOBODY, high=NODES - 1))
