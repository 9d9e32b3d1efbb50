"""Job shops: Taillard's generator, other kinds of shops from the same numbers, and how short no schedule can be.

E. Taillard, Benchmarks for basic scheduling problems, European Journal of Operational Research 64 (1993).
"""

from typing import NamedTuple

from evo.judging import draw_seed

MODULUS, FACTOR = 2**31 - 1, 16807
LEAST, MOST = 1, 99
"""Durations lie between these, both included."""
PUBLISHED = [
    (840612802, 398197754, 1231),
    (1314640371, 386720536, 1244),
    (1227221349, 316176388, 1218),
    (342269428, 1806358582, 1175),
    (1603221416, 1501949241, 1224),
    (1357584978, 1734077082, 1238),
    (44531661, 1374316395, 1227),
    (302545136, 2092186050, 1217),
    (1153780144, 1393392374, 1274),
    (73896786, 1544979948, 1241),
]
"""Of ta01 to ta10, 15 jobs on 15 machines: seed of the durations, seed of the machines, shortest makespan."""


class Shop(NamedTuple):
    """What is to be made: for each job its durations, and on which machine each of its operations is."""

    times: list[list[int]]
    machines: list[list[int]]


class Lehmer:
    """Taillard's random numbers, in whole numbers throughout."""

    def __init__(self, seed):
        if not 0 < seed < MODULUS:
            raise ValueError(f"expected a seed above 0 and below {MODULUS}, got {seed}")
        self.state = seed

    def between(self, low, high):
        """Return a whole number from low to high, both included."""
        self.state = self.state * FACTOR % MODULUS
        return low + self.state * (high - low + 1) // MODULUS


def shop(family, draw, params):
    """Return a shop. Equal arguments give equal shops.

    Args:
        family: a key of `FAMILIES`, or `published` for Taillard's own, ta01 where draw is 1.
        draw: number of the shop.
        params: the judge's: jobs, machines, and the secret of a run.
    """
    if family == "published":
        first, second, _ = PUBLISHED[draw - 1]
        return taillard(15, 15, Lehmer(first), Lehmer(second))
    jobs, machines = params["jobs"], params["machines"]
    text = f"job shop, {family}/{draw}/{jobs}x{machines}"
    durations, order = (Lehmer(1 + draw_seed(f"{text}, {what}", params) % (MODULUS - 1)) for what in ("times", "order"))
    return FAMILIES[family](jobs, machines, durations, order)


def taillard(jobs, machines, durations, order):
    """Durations drawn evenly, machines in any order: as in the paper."""
    times = [[durations.between(LEAST, MOST) for _ in range(machines)] for _ in range(jobs)]
    routes = [shuffled(range(machines), order) for _ in range(jobs)]
    return Shop(times, routes)


def two_halls(jobs, machines, durations, order):
    """Every job passes the first half of the machines before the other half (as R. Storer et al. 1992 have it)."""
    times = taillard(jobs, machines, durations, order).times
    half = machines // 2
    routes = [shuffled(range(half), order) + shuffled(range(half, machines), order) for _ in range(jobs)]
    return Shop(times, routes)


def bottlenecks(jobs, machines, durations, order):
    """Two machines take twice as long as the others."""
    plain = taillard(jobs, machines, durations, order)
    slow = set(shuffled(range(machines), order)[:2])
    times = [
        [time if machine in slow else (time + 1) // 2 for time, machine in zip(row, route, strict=True)]
        for row, route in zip(plain.times, plain.machines, strict=True)
    ]
    return Shop(times, plain.machines)


def lines(jobs, machines, durations, order):
    """All jobs take nearly the same way, and long jobs are long everywhere; in the hold-out alone."""
    usual, rows, routes = shuffled(range(machines), order), [], []
    for _ in range(jobs):
        size = durations.between(20, 80)
        rows.append([max(LEAST, size + durations.between(-19, 19)) for _ in range(machines)])
        route = list(usual)
        for _ in range(machines // 4):
            at = order.between(0, machines - 2)
            route[at], route[at + 1] = route[at + 1], route[at]
        routes.append(route)
    return Shop(rows, routes)


FAMILIES = {"taillard": taillard, "two_halls": two_halls, "bottlenecks": bottlenecks, "lines": lines}


def shuffled(values, order):
    """Return values in another order, as Taillard swaps them."""
    values = list(values)
    for at in range(len(values)):
        other = order.between(at, len(values) - 1)
        values[at], values[other] = values[other], values[at]
    return values


def simple_bound(made):
    """Return Taillard's lower bound: a job's work, or a machine's with the least that stands before and behind it."""
    heads, tails = around(made)
    by_machine = []
    for operations in on_machines(made):
        first = min(heads[job][at] for job, at in operations)
        last = min(tails[job][at] for job, at in operations)
        by_machine.append(first + sum(made.times[job][at] for job, at in operations) + last)
    return max(*by_machine, *map(sum, made.times))


def lower_bound(made):
    """Return how short no schedule is: the most that any machine needs if jobs could be interrupted on it.

    J. Carlier, The one-machine sequencing problem, EJOR 11 (1982): of the jobs that are there, the one with the most
    work behind it runs.
    """
    heads, tails = around(made)
    needed = [
        one_machine([(heads[job][at], made.times[job][at], tails[job][at]) for job, at in operations])
        for operations in on_machines(made)
    ]
    return max(*needed, *map(sum, made.times))


def one_machine(operations):
    """Return the end of all when (head, time, tail) share one machine and may be interrupted."""
    waiting, now, end = sorted(operations), 0, 0
    there = []
    while waiting or there:
        if not there:
            now = max(now, waiting[0][0])
        while waiting and waiting[0][0] <= now:
            _, time, tail = waiting.pop(0)
            there.append([tail, time])
        there.sort()
        until = min(there[-1][1], waiting[0][0] - now) if waiting else there[-1][1]
        now += until
        there[-1][1] -= until
        if not there[-1][1]:
            end = max(end, now + there.pop()[0])
    return end


def around(made):
    """Return for each operation the work of its job before it, and behind it."""
    heads = [[sum(row[:at]) for at in range(len(row))] for row in made.times]
    tails = [[sum(row[at + 1 :]) for at in range(len(row))] for row in made.times]
    return heads, tails


def on_machines(made):
    """Return for each machine its operations, as (job, place in the job)."""
    found = [[] for _ in made.machines[0]]
    for job, route in enumerate(made.machines):
        for at, machine in enumerate(route):
            found[machine].append((job, at))
    return found
