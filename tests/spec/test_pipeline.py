from __future__ import annotations

from pathlib import Path

import pytest

from evo.errors import NotFoundError, SpecError
from evo.spec.component import Component
from evo.spec.loading import parse
from evo.spec.pipeline import PipelineSpec, StageSpec, load_pipeline, read_pipeline

TEXT = """
summary: the usual
stages:
  syntax: syntax
  call: {use: call, upstream: [syntax], repeats: 2}
  score: {use: score, upstream: [call]}
"""


def test_stages_have_edges_and_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pipelines").mkdir()
    Path("pipelines/mine.yaml").write_text(TEXT)
    spec = load_pipeline("mine")
    assert spec == PipelineSpec(
        name="mine",
        summary="the usual",
        stages={
            "syntax": StageSpec(component=Component(use="syntax")),
            "call": StageSpec(component=Component(use="call", options={"repeats": 2}), upstream=("syntax",)),
            "score": StageSpec(component=Component(use="score"), upstream=("call",)),
        },
    )
    assert list(spec.stages) == ["syntax", "call", "score"]
    assert (spec.stages["call"].use, spec.stages["call"].options) == ("call", {"repeats": 2})
    assert load_pipeline("pipelines/mine.yaml") == load_pipeline("mine", beside=Path("pipelines")) == spec
    with pytest.raises(NotFoundError, match=r"pipeline 'mien' not found; did you mean mine\?"):
        load_pipeline("mien")


def test_later_checks_know_the_positions() -> None:
    spec = read_pipeline(parse(TEXT, "pipelines/mine.yaml"), "mine")
    error = spec.stages["call"].error("no stage 'x'", "upstream")
    assert str(error).startswith("pipelines/mine.yaml:5:31: stages.call.upstream: no stage 'x'\n")
    assert str(spec.document.error(("stages",), "a cycle", at_key=True)).startswith("pipelines/mine.yaml:3:1: stages:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stages: {}", "1:9: stages: expected at least one stage"),
        ("stages: {a: {upstream: []}}", "1:10: stages.a.use: missing"),
        ("stages: {a: {use: a, upstream: b}}", "1:32: stages.a.upstream: expected a list; got 'b'"),
        ("stages: {a: {use: a, upstream: [1]}}", "1:33: stages.a.upstream.0: expected a text"),
        ("stages: {a.b: a}", "1:9: stages: the name 'a.b' is empty or has a dot"),
        ("stages: [a]", "1:9: stages: expected a mapping; got a list"),
        ("stage: {a: a}", "1:1: stage: unknown key; did you mean stages?"),
        ("summary: x", "1:1: stages: missing; expected a mapping"),
    ],
)
def test_wrong_pipelines(text: str, expected: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_pipeline(parse(text, "p.yaml"), "p")
    assert str(caught.value).startswith(f"p.yaml:{expected}")
