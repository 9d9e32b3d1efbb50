"""Every run that can be declared is written so that it reads back equal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evo.config.component import Component
from evo.config.run import RunSpec, ScheduleSpec, from_yaml, to_yaml
from evo.config.sections import ArchiveSpec, AxisSpec, BudgetSpec, IslandsSpec

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    ["1e5", "no", "26"]
)
counts = st.integers(1, 10**6)
few = st.integers(1, 1000)
positive = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
scalars = names | counts | st.floats(allow_nan=False, allow_infinity=False) | st.none() | st.booleans()
plain_data = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=5
)
options = st.dictionaries(names.filter(lambda name: name not in {"use", "weight", "llm"}), plain_data, max_size=3)
components = st.builds(Component, use=names, options=options)
emitters = st.builds(
    lambda use, given, weight: Component(use=use, options={**given, "weight": weight, "llm": "fast"}),
    names,
    options,
    positive,
)
specs = st.builds(
    RunSpec,
    problem=names,
    params=st.dictionaries(names, plain_data, max_size=3),
    pipeline=names,
    seed=st.integers(0, 2**70),
    seeds=st.none() | st.lists(names, min_size=1, max_size=3).map(tuple),
    budget=st.builds(
        BudgetSpec,
        tickets=counts,
        evaluations=st.none() | counts,
        seconds=st.none() | positive,
        target=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    ),
    archive=st.builds(
        ArchiveSpec,
        measures=st.dictionaries(
            names, st.builds(AxisSpec, cells=few, scale=st.sampled_from(["linear", "log"])), max_size=2
        ),
    ),
    islands=st.builds(
        IslandsSpec,
        count=few,
        migration=components,
        reset=st.none() | components,
    ),
    selector=components,
    emitters=st.lists(emitters, min_size=1, max_size=3).map(tuple),
    llms=st.dictionaries(names, components, max_size=2).map(lambda llms: {**llms, "fast": Component(use="offline")}),
    executor=components,
    schedule=st.builds(
        ScheduleSpec, slots=counts, window=st.none() | counts, commit=st.sampled_from(["ordered", "arrival"])
    ),
)


@given(specs)
def test_what_is_written_reads_back_equal(spec: RunSpec) -> None:
    text = to_yaml(spec)
    assert from_yaml(text, "run.yaml") == spec
    assert to_yaml(from_yaml(text, "run.yaml")) == text
