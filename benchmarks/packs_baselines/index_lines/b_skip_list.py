"""A skip list whose nodes have up to ten keys in two lines; one in eight stands on the next level and begins a node."""

import random
from bisect import bisect_right

LINE, BEFORE_ALL, NOBODY = 16, -1, -1
RNG = random.Random(1)
LEVELS, FIRSTS, WRITTEN, COUNTS = [], [], {}, {}
NEXT = {"id": 0, "unit": 0}
FRONT = {"id": NOBODY, "keys": []}


def height(key, rng):
    """Return on how many levels above the lowest a new key stands."""
    levels = 0
    while rng.random() < 0.125:
        levels += 1
    return levels


def room(level):
    """Return how many entries a node of a level may have."""
    return 10


def middle(keys):
    """Return where a node that is too full is cut in two."""
    return len(keys) // 2


def lifts(level):
    """Return whether the second half of a node that was cut is entered on the level above."""
    return False


def linked(level):
    """Return whether nodes of a level lead to those on their right."""
    return True


def place(units, level):
    """Return where a new node of at most so many units begins."""
    at = -(-NEXT["unit"] // LINE) * LINE
    NEXT["unit"] = at + units
    return at


def ahead(counts):
    """Return the keys that are looked at before all others."""
    return []


def fade(counts):
    """Let what was asked for long ago count less."""
    return counts


def new_node(level, keys, below):
    """Return a new node."""
    NEXT["id"] += 1
    at = place(2 + 3 * max(room(level), len(keys)), level)
    return {"id": NEXT["id"], "at": at, "keys": keys, "below": below, "level": level}


def put_after(level, index, node):
    """Enter a node on its level, behind the one at an index."""
    LEVELS[level].insert(index + 1, node)
    FIRSTS[level].insert(index + 1, node["keys"][0])
    write(level, index + 1)
    write(level, index)


def write(level, index):
    """Note that a node is to be written."""
    WRITTEN[LEVELS[level][index]["id"]] = (level, LEVELS[level][index])


def grow(level):
    """See to it that there is a level."""
    while len(LEVELS) <= level:
        below = [LEVELS[-1][0]["id"]] if LEVELS else []
        LEVELS.append([new_node(len(LEVELS), [BEFORE_ALL], below)])
        FIRSTS.append([BEFORE_ALL])
        write(len(LEVELS) - 1, 0)


def cut(level, index, place_of):
    """Cut a node in two; return the second half."""
    node = LEVELS[level][index]
    second = new_node(level, node["keys"][place_of:], node["below"][place_of:])
    del node["keys"][place_of:], node["below"][place_of:]
    put_after(level, index, second)
    return second


def enter(level, key, below):
    """Enter a key on a level, and cut the node where it is too full."""
    grow(level)
    index = bisect_right(FIRSTS[level], key) - 1
    node = LEVELS[level][index]
    at = bisect_right(node["keys"], key)
    node["keys"].insert(at, key)
    if level:
        node["below"].insert(at, below)
    write(level, index)
    if len(node["keys"]) > room(level):
        second = cut(level, index, middle(node["keys"]))
        if lifts(level):
            enter(level + 1, second["keys"][0], second["id"])


def begin_node(level, key, below):
    """Let a node begin with a key: what is behind it in its node goes along."""
    grow(level)
    index = bisect_right(FIRSTS[level], key) - 1
    node = LEVELS[level][index]
    at = bisect_right(node["keys"], key)
    second = new_node(level, [key, *node["keys"][at:]], [below, *node["below"][at:]] if level else [])
    del node["keys"][at:], node["below"][at:]
    put_after(level, index, second)
    return second["id"]


def answer():
    """Return what was written, as the judge wants it."""
    rows = []
    for level, node in WRITTEN.values():
        index = bisect_right(FIRSTS[level], node["keys"][0]) - 1
        right = LEVELS[level][index + 1]["id"] if linked(level) and index + 1 < len(LEVELS[level]) else NOBODY
        rows.append([node["id"], node["at"], node["keys"], node["below"], right])
    WRITTEN.clear()
    return {"write": rows, "root": LEVELS[-1][0]["id"], "front": FRONT["id"]}


def begin(lines):
    """Begin an index in a memory with a cache of so many lines."""
    RNG.seed(1)


def insert(key):
    """Put a new key in."""
    top, below = height(key, RNG), NOBODY
    for level in range(top):
        below = begin_node(level, key, below)
    enter(top, key, below)
    return answer()


def seen(keys):
    """Take note of what was looked up."""
    for key in keys:
        COUNTS[key] = COUNTS.get(key, 0) + 1
    fade(COUNTS)
    chosen, rows = sorted(ahead(COUNTS)), []
    if chosen != FRONT["keys"]:
        if FRONT["id"] == NOBODY:
            NEXT["id"] += 1
            FRONT.update(id=NEXT["id"], at=(1 << 17) - 256)
        FRONT["keys"] = chosen
        rows = [[FRONT["id"], FRONT["at"], chosen, [], NOBODY]]
        if not chosen:
            FRONT["id"] = NOBODY
    found = answer()
    return {**found, "write": found["write"] + rows}
