"""A pack under test: its folder, judge, seeds and ideas, run in this process."""

import importlib.util
import json
from functools import cached_property, lru_cache
from pathlib import Path

import pytest
import yaml

from evo.judging import decode

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT.parent / "shared" / "data" / "published"


class Pack:
    """One folder of problems/."""

    def __init__(self, name):
        self.name = name
        self.folder = ROOT / "problems" / name
        self.spec = yaml.safe_load((self.folder / "problem.yaml").read_text())
        self.cases = yaml.safe_load((self.folder / "cases.yaml").read_text())
        self.seeds = {path.stem: path.read_text() for path in sorted((self.folder / "seeds").glob("*.py"))}
        self.ideas = {path.stem: path.read_text() for path in sorted((self.folder / "ideas").glob("*.py"))}

    @cached_property
    def evaluate(self):
        return self.load("evaluate").evaluate

    @property
    def instances(self):
        return list(self.spec.get("instances") or [""])

    def load(self, name):
        spec = importlib.util.spec_from_file_location(f"{self.name}_{name}", self.folder / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def params(self, instance=None, **changes):
        """The parameters as the pipeline merges them; without an instance, those of the default one."""
        chosen = instance or self.spec.get("default_instance") or self.instances[0]
        own = self.spec.get("instances", {}).get(chosen, {}).get("params", {})
        return {**self.spec.get("params", {}), **own, **changes}

    def judge(self, output, instance=None, **changes):
        """Judge an output as the pipeline does, through JSON."""
        limit = int(self.spec["limits"]["output_kb"] * 1000)
        raw = output if isinstance(output, bytes) else json.dumps(output, allow_nan=False).encode()
        return self.evaluate(decode(raw, max_bytes=limit), self.params(instance, **changes))

    def run(self, text, instance=None, **changes):
        """Run a program and return its output."""
        parts = {}
        exec(compile(text, "program.py", "exec"), parts)
        entry = parts[self.spec["program"]["entry"]]
        return entry(**self.params(instance, **changes), seed=self.spec["seed"])

    def score(self, text, instance=None, **changes):
        return self.judge(self.run(text, instance, **changes), instance, **changes)["objective"]


@lru_cache
def pack(name):
    return Pack(name)


def names():
    """Every pack that these tests serve; circle_packing has tests of its own."""
    found = sorted(path.parent.name for path in (ROOT / "problems").glob("*/problem.yaml"))
    return [name for name in found if name in SERVED]


SERVED = {
    "autocorrelation",
    "autocorrelation_second",
    "cap_set",
    "distance_ratio",
    "erdos_overlap",
    "heilbronn_convex",
    "heilbronn_square",
    "heilbronn_triangle",
    "hexagon_packing",
    "kissing_number",
    "rectangle_packing",
    "sorting_network",
    "sums_differences",
}


def published(name):
    """The data of a published construction; the test is skipped where the folder is absent."""
    path = PUBLISHED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"published constructions are not at {PUBLISHED}")
    return json.loads(path.read_text())["data"]
