import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.config.document import parse
from evo.config.pipeline import PipelineSpec, load_pipeline, read_pipeline
from evo.errors import SpecError
from evo.evaluate.graph import Graph
from evo.evaluate.stages.call import Call
from evo.evaluate.stages.command import CommandStage
from evo.evaluate.stages.foreign import Foreign
from evo.evaluate.stages.llm_judge import LlmJudge
from evo.evaluate.stages.score import Score
from evo.evaluate.stages.source_metrics import SourceMetrics
from evo.evaluate.stages.syntax import Syntax
from evo.evaluate.stages.text import TextStage
from evo.parts import KINDS, look_up

PIPELINES = Path(__file__).parents[2] / "pipelines"


def spec(**stages) -> PipelineSpec:
    """Stages as (use, upstream, what else the file says)."""
    mapping = {
        name: {"use": use, "upstream": upstream, **(more[0] if more else {})}
        for name, (use, upstream, *more) in stages.items()
    }
    return read_pipeline(parse(json.dumps({"stages": mapping}), "test.yaml"), "test")


GOOD = {
    "score": ("score", ["call"]),
    "source": ("source_metrics", ["syntax"]),
    "call": ("call", ["syntax"]),
    "syntax": ("syntax", []),
}


def test_order_follows_upstream_and_then_the_file():
    graph = Graph.of(spec(**GOOD))
    assert [node.name for node in graph.nodes] == ["syntax", "source", "call", "score"]
    assert [node.ancestors for node in graph.nodes] == [(), ("syntax",), ("syntax",), ("syntax", "call")]
    assert graph.scorer.name == "score"
    assert set(graph.measures) == {"code_length", "complexity"}
    assert graph.node("score").sources == {"output": "call", "params": "call"}
    assert graph.node("call").sources == {"imports": "syntax"}


def test_options_become_fields():
    stages = {**GOOD, "call": ("call", ["syntax"], {"params": {"n": 2}})}
    graph = Graph.of(spec(**stages))
    assert graph.stage("call") == Call(params={"n": 2})
    assert graph.stage("score") == Score()
    assert graph.stage("syntax") == Syntax()
    with pytest.raises(KeyError):
        graph.stage("nothing")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"call": ("cal", ["syntax"])}, "did you mean call"),
        ({"call": ("call", ["sintax"])}, "unknown upstream 'sintax'; did you mean syntax"),
        ({"call": ("call", ["syntax"], {"param": {}})}, "did you mean params"),
        ({"call": ("call", ["syntax"], {"upsteam": []})}, "did you mean upstream"),
        (
            {"call": ("call", ["syntax"], {"limits": {"judge_seconds": 1}})},
            "knows no limit judge_seconds; it",
        ),
        ({"syntax": ("syntax", [], {"limits": {"cpu_seconds": 1}})}, "knows no limit cpu_seconds; it has none"),
        ({"syntax": ("syntax", [], {"repeats": {"times": 2}})}, "stage syntax uses no seed"),
        ({"score": ("score", ["call"], {"trigger": "any_failed"})}, "score could never run: it starts when call fails"),
        ({"source": ("source_metrics", ["syntax"], {"count": "words"})}, "characters"),
        ({"syntax": ("syntax", ["call"])}, "-> "),
        ({"call": ("call", ["call"])}, "call -> call"),
        ({"again": ("call", ["syntax"])}, "stage again is unreachable"),
        ({"again": ("call", ["syntax"]), "score": ("score", ["call", "again"])}, "written by both call and again; put"),
        ({"more": ("source_metrics", ["syntax"])}, "'code_length' is written by both source and more"),
        ({"score": ("score", ["syntax"])}, "needs 'output' from call"),
        ({"more": ("score", ["call"])}, "'error' is written by both score and more; keep one, or say report: false"),
    ],
)
def test_what_is_wrong_is_found_at_load(changes, words):
    with pytest.raises(SpecError) as caught:
        Graph.of(spec(**{**GOOD, **changes}))
    assert words in str(caught.value)


def test_what_is_missing_is_found_at_load():
    without = {name: stage for name, stage in GOOD.items() if name != "call"}
    with pytest.raises(SpecError, match="needs 'output', which no stage provides"):
        Graph.of(spec(**{**without, "score": ("score", ["syntax"])}))
    with pytest.raises(SpecError, match="no stage provides an objective"):
        Graph.of(spec(syntax=("syntax", []), source=("source_metrics", ["syntax"])))
    with pytest.raises(SpecError, match="stage syntax is unreachable"):
        Graph.of(spec(syntax=("syntax", []), call=("call", []), score=("score", ["call"])))


def test_errors_point_into_the_file(tmp_path: Path):
    path = tmp_path / "broken.yaml"
    path.write_text("stages:\n  call: {use: call}\n  score: {use: scor, upstream: [call]}\n")
    with pytest.raises(SpecError) as caught:
        Graph.of(load_pipeline(str(path)))
    assert caught.value.line == 3
    path.write_text("stages:\n  call: {use: call}\n  score: {use: score, upstream: [coll]}\n")
    with pytest.raises(SpecError) as caught:
        Graph.of(load_pipeline(str(path)))
    assert (caught.value.line, "did you mean call" in str(caught.value)) == (3, True)


@pytest.mark.parametrize("path", sorted(PIPELINES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_pipeline_loads(path: Path):
    graph = Graph.of(load_pipeline(str(path)))
    assert graph.name == path.stem


def test_every_stage_is_in_the_table_under_its_name():
    assert {
        "syntax": Syntax,
        "call": Call,
        "command": CommandStage,
        "score": Score,
        "source_metrics": SourceMetrics,
        "llm_judge": LlmJudge,
        "foreign": Foreign,
        "text": TextStage,
    } == {name: look_up("stage", name).cls for name in KINDS["stage"].shipped}


@given(st.permutations(list(GOOD)))
def test_any_order_of_the_file_respects_upstream(names: list[str]):
    graph = Graph.of(spec(**{name: GOOD[name] for name in names}))
    seen: set[str] = set()
    for node in graph.nodes:
        assert set(node.upstream) <= seen
        assert set(node.ancestors) <= seen
        seen.add(node.name)
    assert seen == set(names)


CASCADE = {
    "syntax": ("syntax", []),
    "quick": ("call", ["syntax"], {"report": False}),
    "screen": ("score", ["quick"], {"report": False}),
    "call": ("call", ["screen"], {"when": {"value": "screen.objective", "at_least": 0.5}}),
    "score": ("score", ["call"]),
}


def test_a_stage_reads_the_nearest_of_those_above():
    graph = Graph.of(spec(**CASCADE))
    assert graph.node("score").sources["output"] == "call"
    assert graph.node("screen").sources["output"] == "quick"
    assert graph.scorer.name == "score"


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"value": "scren.objective", "above": 0}, "no stage 'scren' upstream; did you mean screen"),
        ({"value": "score.objective", "above": 0}, "no stage 'score' upstream"),
        ({"value": "screen.objectiv", "above": 0}, "no number 'objectiv'; did you mean objective"),
        ({"value": "screen.feedback", "above": 0}, "screen gives no number 'feedback'"),
        ({"value": "screen.metrics", "above": 0}, "expected screen.metrics.NAME"),
        ({"value": "screen.objective.x", "above": 0}, "expected screen.objective, since"),
        ({"value": "syntax.imports", "above": 0}, "it gives none"),
    ],
)
def test_gates_ask_for_numbers_of_stages_above(when, words):
    with pytest.raises(SpecError) as caught:
        Graph.of(spec(**{**CASCADE, "call": ("call", ["screen"], {"when": when})}))
    assert words in str(caught.value)
    assert caught.value.line == 1
    assert "stages.call.when" in str(caught.value)


def test_repeats_spread_to_what_reads_them_and_no_further():
    repeated = {**GOOD, "call": ("call", ["syntax"], {"repeats": {"times": 3}})}
    times = {node.name: node.repeats and node.repeats.times for node in Graph.of(spec(**repeated)).nodes}
    assert times == {"syntax": None, "source": None, "call": 3, "score": 3}


DEEP = """
from evo.evaluate.stages.text import TextStage
from evo.evaluate.stages.syntax import Syntax
from dataclasses import dataclass

@dataclass(frozen=True, slots=True, kw_only=True)
class Deep:
    use = "deep_syntax"
    depth: int = 3

    @property
    def contract(self):
        return Syntax().contract

    async def run(self, inputs, runtime):
        return await Syntax().run(inputs, runtime)
"""


def test_installed_stages_are_found_by_their_entry_points(tmp_path, monkeypatch):
    (tmp_path / "deep_stages.py").write_text(DEEP)
    monkeypatch.syspath_prepend(tmp_path)
    points = [
        EntryPoint("deep_syntax", "deep_stages:Deep", "evo.stages"),
        EntryPoint("lost", "no.such:Lost", "evo.stages"),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points if group == "evo.stages" else [])
    graph = Graph.of(spec(**{**GOOD, "syntax": ("deep_syntax", [], {"depth": 4})}))
    assert graph.stage("syntax").depth == 4
    assert Graph.of(spec(**{**GOOD, "syntax": ("deep_stages:Deep", [])})).stage("syntax").depth == 3
    with pytest.raises(SpecError, match="'lost' cannot be loaded: No module named 'no'"):
        Graph.of(spec(**{**GOOD, "syntax": ("lost", [])}))
    with pytest.raises(SpecError, match="did you mean deep_syntax"):
        Graph.of(spec(**{**GOOD, "syntax": ("deep_syntx", [])}))
