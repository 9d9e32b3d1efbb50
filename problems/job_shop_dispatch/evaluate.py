"""Judge of job_shop_dispatch: it runs the shops, and asks a rule whose turn it is where jobs want one machine."""

from functools import lru_cache

import shops

from evo.judging import integer


def evaluate(candidate, params):
    """Let the rule run through every shop, each time in a fresh process.

    Args:
        candidate: a program with `choose(jobs, coming, shop)`.
        params: jobs, machines, families, draws (of each), draw (the first one's number).
    """
    runs = []
    for family in params["families"]:
        for draw in range(params["draw"], params["draw"] + params["draws"]):
            made, bound = drawn(family, draw, params["jobs"], params["machines"], params.get("secret", ""))
            candidate.restart()
            floor = Floor(made)
            run = followed(candidate, floor)
            runs.append({"family": family, "gap": floor.end / bound - 1, "end": floor.end, "draw": draw} | run)
    return {
        "objective": mean(each["gap"] for each in runs),
        "measures": {name: mean(each[name] for each in runs) for name in ("shortest", "idle")},
        "metrics": {f"gap_{name}": gap for name, gap in by_family(runs).items()} | above_best(runs),
        "feedback": described(runs),
    }


@lru_cache(maxsize=256)
def drawn(family, draw, jobs, machines, secret):
    """Return a shop and its lower bound."""
    params = {"jobs": jobs, "machines": machines} | ({"secret": secret} if secret else {})
    made = shops.shop(family, draw, params)
    return made, shops.lower_bound(made)


class Floor:
    """A shop at work.

    Attributes:
        made: the shop.
        at: job -> its next operation.
        ready: job -> when its last operation ends.
        free: machine -> when it is free.
        load: machine -> work that is still to come on it.
        plan: (job, machine, start, end) of all that was begun, in the order of choice.
    """

    def __init__(self, made):
        self.made = made
        self.at, self.ready = [0] * len(made.times), [0] * len(made.times)
        self.free, self.load = [0] * len(made.times[0]), [0] * len(made.times[0])
        for times, route in zip(made.times, made.machines, strict=True):
            for time, machine in zip(times, route, strict=True):
                self.load[machine] += time
        self.plan = []

    @property
    def end(self):
        """When everything is finished."""
        return max(self.ready)

    def conflict(self):
        """Return the machine and the jobs that want it first: Giffler and Thompson's choice; None at the end.

        Of all next operations that which could end first says the machine. Whoever could begin there before that end
        is in conflict; any other choice would leave a gap into which an operation fits.
        """
        options = []
        for job, at in enumerate(self.at):
            if at < len(self.free):
                machine = self.made.machines[job][at]
                start = max(self.ready[job], self.free[machine])
                options.append((start + self.made.times[job][at], machine, start, job))
        if not options:
            return None
        end, machine, _, _ = min(options)
        return machine, [job for _, other, start, job in options if other == machine and start < end]

    def begin(self, job):
        """Begin a job's next operation as soon as can be."""
        at = self.at[job]
        machine, time = self.made.machines[job][at], self.made.times[job][at]
        start = max(self.ready[job], self.free[machine])
        self.plan.append((job, machine, start, start + time))
        self.ready[job] = self.free[machine] = start + time
        self.load[machine] -= time
        self.at[job] += 1


def followed(candidate, floor):
    """Run a shop to its end by a rule, and return how often it took the shortest, and how long machines stood still."""
    choices = shortest = 0
    while (found := floor.conflict()) is not None:
        machine, jobs = found
        if len(jobs) == 1:
            floor.begin(jobs[0])
            continue
        answer = candidate.call("choose", *shown(floor, machine, jobs))
        job = jobs[integer(answer, "choose", low=0, high=len(jobs) - 1)]
        times = {each: floor.made.times[each][floor.at[each]] for each in jobs}
        choices += 1
        shortest += times[job] == min(times.values())
        floor.begin(job)
    work = sum(map(sum, floor.made.times))
    return {
        "shortest": shortest / max(choices, 1),
        "idle": 1 - work / (floor.end * len(floor.free)),
        "choices": choices,
    }


def shown(floor, machine, jobs):
    """Return what a rule is told: of the jobs in conflict, of those that want the machine later, and of the shop."""
    now = min(max(floor.ready[job], floor.free[machine]) for job in jobs)
    told = {name: [] for name in ("start", "time", "tail", "steps", "next_time", "next_load", "next_free")}
    for job in jobs:
        at, times, route = floor.at[job], floor.made.times[job], floor.made.machines[job]
        last = at + 1 == len(times)
        told["start"].append(max(floor.ready[job], floor.free[machine]) - now)
        told["time"].append(times[at])
        told["tail"].append(sum(times[at + 1 :]))
        told["steps"].append(len(times) - at)
        told["next_time"].append(0 if last else times[at + 1])
        told["next_load"].append(0 if last else floor.load[route[at + 1]])
        told["next_free"].append(0 if last else max(0, floor.free[route[at + 1]] - now))
    coming = {"start": [], "time": [], "tail": []}
    for job, at in enumerate(floor.at):
        route, times = floor.made.machines[job], floor.made.times[job]
        if job not in jobs and machine in route[at:]:
            there = route.index(machine)
            coming["start"].append(max(0, floor.ready[job] - now) + sum(times[at:there]))
            coming["time"].append(times[there])
            coming["tail"].append(sum(times[there + 1 :]))
    whole = {
        "load": floor.load[machine],
        "heaviest": max(floor.load),
        "left": 1 - sum(floor.at) / (len(floor.at) * len(floor.free)),
        "jobs": len(floor.at),
        "machines": len(floor.free),
    }
    return told, coming, whole


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return float(sum(found) / len(found))


def by_family(runs):
    """Return the mean gap for each kind of shop."""
    names = dict.fromkeys(each["family"] for each in runs)
    return {name: mean(each["gap"] for each in runs if each["family"] == name) for name in names}


def above_best(runs):
    """Return how far makespans of published shops are above the shortest, where there are such."""
    found = [each["end"] / shops.PUBLISHED[each["draw"] - 1][2] - 1 for each in runs if each["family"] == "published"]
    return {"above_best": mean(found)} if found else {}


def described(runs):
    """Say how long schedules are, where they are worst, and what the rule did."""
    shares = ", ".join(f"{name} {gap:.2%}" for name, gap in by_family(runs).items())
    worst = max(runs, key=lambda each: each["gap"])
    gap, shortest, choices, idle = (
        mean(each[name] for each in runs) for name in ("gap", "shortest", "choices", "idle")
    )
    return (
        f"Schedules are {gap:.2%} longer than the lower bound: {shares}. The worst is {worst['gap']:.2%} longer, a "
        f"shop of the kind {worst['family']}. In {shortest:.0%} of {choices:.0f} choices the shortest operation went "
        f"first; machines stand still {idle:.0%} of the time."
    )
