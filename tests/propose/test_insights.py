"""Insights are read strictly: what is accepted is safe to show, and nothing that comes is fatal."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.llm.offline.ideas import load_ideas
from evo.llm.offline.reply import Knowledge, propose
from evo.propose.insights import (
    ANSWER_MAX_CHARS,
    INSIGHTS_MAX,
    TEXT_MAX_CHARS,
    Insight,
    InsightKind,
    Severity,
    Tag,
    parse,
    read,
)
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.context import Shown, Step
from evo.propose.prompt.lineage import edge
from evo.records import Completion, Evaluation, EvaluationStatus, Finish, Program
from tests.propose.prompt.test_builder import CONTRACT

GOOD = {"kind": "numerics", "tag": "fragile", "severity": "low", "text": "Radii are summed in floats."}


def said(*records, **more):
    return json.dumps({"insights": list(records), **more})


def test_a_good_answer():
    (found,) = parse(said(GOOD))
    assert found == Insight(kind=InsightKind.NUMERICS, tag=Tag.FRAGILE, severity=Severity.LOW, text=GOOD["text"])
    assert parse(f"```json\n{said(GOOD)}\n```") == parse(f"Here:\n```\n{said(GOOD)}\n```\nDone.") == (found,)


def test_the_most_severe_come_first():
    records = [
        {**GOOD, "severity": each, "text": f"{place} {each}"} for place, each in enumerate(("low", "high", "low"))
    ]
    assert [each.text for each in parse(said(*records))] == ["1 high", "0 low", "2 low"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("I think that it is fine.", "no JSON"),
        ("", "no JSON"),
        ("[]", "only key"),
        ('{"insights": {}}', "only key"),
        (said(GOOD, note=1), "only key"),
        (said(), f"1 to {INSIGHTS_MAX}"),
        (said(*[GOOD] * 9), "got 9"),
        (said({**GOOD, "more": 1}), "insight 1: expected the fields"),
        (said(GOOD, {"kind": "numerics"}), "insight 2: expected the fields"),
        (said("x"), "insight 1: expected the fields"),
        (said({**GOOD, "kind": "magic"}), "insight 1: kind"),
        (said({**GOOD, "tag": 3}), "insight 1: tag"),
        (said({**GOOD, "severity": "HIGH"}), "insight 1: severity"),
        (said({**GOOD, "text": " \n "}), "got 0"),
        (said({**GOOD, "text": "x" * (TEXT_MAX_CHARS + 1)}), "got 241"),
        (said({**GOOD, "text": None}), "text"),
        ('{"insights": NaN}', "no JSON"),
        ("[" * 9000, "no JSON"),
        ("x" * (ANSWER_MAX_CHARS + 1), "at most"),
        (f"```json\n{said(GOOD)}\n```\n```json\n{said(GOOD)}\n```", "2 blocks"),
    ],
)
def test_bad_answers_say_why(text, why):
    found = parse(text)
    assert isinstance(found, str)
    assert why in found
    assert "\n" not in found


@pytest.mark.parametrize("finish", [Finish.LENGTH, Finish.REFUSAL, Finish.ERROR])
def test_what_is_no_answer_is_not_read(finish):
    assert isinstance(read(Completion(text=said(GOOD), finish=finish)), str)


@given(st.text())
def test_any_text_is_read(text):
    assert isinstance(parse(text), str)


@given(st.text(max_size=400))
def test_what_is_accepted_is_one_short_line(text):
    found = parse(said({**GOOD, "text": text}))
    if not isinstance(found, str):
        assert found[0].text.splitlines() == [found[0].text]
        assert 1 <= len(found[0].text) <= TEXT_MAX_CHARS


SOURCE = """
def pack(n, seed):
    best = [0.1, 0.2, 0.3, 0.4]
    for i in range(n):
        for j in range(i):
            try:
                best[i] += best[j]
            except IndexError:
                pass
    return best
"""


def test_the_offline_analyst_answers_what_the_prompt_shows():
    program, parent = Program.of(SOURCE), Program.of(SOURCE.replace("0.4", "0.5"))
    evaluation = Evaluation(program=program.id, status=EvaluationStatus.VALID, objective=1.0)
    shown = Shown(program=program, evaluation=evaluation, ticket=3, operator="diff")
    step = Step(
        program=program.id,
        parent=parent.id,
        operator="diff",
        summary="less",
        status=EvaluationStatus.VALID,
        objective=1.0,
        delta=0.25,
    )
    prompt = PromptBuilder(CONTRACT).analysis(shown, [replace_edge(step, parent, program)], None)
    assert "-    best = [0.1, 0.2, 0.3, 0.5]" in prompt.user
    knowledge = Knowledge(weights={"numbers": 1.0}, ideas=load_ideas(None))
    answer = propose(prompt.user, 1, knowledge)
    assert answer == propose(prompt.user, 1, knowledge)
    notes = parse(answer)
    assert {each.kind for each in notes} == {
        InsightKind.IMITATE,
        InsightKind.PARAMETERS,
        InsightKind.EFFICIENCY,
        InsightKind.ROBUSTNESS,
    }
    assert notes[0].text == "the last step (less) gained 0.25"
    assert isinstance(parse(propose("Operator: insight\n", 1, knowledge)), str)


def replace_edge(step, parent, program):
    return replace(step, edge=edge(parent, program, step))
