"""Small things to learn, each a frozen value: where to start, how fit the members are, how wrong the mean still is.

quadratic  a matrix to be hit, well or ill conditioned
sine       a curve to be fitted by a small network
cartpole   a pole to be balanced
clusters   four classes to be told apart by an int8 network
"""

from evo.eggroll.tasks.cartpole import CartPole
from evo.eggroll.tasks.clusters import Clusters, learn_clusters
from evo.eggroll.tasks.quadratic import Quadratic
from evo.eggroll.tasks.sine import Sine
from evo.eggroll.tasks.task import Task, curve, learn

__all__ = ["CartPole", "Clusters", "Quadratic", "Sine", "Task", "curve", "learn", "learn_clusters"]
