from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import SpecError
from evo.evaluate.graph import Graph
from evo.evaluate.stages import STAGES, Call, Score, SourceMetrics, Syntax
from evo.spec.component import Component
from evo.spec.pipeline import PipelineSpec, StageSpec, load_pipeline

PIPELINES = Path(__file__).parents[2] / "pipelines"


def spec(**stages) -> PipelineSpec:
    made = {}
    for name, (use, upstream, *options) in stages.items():
        component = Component(use=use, options=MappingProxyType(dict(*options)))
        made[name] = StageSpec(component=component, upstream=tuple(upstream))
    return PipelineSpec(name="test", stages=MappingProxyType(made))


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
    assert graph.lines()[-1] == "score (score) <- call"


def test_options_become_fields():
    stages = {**GOOD, "call": ("call", ["syntax"], {"cpu_seconds": 2.0})}
    graph = Graph.of(spec(**stages))
    assert graph.stage("call") == Call(cpu_seconds=2.0)
    assert graph.stage("score") == Score()
    assert graph.stage("syntax") == Syntax()
    with pytest.raises(KeyError):
        graph.stage("nothing")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"call": ("cal", ["syntax"])}, "did you mean call"),
        ({"call": ("call", ["sintax"])}, "unknown upstream 'sintax'; did you mean syntax"),
        ({"call": ("call", ["syntax"], {"cpu_second": 1})}, "did you mean cpu_seconds"),
        ({"call": ("call", ["syntax"], {"cpu_seconds": "1"})}, "cpu_seconds"),
        ({"source": ("source_metrics", ["syntax"], {"count": "words"})}, "characters"),
        ({"syntax": ("syntax", ["call"])}, "-> "),
        ({"call": ("call", ["call"])}, "call -> call"),
        ({"again": ("call", ["syntax"])}, "'output' is written by both call and again"),
        ({"more": ("source_metrics", ["syntax"])}, "'code_length' is written by both source and more"),
        ({"score": ("score", ["syntax"])}, "needs 'output' from call"),
        ({"score": ("syntax", ["call"])}, "'imports' is written by both"),
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
    assert {"syntax": Syntax, "call": Call, "score": Score, "source_metrics": SourceMetrics} == dict(STAGES)


@given(st.permutations(list(GOOD)))
def test_any_order_of_the_file_respects_upstream(names: list[str]):
    graph = Graph.of(spec(**{name: GOOD[name] for name in names}))
    seen: set[str] = set()
    for node in graph.nodes:
        assert set(node.upstream) <= seen
        assert set(node.ancestors) <= seen
        seen.add(node.name)
    assert seen == set(names)
