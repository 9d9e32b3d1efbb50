"""What the programs have to learn, and the members of a generation as the judge composes them."""

from dataclasses import dataclass, replace

import numpy as np

from evo.eggroll.tasks import CartPole, Quadratic, Sine
from evo.eggroll.tasks.mlp import MemberNetworks, forward, initial
from evo.judging import draw_seed


class Members:
    """The mean and one perturbation a member: dense (N, *shape), or factors (N, r, m) and (N, r, n) of a matrix."""

    def __init__(self, mean, noise, count):
        self.mean, self.noise, self.count = mean, noise, count

    def __len__(self):
        return self.count

    def vector(self, name):
        """Return the parameters of all members, (N, *shape)."""
        noise = self.noise.get(name)
        if noise is None:
            return np.broadcast_to(self.mean[name], (self.count, *self.mean[name].shape))
        if isinstance(noise, tuple):
            a, b = noise
            return self.mean[name] + np.matmul(a.transpose(0, 2, 1), b)
        return self.mean[name] + noise

    def linear(self, name, x, *, shared=False):  # noqa: ARG002 - the signature of a population
        """Return x_i W_i^T for x (k, n) shared or (N, k, n) own; its axes say which."""
        noise, plain = self.noise.get(name), x @ self.mean[name].T
        if noise is None:
            return np.array(np.broadcast_to(plain, (self.count, *plain.shape[-2:])))
        if isinstance(noise, tuple):
            a, b = noise
            return plain + np.matmul(np.matmul(x, b.transpose(0, 2, 1)), a)
        return plain + np.matmul(x, noise.transpose(0, 2, 1))


@dataclass(frozen=True, kw_only=True)
class Steps:
    """A quadratic of which only whole units are told: no slope anywhere, and plateaus between the steps."""

    inner: Quadratic

    def start(self):
        return self.inner.start()

    def fitness(self, members, generation):
        del generation
        return -np.floor((members.vector("W") - self.inner.target) ** 2).mean(axis=(1, 2))

    def error(self, params):
        return self.inner.error(params)


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """A tanh network 16-h-4 that has to be imitated by one of the same form.

    Attributes:
        noise: standard deviation of what is added to every fitness, relative to the spread of a typical generation.
        grid: weights are rounded to multiples of 1/16 within int8 before they are used.
    """

    hidden: int = 32
    seed: int = 0
    noise: float = 0.0
    grid: bool = False

    def start(self):
        return initial((16, self.hidden, 4), self.seed)

    def fitness(self, members, generation):
        x, y = self._points(1 + generation, 24)
        if self.grid:
            rounded = {name: quantised(members.vector(name)) for name in members.mean}
            hidden = np.tanh(np.matmul(x, rounded["W0"].transpose(0, 2, 1)) + rounded["b0"][:, None])
            output = np.matmul(hidden, rounded["W1"].transpose(0, 2, 1)) + rounded["b1"][:, None]
        else:
            output = MemberNetworks(members, 2)(x)
        loss = ((output - y) ** 2).mean(axis=(1, 2))
        return -loss + self.noise * np.random.default_rng((self.seed, 3, generation)).standard_normal(len(loss))

    def error(self, params):
        x, y = self._points(0, 256)
        used = {name: quantised(value) for name, value in params.items()} if self.grid else params
        return float(((forward(used, x) - y) ** 2).mean())

    def _points(self, draw, count):
        x = np.random.default_rng((self.seed, 1, draw)).standard_normal((count, 16))
        return x, forward(initial((16, self.hidden, 4), (self.seed, 2)), x)


def quantised(value):
    return np.clip(np.rint(16 * value), -127, 127) / 16


@dataclass(frozen=True, kw_only=True)
class Run:
    """One task with the budget that every program gets for it.

    Attributes:
        scale, offset: what is told of a fitness f is scale * f + offset.
        seed: for the program; it has nothing to do with the task's own.
    """

    name: str
    task: object
    population: int
    generations: int
    sigma: float
    seed: int
    scale: float = 1.0
    offset: float = 0.0


def number(params, *words):
    """Return a seed that cannot be guessed from another one, nor without the run's secret where there is one."""
    return draw_seed("/".join(map(str, ("es_variants", *words))), params, size=6)


def plan(params):
    """Return the runs of an instance: every task once for each of its repeats."""
    turned, draw = params["turned"], params["draw"]
    runs = []
    for repeat in range(params["repeats"]):
        for name, make in TASKS.items():
            words = draw, repeat, name
            run = make(number(params, *words, "task"), number(params, *words, "program"), turned)
            runs.append(replace(run, scale=params["scale"], offset=params["offset"]))
    return runs


def matrix(name, m, n, condition, generations):
    def make(task, program, turned):
        shape = (n, m) if turned else (m, n)
        quadratic = Quadratic(m=shape[0], n=shape[1], condition=condition, seed=task)
        return Run(name=name, task=quadratic, population=64, generations=generations, sigma=0.1, seed=program)

    return make


def steps(task, program, turned):
    inner = Quadratic(m=8 if turned else 16, n=24 if turned else 16, seed=task)
    return Run(name="steps", task=Steps(inner=inner), population=64, generations=60, sigma=0.2, seed=program)


def sine(task, program, turned):
    sines = Sine(hidden=20 if turned else 24, seed=task)
    return Run(name="sine", task=sines, population=64, generations=100, sigma=0.05, seed=program)


def teacher(name, noise, grid):
    def make(task, program, turned):
        student = Teacher(hidden=24 if turned else 32, seed=task, noise=noise, grid=grid)
        return Run(name=name, task=student, population=64, generations=60, sigma=0.1, seed=program)

    return make


def cartpole(task, program, turned):
    pole = CartPole(hidden=12 if turned else 16, episodes=2, held_out=8, seed=task)
    return Run(name="cartpole", task=pole, population=48, generations=20, sigma=0.1, seed=program)


TASKS = {
    "quadratic": matrix("quadratic", 24, 16, 1.0, 80),
    "ill_conditioned": matrix("ill_conditioned", 16, 16, 100.0, 80),
    "wide": matrix("wide", 48, 84, 1.0, 80),
    "steps": steps,
    "sine": sine,
    "teacher": teacher("teacher", 0.0, grid=False),
    "noisy": teacher("noisy", 0.2, grid=False),
    "int8": teacher("int8", 0.0, grid=True),
    "cartpole": cartpole,
}
