"""The plug points: each kind of part with its protocol, the contract that its parts have to pass, and what ships."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class PartKind:
    """A plug point.

    Attributes:
        name: "selector".
        plural: "selectors".
        protocol: "module:Class" of what a part has to be.
        contract: "module:Class" of the tests that it has to pass; see `evo.testing`.
        place: where a config names one, for people.
        shipped: name -> "module:Class", imported when it is asked for.
        given: fields that the program fills where a part has them; no file may set them.
        optional: what of the protocol a part can do without.
        bears: whether a run's log rests on the parts of this kind; it is not taken up with others.
    """

    name: str
    plural: str
    protocol: str
    contract: str
    place: str
    shipped: Mapping[str, str]
    given: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    bears: bool = True

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of entry points under which installed packages bring their own; the first is the one to use.

        Where the plural is not the name and an "s", the group of that spelling is read as well.
        """
        return tuple(dict.fromkeys((f"evo.{self.plural}", f"evo.{self.name}s")))


def _kind(
    name: str,
    protocol: str,
    contract: str,
    place: str,
    shipped: Mapping[str, str],
    *,
    plural: str = "",
    given: Iterable[str] = (),
    optional: Iterable[str] = (),
    bears: bool = True,
) -> tuple[str, PartKind]:
    kind = PartKind(
        name=name,
        plural=plural or f"{name}s",
        protocol=f"evo.{protocol}",
        contract=f"evo.testing.{contract}",
        place=place,
        shipped=MappingProxyType({use: f"evo.{address}" for use, address in shipped.items()}),
        given=frozenset(given),
        optional=frozenset(optional),
        bears=bears,
    )
    return name, kind


KINDS: Mapping[str, PartKind] = MappingProxyType(
    dict(
        [
            _kind(
                "space",
                "qd.spaces:SpaceOptions",
                "spaces:SpaceContract",
                "archive.use",
                {"grid": "qd.spaces:Grid", "cvt": "qd.cvt:Cvt"},
            ),
            _kind(
                "replacement",
                "qd.replacements:Replacement",
                "replacements:ReplacementContract",
                "archive.replacement",
                {
                    "objective": "qd.replacements:ByObjective",
                    "pareto": "qd.replacements:ByPareto",
                    "beyond_noise": "qd.replacements:BeyondNoise",
                },
            ),
            _kind(
                "selector",
                "qd.selectors:Selector",
                "selectors:SelectorContract",
                "selector",
                {
                    "tournament": "qd.selectors:Tournament",
                    "pareto_tournament": "qd.selectors:ParetoTournament",
                    "uniform": "qd.selectors:Uniform",
                    "least": "qd.selectors:Least",
                    "rank": "qd.selectors:RankPower",
                    "softmax": "qd.selectors:Softmax",
                    "sigmoid": "qd.selectors:Sigmoid",
                    "curiosity": "qd.selectors:Curiosity",
                    "ratios": "qd.selectors:Ratios",
                    "proportional": "qd.selectors:Proportional",
                },
            ),
            _kind(
                "strategy",
                "qd.strategies:Strategy",
                "strategies:StrategyContract",
                "strategy",
                {
                    "map_elites": "qd.strategies:MapElites",
                    "best_of_n": "qd.strategies:BestOfN",
                    "hill_climb": "qd.strategies:HillClimb",
                    "widening": "qd.courses:Widening",
                    "adaptive": "qd.trajectories:Adaptive",
                    "random": "qd.strategies:RandomParent",
                    "conditioned": "qd.strategies:Conditioned",
                    "portfolio": "search.portfolio:Portfolio",
                    "openevolve": "qd.strategies:OpenEvolve",
                    "shinka": "qd.strategies:Shinka",
                    "adaevolve": "qd.populations:AdaEvolve",
                    "funsearch": "qd.populations:FunSearch",
                    "gigaevo": "qd.strategies:GigaEvo",
                    "gepa": "qd.strategies:Gepa",
                },
                plural="strategies",
            ),
            _kind(
                "turns",
                "qd.island_bandits:Turns",
                "turns:TurnsContract",
                "islands.choice",
                {
                    "round_robin": "qd.island_bandits:RoundRobin",
                    "size": "qd.island_bandits:BySize",
                    "ucb": "qd.island_bandits:Ucb",
                },
                plural="turns",
                given=("seed",),
            ),
            _kind(
                "topology",
                "qd.topologies:Topology",
                "topologies:TopologyContract",
                "islands.migration",
                {
                    "ring": "qd.topologies:Ring",
                    "star": "qd.topologies:Star",
                    "complete": "qd.topologies:Complete",
                    "random": "qd.topologies:RandomAcceptor",
                    "none": "qd.topologies:Isolated",
                },
                plural="topologies",
                given=("seed",),
            ),
            _kind(
                "reset",
                "qd.resets:Resets",
                "resets:ResetContract",
                "islands.reset",
                {"periodic": "qd.resets:Periodic", "never": "qd.resets:Never"},
                given=("seed", "spared"),
            ),
            _kind(
                "emitter",
                "propose.emitters.emitter:Emitter",
                "emitters:EmitterContract",
                "emitters",
                {
                    "diff": "propose.emitters.diff:Diff",
                    "rewrite": "propose.emitters.rewrite:Rewrite",
                    "crossover": "propose.emitters.crossover:Crossover",
                    "repair": "propose.emitters.repair:Repair",
                    "scratch": "propose.emitters.scratch:Scratch",
                    "tune": "propose.emitters.tune:Tune",
                    "retest": "propose.emitters.retest:Retest",
                    "outside": "propose.emitters.outside:ByOutside",
                    "command": "propose.emitters.command:ByCommand",
                },
            ),
            _kind(
                "mix",
                "propose.operator_bandits:Mix",
                "mixes:MixContract",
                "mix",
                {
                    "weights": "propose.operator_bandits:Weighted",
                    "ucb1": "propose.operator_bandits:Ucb1",
                    "thompson": "propose.operator_bandits:Thompson",
                    "earned": "propose.operator_bandits:Earned",
                },
                plural="mixes",
            ),
            _kind(
                "economy",
                "qd.economies:Economy",
                "economies:EconomyContract",
                "economy",
                {"racing": "qd.economies:Racing", "halving": "qd.economies:Halving"},
                plural="economies",
            ),
            _kind(
                "llm",
                "llm.model:LLM",
                "llms:LLMContract",
                "llms",
                {
                    "offline": "llm.offline.proposer:Offline",
                    "script": "llm.script:Script",
                    "openai": "llm.openai.options:OpenAI",
                    "replay": "llm.replay:Replay",
                    "ensemble": "llm.ensemble:Ensemble",
                    "outside": "llm.outside:Outside",
                    "manual": "llm.outside:Manual",
                    "command": "llm.agent:Agent",
                },
                # One that tells nothing has the defaults of `ModelFacts`; see `evo.llm.facts`.
                optional=("facts", "check"),
            ),
            _kind(
                "stage",
                "evaluate.stages.stage:Stage",
                "stages:StagePartContract",
                "a pipeline's stages",
                {
                    "syntax": "evaluate.stages.syntax:Syntax",
                    "call": "evaluate.stages.call:Call",
                    "command": "evaluate.stages.command:CommandStage",
                    "score": "evaluate.stages.score:Score",
                    "source_metrics": "evaluate.stages.source_metrics:SourceMetrics",
                    "text": "evaluate.stages.text:TextStage",
                    "llm_judge": "evaluate.stages.llm_judge:LlmJudge",
                    "foreign": "evaluate.stages.foreign:Foreign",
                },
            ),
            _kind(
                "executor",
                "execute.executor:ExecutorOptions",
                "executors:ExecutorContract",
                "executor",
                {
                    "local": "execute.local:Local",
                    "own_process": "direct.own_process:OwnProcess",
                    "ray": "execute.ray:RayCluster",
                },
            ),
            _kind(
                "tracker",
                "trackers.tracker:Tracker",
                "trackers:TrackerContract",
                "trackers",
                {
                    "csv": "trackers.csv:CsvTable",
                    "jsonl": "trackers.jsonl:JsonLines",
                    "tensorboard": "trackers.tensorboard:TensorBoard",
                    "mlflow": "trackers.mlflow:MLflow",
                    "wandb": "trackers.wandb:Wandb",
                },
                optional=("lacking",),
                bears=False,
            ),
        ]
    )
)
