"""The paper's claims in miniature: `bench` measures, each `Claim` carries its figures, bounds and verdict.

claims      Claim, Check, Verdict
kernels     the operations on trial, and a dense sabotage of them
cost        forward pass, memory, update
statistics  bias, variance, dimension, linearisation, rank of the update
learning    quadratic, sine, CartPole, int8
suite       all of it, here or in a child process with one thread
"""

from evo.eggroll.bench.claims import Check, Claim, Verdict, failed
from evo.eggroll.bench.suite import bench, bench_in_child

__all__ = ["Check", "Claim", "Verdict", "bench", "bench_in_child", "failed"]
