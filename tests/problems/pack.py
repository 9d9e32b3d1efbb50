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
    """A folder of problems/, seen from one of its instances and those that are judged as that one is.

    `name` is "cap_set", or "heilbronn/triangle" where instances differ in more than parameters and records.
    """

    def __init__(self, name):
        self.name = name
        head, _, form = name.partition("/")
        self.folder = ROOT / "problems" / head
        raw = yaml.safe_load((self.folder / "problem.yaml").read_text())
        there = raw.get("instances") or {"": {}}
        self.default = form or raw.get("default_instance") or next(iter(there))
        own = there[self.default]
        self.judged_as = {**raw.get("judge_params", {}), **own.get("judge_params", {})}
        self.instances = [key for key, each in there.items() if each.get("judge_params") == own.get("judge_params")]
        self.spec = {**raw, **{key: own[key] for key in ("summary", "measures", "seed") if key in own}}
        self.spec["objective"] = {**raw["objective"], **own.get("objective", {})}
        self.spec["program"] = {**raw["program"], **own.get("program", {})}
        first = raw.get("default_instance") or next(iter(there))
        cases = yaml.safe_load((self.folder / "cases.yaml").read_text())
        self.cases = [case for case in cases if case.get("instance", first) in self.instances]
        self.seeds = {path.stem: path.read_text() for path in sorted(self._seeds(own))}
        ideas = {path.name: path for path in (self.folder / "ideas").glob("*.py")}
        if "ideas" in own:
            ideas |= {path.name: path for path in (self.folder / "ideas" / own["ideas"]).glob("*.py")}
        self.ideas = {path.stem: path.read_text() for _, path in sorted(ideas.items())}

    def _seeds(self, own):
        for name in own.get("seeds", ["."]):
            yield from (self.folder / "seeds" / name).glob("*.py")

    @property
    def key(self):
        """The name as one word."""
        return self.name.replace("/", "_")

    @cached_property
    def _evaluate(self):
        return self.load("evaluate").evaluate

    def evaluate(self, output, params):
        """Judge a decoded output with what programs are told and what only the judge is."""
        return self._evaluate(output, {**params, **self.judged_as})

    def draw(self, output, path, **changes):
        self.load("picture").draw(output, {**self.params(**changes), **self.judged_as}, path)

    def load(self, name):
        spec = importlib.util.spec_from_file_location(f"{self.key}_{name}", self.folder / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def params(self, instance=None, **changes):
        """The parameters as the pipeline merges them; without an instance, those of the default one."""
        own = self.spec.get("instances", {}).get(instance or self.default, {}).get("params", {})
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
    return sorted(SERVED)


SERVED = {
    "autocorrelation",
    "autocorrelation/second",
    "cap_set",
    "distance_ratio",
    "erdos_overlap",
    "heilbronn/convex",
    "heilbronn/square",
    "heilbronn/triangle",
    "hexagon_packing",
    "kissing_number",
    "rectangle_packing",
    "sorting_network",
    "sums_differences",
    "sums_differences/digits",
}


def published(name):
    """The data of a published construction; the test is skipped where the folder is absent."""
    path = PUBLISHED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"published constructions are not at {PUBLISHED}")
    return json.loads(path.read_text())["data"]
