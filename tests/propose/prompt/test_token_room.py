"""Whatever the parts weigh, a prompt keeps to its room, and the parent's program is whole or nothing is asked."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.config.sections import PromptTokens
from evo.edits import Refusal
from evo.propose.insights import Insight, InsightKind, Severity, Tag
from evo.propose.prompt import token_room
from evo.propose.prompt.builder import PromptBuilder, size
from evo.propose.prompt.context import Edge, PromptContext
from evo.records import Evaluation, EvaluationStatus, Outcome, Program
from tests.propose.prompt.test_builder import CONTRACT, shown, step, ticket
from tests.propose.shipped import OPERATORS, SHIPPED

BUILDER = PromptBuilder(CONTRACT, emitters=SHIPPED, sections=PromptTokens())
NOTES = tuple(
    Insight(kind=InsightKind.STRUCTURE, tag=Tag.RIGID, severity=each, text=f"note {each} " + "n" * 200)
    for each in Severity
)


def program(name, size):
    return Program.of(f"# {name}\n" + "x = 1  # filler\n" * size)


def failed(of, feedback="f" * 1800):
    return Evaluation(program=of.id, status=EvaluationStatus.FAILED, feedback=feedback)


def full(parent=20, second=20, inspirations=(20, 20), steps=4):
    first, other = program("first", parent), program("second", second)
    edge = Edge(diff="+x = 1\n" * 60, added=60, removed=0)
    return PromptContext(
        parents=(shown(first, 1.5, insights=NOTES), shown(other, evaluation=failed(other), insights=NOTES[:1])),
        inspirations=tuple(shown(program(f"i{k}", lines), float(k)) for k, lines in enumerate(inspirations)),
        ancestors=tuple(step(summary=f"ancestor {k}", edge=edge) for k in range(steps)),
        attempts=tuple(step(summary=f"attempt {k}", delta=-float(k)) for k in range(steps)),
        best=2.0,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(OPERATORS),
    st.integers(200, 12_000),
    st.tuples(*[st.integers(0, 900)] * 2),
    st.lists(st.integers(0, 2000), max_size=4),
    st.integers(0, 6),
)
def test_no_prompt_passes_its_room_and_no_parent_is_cut(operator, most, parents, inspirations, steps):
    context = full(*parents, inspirations, steps)
    prompt = BUILDER.fitted(ticket(operator), context, most)
    if isinstance(prompt, Refusal):
        alone = replace(full(parents[0], 0, (), 0), best=2.0)
        bare = BUILDER.build(ticket(operator), replace(alone, parents=(shown(alone.parents[0].program, 1.5),)))
        assert prompt.outcome is Outcome.LLM_ERROR
        assert size(bare) + token_room.tokens("Left out for want of room: ") + 60 > most, "it would have fitted"
    else:
        assert size(prompt) <= most
        assert context.parents[0].program.text in prompt.user
        second = context.parents[1].program
        assert operator != "crossover" or second.text in prompt.user or "1 further parent" in prompt.user


def test_what_goes_first():
    whole = BUILDER.build(ticket("crossover"), full())
    gone = []
    for most in range(size(whole), 0, -40):
        prompt = BUILDER.fitted(ticket("crossover"), full(), most)
        if isinstance(prompt, Refusal):
            break
        found = re.search(r"Left out for want of room: (.*)\.", prompt.user)
        gone.append(found[1] if found else "")
    order = [
        "",
        "2 inspirations",
        "4 earlier attempts",
        "4 ancestors",
        "4 insights",
        "1 feedback",
        "1 further parent",
    ]
    assert [line for line in dict.fromkeys(gone) if line.count(",") == 0][:2] == ["", "1 inspiration"]
    last = gone[-1].split(", ")
    assert last == order[1:]
    assert "contract and the program it has about" in prompt.detail


def test_the_worst_inspirations_the_middle_and_the_least_severe_go_first():
    seen = list(token_room.shorter(full()))
    assert [each.summary for each in seen[2].attempts] == ["attempt 0", "attempt 1", "attempt 3"]
    assert [each.summary for each in seen[6].ancestors] == ["ancestor 1", "ancestor 2", "ancestor 3"]
    assert seen[9].ancestors == ()
    assert [each.severity for each in seen[11].parents[0].insights] == ["high", "medium"]
    assert len(seen[-1].parents) == 1
    prompts = [BUILDER.fitted(ticket(), full(inspirations=(300, 300)), most).user for most in (5200, 3000)]
    assert [re.findall(r"# (i\d)", user) for user in prompts] == [["i1"], []]


@pytest.mark.parametrize(
    ("name", "few"), [("inspirations", 300), ("lineage", 400), ("insights", 100), ("feedback", 100)]
)
def test_every_section_has_its_budget(name, few):
    less = PromptBuilder(CONTRACT, emitters=SHIPPED, sections=replace(PromptTokens(), **{name: few})).build(
        ticket("crossover"), full()
    )
    more = BUILDER.build(ticket("crossover"), full())
    assert size(less) < size(more)
    assert "Left out" not in more.user
    assert ("Left out" in less.user) == (name != "feedback")
    if name == "feedback":
        assert "bytes left out" in less.user


def test_an_analyst_is_not_asked_what_has_no_room():
    large = shown(program("large", 900), 1.0)
    steps = [step(edge=Edge(diff="+x = 1\n" * 100, added=100, removed=0))]
    whole = BUILDER.analysis(large, steps, None)
    assert "How the program came to be" in whole.user
    less = BUILDER.analysis(large, steps, size(whole) - 1)
    assert "How the program came to be" not in less.user
    assert large.program.text in less.user
    assert BUILDER.analysis(large, steps, 1000).outcome is Outcome.LLM_ERROR
