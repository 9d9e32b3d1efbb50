"""Judge of es_variants: it owns tasks, parameters and evaluations; programs propose noise and see fitness alone."""

import importlib.util
import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from tasks import Members, plan

from evo.judging import Array, Invalid

LARGEST = 1e6
WORST, BEST = 0.1, 10.0
REGRET = 50.0
"""Added to both errors of the cart, in steps of 500: its regret may be zero, and is much a matter of luck."""


def evaluate(candidate, params):
    """Let the program learn every task with a fresh process each, and compare its final errors with the baseline's.

    Args:
        candidate: a program with `start`, `ask` and `tell`.
        params: draw, repeats, scale, offset, turned (see `tasks.plan`).
    """
    runs = plan(params)
    errors = []
    for index, run in enumerate(runs):
        if index:
            candidate.restart()
        errors.append(learn(run, candidate.call))
    reference = baseline(tuple(sorted(params.items())))
    ratios = [ratio(run, *pair) for run, *pair in zip(runs, reference, errors, strict=True)]
    logs = [math.log10(value) for value in ratios]
    objective = 10 ** (math.fsum(logs) / len(logs))
    mean = math.fsum(logs) / len(logs)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in logs) / len(logs))
    by_task = {run.name: geometric(ratios, runs, run.name) for run in runs}
    shares = candidate.usage.received_bytes / dense_bytes(runs)
    return {
        "objective": objective,
        "measures": {"message_share": shares, "specialisation": spread},
        "metrics": {f"ratio_{name}": value for name, value in by_task.items()},
        "feedback": describe(by_task),
    }


def learn(run, call):
    """Return the error of the mean after the run's generations."""
    mean = run.task.start()
    shapes = {name: list(value.shape) for name, value in mean.items()}
    call("start", shapes, run.population, run.generations, run.sigma, run.seed)
    for generation in range(run.generations):
        noise = leaves(call("ask"), mean, "ask", run.population)
        members = Members(mean, noise, run.population)
        with np.errstate(all="ignore"):
            fitness = run.scale * run.task.fitness(members, generation) + run.offset
        moved = leaves(call("tell", told(fitness)), mean, "tell", None)
        mean = {name: value + dense(moved[name]) if name in moved else value for name, value in mean.items()}
    with np.errstate(all="ignore"):
        return run.task.error(mean)


def told(fitness):
    """Return the fitness as it is told: members without a number are as bad as the worst that has one."""
    finite = fitness[np.isfinite(fitness)]
    return np.where(np.isfinite(fitness), fitness, finite.min() if len(finite) else 0.0).astype(np.float64)


def dense(move):
    return move[0].T @ move[1] if isinstance(move, tuple) else move


def leaves(answer, mean, who, count):
    """Return what a program answered, leaf by leaf, as float64: an array, or a pair of factors for a matrix.

    Args:
        answer: decoded, or from the baseline.
        mean: the parameters, for names and shapes.
        who: the function, for reasons.
        count: members, as the leading axis; None for one change of the mean.

    Raises:
        Invalid: unknown leaves, other shapes, numbers that are not finite or beyond 10^6.
    """
    if type(answer) is not dict:
        raise Invalid(f"{who}: expected an object with an array or two factors for each leaf")
    lead = () if count is None else (count,)
    found = {}
    for name, value in answer.items():
        if name not in mean:
            raise Invalid(f"{who}: unknown leaf {name[:40]!a}; there are {', '.join(mean)}")
        shape = mean[name].shape
        if type(value) is not list:
            found[name] = array(value, (*lead, *shape), f"{who}: {name}")
        elif len(shape) == 2 and len(value) == 2:
            rank = getattr(value[0], "shape", ())[len(lead) : len(lead) + 1]
            first, second = ((*lead, *rank, length) for length in shape)
            found[name] = (array(value[0], first, f"{who}: {name}: A"), array(value[1], second, f"{who}: {name}: B"))
        else:
            raise Invalid(f"{who}: {name}: expected an array of shape {[*lead, *shape]}, or two factors of a matrix")
    return found


def array(value, shape, what):
    if type(value) is Array:
        value = np.frombuffer(value.data, value.dtype).reshape(value.shape)
    if type(value) is not np.ndarray or value.dtype.kind != "f" or value.shape != shape:
        came = f"{value.dtype} {list(value.shape)}" if type(value) is np.ndarray else "something else"
        raise Invalid(f"{what}: expected an array of floats of shape {list(shape)}, got {came}")
    if not (np.abs(value) <= LARGEST).all():
        raise Invalid(f"{what}: expected numbers of at most {LARGEST:g}; NaN is none")
    return value.astype(np.float64)


@lru_cache(maxsize=8)
def baseline(items):
    """Return the errors of seeds/eggroll.py, which is what a score of 1 means: the problem's own file, run here."""
    path = Path(__file__).parent / "seeds" / "eggroll.py"
    errors = []
    for run in plan(dict(items)):
        spec = importlib.util.spec_from_file_location("eggroll_baseline", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        errors.append(learn(run, lambda name, *args, module=module: getattr(module, name)(*args)))
    return errors


def ratio(run, reference, error):
    """Return baseline error / error, within bounds; a regret of the cart may be zero, hence the constant."""
    extra = REGRET if run.name == "cartpole" else 0.0
    if not math.isfinite(error):
        return WORST
    return min(max((reference + extra) / max(error + extra, 1e-300), WORST), BEST)


def geometric(ratios, runs, name):
    logs = [math.log(value) for value, run in zip(ratios, runs, strict=True) if run.name == name]
    return math.exp(math.fsum(logs) / len(logs))


def dense_bytes(runs):
    """Return what noise of full rank would weigh in single precision, all runs together."""
    sizes = (sum(value.size for value in run.task.start().values()) * run.population * run.generations for run in runs)
    return 4 * sum(sizes)


def describe(by_task):
    parts = ", ".join(f"{name} {value:.2f}" for name, value in sorted(by_task.items(), key=lambda item: item[1]))
    return f"Baseline error over yours, task by task, worst first: {parts}."
