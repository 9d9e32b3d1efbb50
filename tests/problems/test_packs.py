"""What holds of every pack: cases, seeds, ideas, picture, statement, and a judge that no output surprises."""

import ast
import json
import math
import random
import re
import struct
import time

import pytest
from fragments import NotApplicable, apply, functions, is_wrap
from hypothesis import given, settings
from hypothesis import strategies as st
from pack import names, pack

from evo.config.problem import load_cases, load_problem
from evo.judging import Invalid, decode

PACKS = names()
EVERY = {name: pack(name) for name in PACKS}
FORBIDDEN_MODULES = {"time", "datetime", "os", "sys", "random", "secrets", "uuid", "threading", "signal"}


def over(what):
    return [pytest.param(name, key, id=f"{name}-{key}") for name in PACKS for key in what(EVERY[name])]


def check_result(found, spec):
    assert math.isfinite(found["objective"])
    assert set(found["measures"]) == set(spec["measures"])
    for value in (*found["measures"].values(), *found.get("metrics", {}).values()):
        assert math.isfinite(value)
    assert 0 < len(found["feedback"]) < 500


@pytest.mark.parametrize(("name", "case"), over(lambda one: [case["name"] for case in one.cases]))
def test_cases(name, case):
    one = EVERY[name]
    said = next(each for each in one.cases if each["name"] == case)
    params = (said.get("instance"), said.get("params", {}))
    if "refused" in said:
        with pytest.raises(Invalid) as caught:
            one.judge(said["output"], params[0], **params[1])
        assert said["refused"] in caught.value.reason
    else:
        found = one.judge(said["output"], params[0], **params[1])
        assert found["objective"] == pytest.approx(said["objective"], abs=said.get("tolerance", 0.0), rel=0)
        check_result(found, one.spec)


@pytest.mark.parametrize(("name", "instance"), over(lambda one: one.instances))
def test_statement_loads_with_a_sourced_record(name, instance):
    problem = load_problem(f"{EVERY[name].folder}/{instance}" if instance else str(EVERY[name].folder))
    if not instance.endswith("holdout"):
        assert problem.best_known.source
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", problem.best_known.date)
    assert len(problem.spec.measures) >= 2
    assert problem.ideas
    assert problem.picture
    cases = load_cases(problem)
    assert sum(case.refused is not None for case in cases) >= 4
    assert sum(case.objective is not None for case in cases) >= 3
    assert (problem.folder / "run.yaml").exists()


@pytest.mark.parametrize(("name", "seed"), over(lambda one: one.seeds))
def test_seeds(name, seed):
    """Valid on every instance, the same each time, in plain types, inside the grid, and far from the record."""
    one, text = EVERY[name], EVERY[name].seeds[seed]
    sign = 1 if one.spec["objective"]["direction"] == "maximize" else -1
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    for instance in one.instances:
        output = one.run(text, instance)
        assert json.loads(json.dumps(output)) == output == one.run(text, instance)
        found = one.judge(output, instance)
        check_result(found, one.spec)
        for measure, value in found["measures"].items():
            assert one.spec["measures"][measure]["low"] <= value <= one.spec["measures"][measure]["high"], measure
        record = one.spec["instances"][instance].get("best_known", {}).get("value") if instance else None
        if record is not None:
            assert sign * found["objective"] < sign * record


@pytest.mark.parametrize("name", PACKS)
def test_there_are_three_different_seeds_with_the_same_parts(name):
    one = EVERY[name]
    assert len(one.seeds) >= 3
    parts = [set(functions(ast.parse(text))) for text in one.seeds.values()]
    shared = set.intersection(*parts)
    assert one.spec["program"]["entry"] in shared
    assert len(shared) >= 4
    assert len({one.score(text) for text in one.seeds.values()}) >= 3


@pytest.mark.parametrize(("name", "idea"), over(lambda one: one.ideas))
def test_ideas(name, idea):
    """A sentence, at most 40 lines, no coordinates; each makes a valid program of a seed it fits."""
    one, text = EVERY[name], EVERY[name].ideas[idea]
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 40
    sentence = ast.get_docstring(tree)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert modules <= set(one.spec["program"]["imports"]) - FORBIDDEN_MODULES
    numbers = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    floats = [number for number in numbers if isinstance(number, float)]
    assert all(len(re.sub(r"e.*|^0\.0*|\.", "", repr(number))) <= 3 for number in floats)
    fitted = 0
    for seed in one.seeds.values():
        try:
            program = apply(text, seed)
        except NotApplicable:
            assert is_wrap(text)
            continue
        one.score(program, **SMALL.get(name, {}))
        fitted += 1
    assert fitted


SMALL = {
    "cap_set": {"n": 4, "work": 3},
    "distance_ratio": {"n": 7, "work": 3},
    "heilbronn/convex": {"n": 7, "work": 3},
    "heilbronn/square": {"n": 7, "work": 3},
    "heilbronn/triangle": {"n": 7, "work": 3},
    "hexagon_packing": {"n": 4, "work": 4},
    "kissing_number": {"d": 8, "work": 2},
    "rectangle_packing": {"n": 7, "work": 3},
}


@pytest.mark.parametrize("case", range(4))
@pytest.mark.parametrize("name", PACKS)
def test_any_ideas_in_any_order_give_a_valid_program(name, case):
    one, rng = EVERY[name], random.Random(case)
    text = one.seeds[rng.choice(sorted(one.seeds))]
    for idea in rng.sample(sorted(one.ideas), min(len(one.ideas), 4)):
        try:
            text = apply(one.ideas[idea], text)
        except NotApplicable:
            assert is_wrap(one.ideas[idea])
    one.score(text, **SMALL.get(name, {}))


@pytest.mark.parametrize("name", PACKS)
def test_picture(name, tmp_path):
    one = EVERY[name]
    seed = next(iter(one.seeds.values()))
    path = tmp_path / "picture.png"
    one.draw(one.run(seed), path)
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:24]) == (1000, 1000)


@pytest.mark.parametrize("name", PACKS)
def test_seeds_are_judged_in_no_time(name):
    one = EVERY[name]
    for instance in one.instances:
        output = one.run(next(iter(one.seeds.values())), instance)
        began = time.process_time()
        one.judge(output, instance)
        assert time.process_time() - began < 0.5


NUMBERS = st.floats() | st.integers() | st.floats(0, 1) | st.integers(-(2**1100), 2**1100) | st.integers(0, 2)
JUNK = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(st.data())
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("name", PACKS)
def test_any_output_is_refused_or_finite(name, data):
    """Junk of all kinds, and good outputs with some places replaced by junk."""
    one = EVERY[name]
    output = data.draw(JUNK)
    if data.draw(st.booleans()):
        output = good(name)
        for _ in range(data.draw(st.integers(1, 3))):
            spoil(output, data)
    reason, found = "", None
    try:
        found = one.evaluate(output, one.params())
    except Invalid as refusal:
        reason = refusal.reason
    assert (found is None) == bool(reason)
    if found is not None:
        check_result(found, one.spec)


GOOD = {}


def good(name):
    if name not in GOOD:
        one = EVERY[name]
        GOOD[name] = json.dumps(one.run(next(iter(one.seeds.values()))))
    return json.loads(GOOD[name])


def spoil(output, data):
    """Replace one place of nested lists and objects by junk, drop it, or double it."""
    place = output
    while True:
        k = data.draw(st.sampled_from(sorted(place)) if isinstance(place, dict) else st.integers(0, len(place) - 1))
        if not isinstance(place[k], list) or not place[k] or data.draw(st.integers(0, 4)) == 0:
            break
        place = place[k]
    match data.draw(st.sampled_from(["junk", "number", "drop", "double"])):
        case "junk":
            place[k] = data.draw(JUNK)
        case "number":
            place[k] = data.draw(NUMBERS)
        case "drop":
            if len(place) > 1:
                del place[k]
        case "double":
            again = json.loads(json.dumps(place[k], default=str))
            place.update({f"{k} again": again}) if isinstance(place, dict) else place.insert(k, again)


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize(
    "text", ["NaN", "[NaN]", "[[Infinity, 0]]", "[1e999]", "[" * 70 + "]" * 70, "\xff", "{}", "null"]
)
def test_what_json_cannot_say_is_refused(name, text):
    with pytest.raises(Invalid):
        EVERY[name].evaluate(decode(text.encode("latin-1")), EVERY[name].params())
