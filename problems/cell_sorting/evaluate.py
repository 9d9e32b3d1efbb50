"""Judge of cell_sorting: it asks the program for its whole table, and rows of cells follow the table alone."""

import math

import numpy as np
from cells import World, run
from measures import delayed_gratification
from policies import Following, tabulated
from splits import BUDGET, ceiling, inversions, quality, rows

CLEAN, FAULT, SPEED = 0.5, 0.35, 0.15
CHARGE = 0.25
"""In the open score: what it costs to look at a neighbour, where an activation costs 1."""
HORIZON = 2
"""In the open score: how long quality counts, in n^2 of this cost."""


def evaluate(candidate, params):
    """Tabulate the policy, throw the program away, and simulate the table.

    Args:
        candidate: a program with `policy(cmp, mem, ok, coin)`.
        params: reach (1 or 2), split, score ("standard" or "open").
    """
    return scored(tabulated(candidate, params["reach"]), params)


def scored(table, params):
    """Return the judge's answer for a table: a function of these two alone."""
    opened = params["score"] == "open"
    found = Trial(table, rows(params["split"], params.get("secret", "")), opened=opened)
    found.run()
    parts = found.under_way() if opened else found.at_the_end()
    weights = {"clean": 0.5, "fault": 0.5} if opened else {"clean": CLEAN, "fault": FAULT, "speed": SPEED}
    return {
        "objective": math.fsum(weight * parts[name] for name, weight in weights.items()),
        "measures": found.measures(),
        "metrics": {**parts, **found.totals()},
        "feedback": found.describe(parts, opened=opened),
    }


class Trial:
    """All rows of a split under one table, side by side, and what is kept of them."""

    def __init__(self, table, of, *, opened):
        self.rows, self.opened = of, opened
        self.world = World([row.values for row in of], [row.faults for row in of], [row.stuck for row in of])
        self.clean = np.array([not row.faults for row in of])
        self.counted = self.world.active.reshape(len(of), -1).sum(axis=1) - (self.world.longest - self.world.sizes)
        ceilings = [ceiling(row.values, row.stuck, table.reach) if row.faults else 1.0 for row in of]
        # Of a row whose walls leave nothing to sort, nothing is a fair share.
        self.ceilings = np.maximum(ceilings, 1e-9)
        self.wrong = np.array([inversions([v for i, v in enumerate(r.values) if i not in r.faults]) for r in of])
        self.first_wrong = self.wrong.copy()
        self.sorted_since = np.where(self.wrong == 0, 0, -1)
        self.swaps, self.hops, self.requests = np.zeros((3, len(of)), dtype=np.int64)
        self.spent, self.area = np.zeros((2, len(of)))
        self.horizon = HORIZON * self.world.sizes.astype(float) ** 2
        self.traces = [[int(value)] for value in self.ordered(np.arange(len(of)))]
        coins = stacked([row.coins for row in of])
        self.rule = Following(table, coins, len(self.world.place), CHARGE if opened else 0.0)

    def run(self):
        budgets = np.array([len(row.acting) for row in self.rows])
        live = (np.arange(budgets[0])[:, None] < budgets).sum(axis=1).tolist()
        refused = stacked([row.refused for row in self.rows]) if self.opened else None
        acting = stacked([row.acting for row in self.rows])
        run(self.world, self.rule, acting, watch=self.seen, live=live, refused=refused)

    def seen(self, number, at, wish, done):
        """Keep what a tick has changed."""
        alive = len(at)
        self.requests[:alive] += wish != 0
        if self.opened:
            self.clock(alive)
        moved = np.flatnonzero(done)
        if len(moved):
            self.wrong[moved] += self.change(at[moved], wish[moved])
            since = self.sorted_since[moved]
            self.sorted_since[moved] = np.where(self.wrong[moved], -1, np.where(since < 0, number + 1, since))
            self.swaps[moved] += 1
            self.hops[moved] += abs(wish[moved])
            for row, value in zip(moved.tolist(), self.ordered(moved).tolist(), strict=True):
                self.traces[row].append(value)

    def clock(self, alive):
        """Count the quality as it is for as long as this tick takes."""
        acting = self.world.active[self.rule.who]
        cost = np.where(acting, self.rule.cost[self.rule.known], 1.0)
        left = np.maximum(0.0, np.minimum(cost, self.horizon[:alive] - self.spent[:alive]))
        self.area[:alive] += left * self.quality(alive)
        self.spent[:alive] += cost

    def quality(self, alive=None):
        return quality(self.wrong[:alive], self.counted[:alive]) / self.ceilings[:alive]

    def ordered(self, which):
        """Return how many neighbours are in order in these rows."""
        values = self.world.value.reshape(len(self.rows), -1)[which]
        return (values[:, 1:] >= values[:, :-1]).sum(axis=1)

    def change(self, at, wish):
        """Return by how much the pairs in the wrong order have become more, from what stands there after the swap."""
        left, right = np.minimum(at, at + wish), np.maximum(at, at + wish)
        value, counts = self.world.value, self.world.active[self.world.cell]
        middle = left + 1
        between = counts[middle] * (right - left == 2)
        one, two = counts[left], counts[right]
        x, m, y = value[left], value[middle], value[right]
        return (one & two) * np.sign(x - y) + between * (one * np.sign(x - m) + two * np.sign(m - y))

    def at_the_end(self):
        reached = self.quality() * self.ceilings
        budgets = BUDGET * self.world.sizes**2
        speed = np.where(self.sorted_since >= 0, 1 - self.sorted_since / budgets, 0.0)
        return {
            "clean": float(reached[self.clean].mean()),
            "fault": float(reached[~self.clean].mean()),
            "speed": float(speed[self.clean].mean()),
        }

    def under_way(self):
        """Return the mean quality up to the horizon; past cells that cannot be moved, relative to what is possible."""
        share = self.area / self.horizon
        return {"clean": float(share[self.clean].mean()), "fault": float(share[~self.clean].mean())}

    def measures(self):
        swaps, requests = int(self.swaps.sum()), int(self.requests.sum())
        return {
            "swaps_per_inversion": swaps / int(self.first_wrong.sum()),
            "hop_length": int(self.hops.sum()) / swaps if swaps else 1.0,
            "refused_share": 1 - swaps / requests if requests else 0.0,
            "delayed_gratification": math.fsum(map(delayed_gratification, self.traces)) / len(self.traces),
        }

    def totals(self):
        return {
            "swaps": int(self.swaps.sum()),
            "refused": int(self.requests.sum() - self.swaps.sum()),
            "fault_ceiling": float(self.ceilings[~self.clean].mean()),
        }

    def describe(self, parts, *, opened):
        """Say in a few words what is lost where: what a next attempt may use."""
        unsorted = int((self.sorted_since[self.clean] < 0).sum())
        measures = self.measures()
        said = ", ".join(f"{name} {value:.3f}" for name, value in parts.items())
        possible = f"{self.ceilings[~self.clean].mean():.3f}"
        text = (
            f"{said}. {unsorted} of {self.clean.sum()} rows without faults end unsorted. Past faults, {possible} "
            f"can be reached at best; these rows end at {(self.quality() * self.ceilings)[~self.clean].mean():.3f}. "
            f"{measures['swaps_per_inversion']:.2f} swaps for each pair in the wrong order, "
            f"of length {measures['hop_length']:.2f}, {measures['refused_share']:.0%} of the requests refused"
        )
        return text + (f", {self.rule.cost.mean():.2f} paid for each activation." if opened else ".")


def stacked(columns):
    """Return columns of different lengths side by side, (longest, count), the ends filled with zeros."""
    found = np.zeros((max(map(len, columns)), len(columns)), dtype=columns[0].dtype)
    for index, column in enumerate(columns):
        found[: len(column), index] = column
    return found
