"""Columns give back what was put into them, and a program stands for its first commit, whatever came later."""

from hypothesis import given
from hypothesis import strategies as st

from evo.propose.prompt.context import Step
from evo.records import EvaluationStatus, Outcome
from evo.search.known import Known, KnownProgram, StepColumns

NUMBERS = st.none() | st.floats(allow_nan=False)
STEPS = st.builds(
    Step,
    program=st.sampled_from(["", "a", "b", "c", "d"]),
    parent=st.sampled_from(["", "a", "b"]),
    operator=st.sampled_from(["seed", "diff", "rewrite"]),
    summary=st.text(max_size=5),
    status=st.sampled_from([*EvaluationStatus, *Outcome, None]),
    objective=NUMBERS,
    delta=NUMBERS,
    detail=st.text(max_size=5),
)


@given(st.lists(STEPS, max_size=20), st.dictionaries(st.sampled_from("abcd"), NUMBERS))
def test_what_is_kept_in_columns_is_what_came(came, means):
    steps, first = StepColumns(), {}
    known = Known(steps)
    for seq, step in enumerate(came):
        steps.append(step, ticket=7 * seq)
        if step.program:
            known.add(step.program, seq)
            first.setdefault(step.program, seq)
    assert [steps[seq] for seq in range(len(steps))] == came
    assert [*known] == [*first]
    assert [*known.statuses()] == [came[seq].status for seq in first.values()]
    for program, seq in first.items():
        assert known[program] == KnownProgram(seq=seq, ticket=7 * seq, step=came[seq])
        assert known.objective(program) == came[seq].objective
    assert known.get("unheard") is None
    assert known.objective("unheard") is None

    for program in means.keys() & first.keys():
        known.revise(program, means[program])
        assert known.objective(program) == known[program].step.objective == means[program]
        # What was tried stays as it was when it was tried.
        assert steps[first[program]].objective == came[first[program]].objective


def test_the_same_words_are_kept_once():
    steps = StepColumns()
    known = Known(steps)
    first = f"program{len(steps)}"
    steps.append(Step(program=first, parent="", operator="seed", summary="", status=None), ticket=0)
    known.add(first, 0)
    assert known.name(f"program{0}") is first
    assert known.name("another") == "another"
