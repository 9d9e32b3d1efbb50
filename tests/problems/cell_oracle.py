"""Cells one by one, in plain lists: written without a look at the simulator, to be compared with it."""


class Oracle:
    """A row that is told who acts when."""

    def __init__(self, values, passive=(), stuck=()):
        self.row = list(range(len(values)))
        self.values = list(values)
        self.inactive = set(passive) | set(stuck)
        self.stuck = set(stuck)

    def seen(self):
        return [self.values[cell] for cell in self.row]

    def exchange(self, here, there):
        """Swap two positions if that is possible."""
        inside = 0 <= there < len(self.row)
        if not inside or self.row[there] in self.stuck or self.row[here] in self.stuck:
            return False
        self.row[here], self.row[there] = self.row[there], self.row[here]
        return True

    def disorder(self):
        """Pairs in the wrong order among the cells that act."""
        left = [self.values[cell] for cell in self.row if cell not in self.inactive]
        return sum(left[i] > left[j] for i in range(len(left)) for j in range(i + 1, len(left)))


def follow(policy, reach, oracle, *, acting, coins, refused=None):
    """Let every cell follow a policy; return swaps, requests, total length, and the wrong pairs after each tick."""
    offsets = [offset for offset in range(-reach, reach + 1) if offset]
    memory, granted = [0] * len(oracle.row), [True] * len(oracle.row)
    swaps = requests = length = 0
    history = []
    for tick, cell in enumerate(acting):
        if cell not in oracle.inactive:
            here = oracle.row.index(cell)
            comparisons = []
            for offset in offsets:
                if not 0 <= here + offset < len(oracle.row):
                    comparisons.append(0)
                else:
                    mine, other = oracle.values[cell], oracle.values[oracle.row[here + offset]]
                    comparisons.append(1 if mine < other else 2 if mine == other else 3)
            move, memory[cell] = policy(comparisons, memory[cell], granted[cell], coins[tick])
            if move:
                requests += 1
                free = refused is None or not refused[tick]
                granted[cell] = free and oracle.exchange(here, here + move)
                swaps += granted[cell]
                length += abs(move) * granted[cell]
        history.append(oracle.disorder())
    return swaps, requests, length, history


def sort_cells(oracle, kinds, falls, acting, sides):
    """Let every cell act as the paper's kinds do: "bubble", "insertion", "selection"; return attempts and swaps."""
    n = len(oracle.row)
    ideal = [n - 1 if down else 0 for down in falls]
    attempts = swaps = 0
    for cell, side in zip(acting, sides, strict=True):
        if cell in oracle.inactive:
            continue
        here, seen, down = oracle.row.index(cell), oracle.seen(), falls[cell]
        mine = oracle.values[cell]
        if kinds[cell] == "bubble":
            wants = {}
            for step in (-1, 1):
                if 0 <= here + step < n:
                    before, after = sorted((here, here + step))
                    wrong = seen[before] < seen[after] if down else seen[before] > seen[after]
                    wants[step] = wrong
            attempts += any(wants.values())
            if wants.get(side):
                swaps += oracle.exchange(here, here + side)
        elif kinds[cell] == "insertion":
            last, tidy = None, True
            for place in range(here):
                if oracle.row[place] in oracle.inactive:
                    last = None
                    continue
                if last is not None and (seen[place] > last if down else seen[place] < last):
                    tidy = False
                last = seen[place]
            if here and tidy and (mine > seen[here - 1] if down else mine < seen[here - 1]):
                attempts += 1
                swaps += oracle.exchange(here, here - 1)
        elif here != ideal[cell] and 0 <= ideal[cell] < n:
            attempts += 1
            goal = ideal[cell]
            frozen, smaller = oracle.row[goal] in oracle.inactive, mine < seen[goal]
            if frozen or not smaller:
                ideal[cell] += -1 if down else 1
            if smaller:
                swaps += oracle.exchange(here, goal)
    return attempts, swaps
