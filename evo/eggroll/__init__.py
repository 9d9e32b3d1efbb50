"""Low-rank evolution strategies (EGGROLL), numpy only, usable without the rest of `evo`.

    noise          counter-based streams: the noise of a pair is a function of (seed, leaf, step, pair)
    perturbation   what noise does to a layer, and the update as stacked matrix products
    leaves         which array gets which noise; a generation's noise, block by block
    shaping        fitness -> weights
    optimisers     estimate -> direction
    population     the members of a generation, by what they compute
    strategy       EggRoll: ask, tell, params, state_dict
    integer        IntEggRoll: int8 weights, ternary fitness, threshold step
    laws           exact expectations, to test against
    tasks          small tasks to learn
    bench          the paper's claims in miniature
    torch_backend  the same algebra on tensors; imported on demand

Source: Sarkar et al. 2025, "Evolution Strategies at the Hyperscale", arXiv:2511.16652.
"""

from evo.eggroll.fitness_shapes import Shaping, centred_rank, grouped_zscore, pair_sign, repair, zscore
from evo.eggroll.integer import IntEggRoll, IntPopulation
from evo.eggroll.leaves import Role
from evo.eggroll.noise import gaussian, int8_gaussian, noise_factors, rademacher
from evo.eggroll.optimisers import SGD, Adam, Momentum, Optimiser
from evo.eggroll.perturbation import lowrank_linear, lowrank_update
from evo.eggroll.population import Population
from evo.eggroll.strategy import EggRoll, StepInfo

__all__ = [
    "SGD",
    "Adam",
    "EggRoll",
    "IntEggRoll",
    "IntPopulation",
    "Momentum",
    "Optimiser",
    "Population",
    "Role",
    "Shaping",
    "StepInfo",
    "centred_rank",
    "gaussian",
    "grouped_zscore",
    "int8_gaussian",
    "lowrank_linear",
    "lowrank_update",
    "noise_factors",
    "pair_sign",
    "rademacher",
    "repair",
    "zscore",
]
