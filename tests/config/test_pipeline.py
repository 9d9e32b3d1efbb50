from __future__ import annotations

from pathlib import Path

import pytest

from evo.config.component import Component
from evo.config.document import parse
from evo.config.pipeline import (
    PipelineSpec,
    Placing,
    Repeats,
    StageGate,
    StageSpec,
    Take,
    Trigger,
    load_pipeline,
    read_pipeline,
)
from evo.errors import NotFoundError, SpecError

TEXT = """
summary: the usual
stages:
  syntax: syntax
  call: {use: call, upstream: [syntax], count: 2}
  score: {use: score, upstream: [call]}
"""
BESIDE = "stages: {a: a, b: {use: b, upstream: [a], "


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
            "call": StageSpec(
                component=Component(use="call", options={"count": 2}), placing=Placing(upstream=("syntax",))
            ),
            "score": StageSpec(component=Component(use="score"), placing=Placing(upstream=("call",))),
        },
    )
    assert list(spec.stages) == ["syntax", "call", "score"]
    assert (spec.stages["call"].use, spec.stages["call"].options) == ("call", {"count": 2})
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
        ("deadline: 0\nstages: {a: a}", "1:11: deadline: expected a number, above 0"),
        (BESIDE + "trigger: any_fail}}", "1:52: stages.b.trigger: expected one of all_success, all_done, any_failed"),
        (BESIDE + "when: a.x >= 1}}", "1:49: stages.b.when: expected a mapping of value, at_least"),
        (BESIDE + "when: {value: a.x}}}", "1:43: stages.b.when: expected a bound: at_least, above, at_most or below"),
        (BESIDE + "when: {value: x, below: 1}}}", "1:57: stages.b.when.value: expected stage.number"),
        (BESIDE + "when: {value: a.x, under: 1}}}", "1:62: stages.b.when.under: unknown key"),
        (BESIDE + "when: {value: a.x, below: high}}}", "1:69: stages.b.when.below: expected a number"),
        (BESIDE + "repeats: 3}}", "1:52: stages.b.repeats: expected a mapping of times, take"),
        (BESIDE + "repeats: {times: 1}}}", "1:60: stages.b.repeats.times: expected an integer, at least 2"),
        (BESIDE + "repeats: {times: 2, take: best}}}", "1:69: stages.b.repeats.take: expected one of mean, median"),
        (BESIDE + "retries: -1}}", "1:52: stages.b.retries: expected an integer, at least 0"),
        (BESIDE + "limits: {cpu: 1}}}", "1:52: stages.b.limits.cpu: unknown key; did you mean cpu_seconds?"),
        (BESIDE + "report: 1}}", "1:51: stages.b.report: expected true or false"),
        ("stages: {b: {use: b, trigger: all_done}}", "1:31: stages.b.trigger: nothing is upstream"),
        ("stages: {b: {use: b, when: {value: a.x, above: 0}}}", "1:28: stages.b.when: nothing is upstream"),
        ("stages: {a: a, b: {use: b, upstream: [a, a]}}", "1:38: stages.b.upstream: a stage is named twice"),
        ("summary: x", "1:1: stages: missing; expected a mapping"),
    ],
)
def test_wrong_pipelines(text: str, expected: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_pipeline(parse(text, "p.yaml"), "p")
    assert str(caught.value).startswith(f"p.yaml:{expected}")


def test_what_every_stage_may_say() -> None:
    text = """
deadline: 60
stages:
  a: a
  b:
    use: b
    upstream: [a]
    trigger: all_done
    when: {value: a.metrics.x, at_least: 0.5, below: 2}
    limits: {cpu_seconds: 1.5}
    retries: 2
    repeats: {times: 3, take: mean}
    report: false
"""
    spec = read_pipeline(parse(text, "p.yaml"), "p")
    placing = spec.stages["b"].placing
    assert spec.deadline == 60
    assert spec.stages["b"].options == {}
    assert placing.trigger is Trigger.ALL_DONE
    assert placing.when == StageGate(value="a.metrics.x", at_least=0.5, below=2)
    assert placing.when.path == ("a", "metrics", "x")
    assert str(placing.when) == "a.metrics.x at least 0.5 and below 2"
    assert placing.limits.cpu_seconds == 1.5
    assert (placing.retries, placing.report) == (2, False)
    assert placing.repeats == Repeats(times=3, take=Take.MEAN)
    assert spec.stages["a"].placing == Placing()


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        ({"at_least": 1}, [1, 2], [0.9, float("nan")]),
        ({"above": 1}, [1.1], [1, float("nan")]),
        ({"at_most": 1}, [1, -5], [1.1]),
        ({"below": 1}, [0.9], [1]),
        ({"at_least": 0, "below": 1}, [0, 0.5], [-0.1, 1]),
    ],
)
def test_gates(bounds: dict[str, float], inside: list[float], outside: list[float]) -> None:
    gate = StageGate(value="a.x", **bounds)
    assert all(gate.holds(number) for number in inside)
    assert not any(gate.holds(number) for number in outside)
