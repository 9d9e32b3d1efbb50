"""What the packs vouch for in `formerly`: prompts and verdicts of the earlier packs, as they were computed then.

`former.json` holds, for every earlier address, fingerprints of what its own pack said: of all that prompts show, of the
seeds, of the ideas, and of the judge's verdicts on outputs of the seeds, on shaken and spoiled ones, and on published
constructions. The pack that has the address today has to give the same.
"""

import importlib.util
import json
import random
from pathlib import Path

import pytest
from pack import PUBLISHED

from evo.canonical import canonical, fingerprint
from evo.config.dump import plain
from evo.config.problem import lapsed, load_problem
from evo.config.resources import known
from evo.errors import EvoWarning
from evo.judging import Invalid
from evo.llm.offline.ideas import idea_files
from evo.propose.prompt.problem_contract import contract_of

ROOT = Path(__file__).parents[2]
THEN = json.loads(Path(__file__).with_name("former.json").read_text())
LATER = {"record", "libraries", "rest", "globs"}
"""What prompts were not told then: an edition of theirs that shows it is a run's own choice."""
CORRECTED = {"autocorrelation/third_absolute": "1.4687620697410217 (AlphaEvolve 2025, B.3, re-computed exactly)"}
"""Records that were wrong, as they were told then: all else of the contract is the same."""
JUNK = [
    [],
    {},
    None,
    [[0, 0]],
    [1, -1],
    [0, 0],
    [[0, 0], [1, 0], [2, 0]],
    [[-1e-300, 0], [1, 0], [0, 1]],
    ["1"],
    [1e308],
]


def module_of(path):
    spec = importlib.util.spec_from_file_location("judge", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outputs_of(problem):
    """Yield what the seeds return, as it is, shaken, and spoiled; then junk."""
    rng = random.Random(0)
    for _, program in problem.seeds:
        parts = {}
        exec(next(iter(program.files.values())), parts)
        output = parts[problem.spec.program.entry](**{**problem.params, "work": 1}, seed=problem.spec.seed)
        yield output
        for scale in (1e-12, 1e-9, 1e-3):
            yield [
                [x + scale * rng.random() for x in row] if isinstance(row, list) else row + scale * rng.random()
                for row in output
            ]
        yield output[1:]
        yield [output[0], *output[:-1]]
    yield from JUNK


def verdict(evaluate, output, params):
    try:
        return evaluate(output, params)
    except Invalid as refusal:
        return refusal.reason


def digest(value):
    return fingerprint(canonical(value))


def said(problem, params):
    """Return the fingerprints of one problem; `params` is what its judge is told."""
    evaluate = module_of(problem.judge).evaluate
    contract = {key: value for key, value in plain(contract_of(problem)).items() if key not in LATER}
    contract["best_known"] = CORRECTED.get(problem.label, contract["best_known"])
    return {
        "contract": digest(contract),
        "seeds": [program.id for _, program in problem.seeds],
        "ideas": digest([path.read_text() for path in idea_files(problem.ideas)]),
        "verdicts": digest([verdict(evaluate, output, params) for output in outputs_of(problem)]),
    }


def published_outputs():
    """Yield (name, output) of the constructions that these packs are about, where they are at hand."""
    for path in sorted(PUBLISHED.glob("*.json")):
        if path.stem.startswith(("heilbronn", "autocorr")):
            data = json.loads(path.read_text())["data"]
            found = next(value for value in data.values() if isinstance(value, list))
            yield path.stem, [[float(x) for x in row] if isinstance(row, list) else float(row) for row in found]


def formerly(address):
    """Load a problem by its earlier address, which warns unless it is today's as well."""
    if address in {"autocorrelation/first", "autocorrelation/third", "autocorrelation/third_absolute"}:
        return load_problem(address)
    with pytest.warns(EvoWarning, match=f"{address} is now "):
        return load_problem(address)


@pytest.mark.parametrize("address", THEN)
def test_prompts_and_verdicts_are_those_of_then(address):
    problem = formerly(address)
    params = {**problem.params, **problem.judge_params}
    assert problem.label == address
    found = said(problem, params)
    assert found == {key: THEN[address][key] for key in found}
    assert problem.fingerprint == THEN[address]["fingerprint"]


@pytest.mark.parametrize("address", THEN)
def test_verdicts_on_published_constructions_are_those_of_then(address):
    problem, outputs = formerly(address), list(published_outputs())
    if not outputs:
        pytest.skip(f"published constructions are not at {PUBLISHED}")
    evaluate, params = module_of(problem.judge).evaluate, {**problem.params, **problem.judge_params}
    found = {name: digest(verdict(evaluate, output, params)) for name, output in outputs}
    assert found == THEN[address]["published"]


def test_every_claim_holds_and_is_tested():
    claimed = set()
    for name in known("problems"):
        folder = ROOT / "problems" / name
        assert lapsed(folder) == []
    for name in ("heilbronn", "autocorrelation"):
        first = load_problem(f"{name}/{'square' if name == 'heilbronn' else 'first'}")
        claimed |= {old for old, former in first.spec.formerly.items() if former.recorded}
    assert claimed == set(THEN)
