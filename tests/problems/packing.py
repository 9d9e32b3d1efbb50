"""The pack under test: its folder, judge, seeds and ideas, run in this process."""

import importlib.util
import json
from pathlib import Path

import pytest
import yaml

from evo.judging import decode

ROOT = Path(__file__).parents[2]
PACK = ROOT / "problems" / "circle_packing"
PUBLISHED = ROOT.parent / "shared" / "data" / "published"

SPEC = yaml.safe_load((PACK / "problem.yaml").read_text())
CASES = yaml.safe_load((PACK / "cases.yaml").read_text())
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
IDEAS = {path.stem: path.read_text() for path in sorted((PACK / "ideas").glob("*.py"))}


def load(name):
    spec = importlib.util.spec_from_file_location(f"circle_packing_{name}", PACK / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


evaluate = load("evaluate").evaluate


def judge(raw, n=26):
    return evaluate(decode(raw), {"n": n})


def published(name):
    path = PUBLISHED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"published constructions are not at {PUBLISHED}")
    circles = json.loads(path.read_text())["data"]["circles"]
    return [[float(value) for value in circle] for circle in circles]


def namespace(text):
    parts = {}
    exec(compile(text, "program.py", "exec"), parts)
    return parts


def score(text, n=26, work=None):
    """Run a program as the pipeline does, through JSON, and return its judged objective."""
    params = {**SPEC["params"], "n": n} | ({} if work is None else {"work": work})
    output = namespace(text)["pack"](**params, seed=SPEC["seed"])
    return judge(json.dumps(output, allow_nan=False).encode(), n)["objective"]
