"""What counts as a repetition, rule by rule."""

import json
import math
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evo.config.sections import EmbeddingSpec, NoveltySpec
from evo.propose.novelty import LENGTH, NoveltyIndex, changes, quantised
from evo.records import Outcome, Program, Proposal, Repeat, Rule, Traits


def proposal(program, *parents, **traits):
    return Proposal(
        ticket=0,
        island=0,
        operator="diff",
        outcome=Outcome.PROPOSED,
        parents=tuple(each.id for each in parents),
        program=program,
        traits=Traits(**traits),
    )


def child(program, parent):
    added, removed = changes(parent, program)
    return proposal(program, parent, added=added, removed=removed)


def text(*lines):
    return Program.of("\n".join(lines))


def test_a_form_is_known_by_the_first_that_had_it():
    seen = NoveltyIndex(NoveltySpec())
    one, two, three = (text(f"x = {i}") for i in range(3))
    assert seen.find(proposal(one, form="f")) is None
    seen.observe(proposal(one, form="f"))
    seen.observe(proposal(two, form="f"))
    assert seen.find(proposal(three, form="f")) == Repeat(program=one.id, rule=Rule.NORMALISED)
    assert seen.find(proposal(three, form="g")) is None
    assert seen.find(proposal(three)) is None


def test_a_step_back_is_seen_along_the_lineage():
    seen = NoveltyIndex(NoveltySpec(readded=0.5))
    a, b, c = text("p = 1", "q = 1", "r = 1"), text("p = 2", "q = 1", "r = 1"), text("p = 2", "q = 2", "r = 1")
    seen.observe(proposal(a))
    seen.observe(child(b, a))
    seen.observe(child(c, b))
    back = child(text("p = 1", "q = 2", "r = 1"), c)
    assert seen.find(back) == Repeat(program=a.id, rule=Rule.READDED, similarity=1.0)
    half = child(text("p = 1", "q = 2", "r = 7"), c)
    assert seen.find(half).similarity == 0.5
    third = child(text("p = 1", "q = 2", "r = 7", "s = 8"), c)
    assert seen.find(third) is None, "a third of the lines is below the threshold"
    assert seen.find(child(text("# new", "p = 2", "q = 2", "r = 1"), c)) is None, "comments are no lines"
    assert NoveltyIndex(NoveltySpec()).find(back) is None


def test_the_step_that_most_lines_are_taken_back_from_is_blamed():
    seen = NoveltyIndex(NoveltySpec(readded=0.5))
    a, b = text("p = 1", "q = 1", "r = 1", "s = 1"), text("p = 2", "q = 2", "r = 1", "s = 1")
    c = text("p = 2", "q = 2", "r = 2", "s = 1")
    for each in (proposal(a), child(b, a), child(c, b)):
        seen.observe(each)
    # Two lines went with the step from a, one with the step from b, and all three come back.
    assert seen.find(child(text("p = 1", "q = 1", "r = 1", "s = 1", "t = 1"), c)).program == a.id
    # Of equals, one line from each, the smaller name: the order of lines means nothing.
    assert seen.find(child(text("p = 1", "q = 2", "r = 1", "s = 1"), c)).program == min(a.id, b.id)


@given(st.lists(st.sampled_from("abcdef"), max_size=8), st.lists(st.sampled_from("abcdef"), max_size=8))
def test_changes_lead_from_one_text_to_the_other(before, after):
    added, removed = changes(text("z", *before), text("z", *after))
    back = changes(text("z", *after), text("z", *before))
    assert (added, removed) == back[::-1]
    assert not set(added) & set(removed)
    assert len(added) == len(set(after) - set(before))


@example([5e-324, 5e-324])
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_embeddings_become_whole_numbers_of_one_length(numbers):
    vector = quantised(json.dumps(numbers))
    if math.hypot(*numbers) == 0:
        assert vector == ()
        return
    assert math.hypot(*vector) == pytest.approx(LENGTH, abs=math.sqrt(len(numbers)))
    assert all(type(number) is int and abs(number) <= LENGTH for number in vector)


@pytest.mark.parametrize(
    "wrong",
    ["", "no", "{}", "[]", "[0.0]", '["a"]', "[NaN]", "[Infinity]", "[1, NaN]", f"[1{'0' * 400}]", "[" * 5000, "3"],
)
def test_what_is_no_embedding_is_none(wrong):
    assert quantised(wrong) == ()


def test_the_nearest_embedding_counts_whatever_came_in_between():
    rng = Random(0)
    seen = NoveltyIndex(NoveltySpec(embedding=EmbeddingSpec(llm="e", threshold=0.9)))
    vectors = [(text(f"x = {i}"), quantised(json.dumps([rng.gauss(0, 1) for _ in range(64)]))) for i in range(200)]
    for program, vector in vectors:
        seen.observe(proposal(program, vector=vector))
    for program, vector in vectors[::37]:
        near = tuple(number + (1 if i == 3 else 0) for i, number in enumerate(vector))
        found = seen.find(proposal(text("y = 1"), vector=near))
        assert (found.program, found.rule) == (program.id, Rule.EMBEDDING)
        assert 0.999 < found.similarity <= 1.0
    far = quantised(json.dumps([rng.gauss(0, 1) for _ in range(64)]))
    assert seen.find(proposal(text("y = 1"), vector=far)) is None
    assert seen.find(proposal(text("y = 1"), vector=far[:32])) is None, "of another model"
    for rule in Rule:
        assert len(Repeat(program="ab" * 16, rule=rule, similarity=0.5).words) < 120
