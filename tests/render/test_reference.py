"""The reference is what the code says."""

from pathlib import Path

from evo.config.keys import keys_of
from evo.config.pipeline import PipelineSpec, Placing
from evo.config.problem import Case
from evo.config.problem_spec import ProblemSpec
from evo.config.run import RunSpec
from evo.render.reference import write_reference

PAGE = Path(__file__).parents[2] / "docs/reference.md"


def test_the_page_is_what_the_code_says():
    assert PAGE.read_text() == write_reference(), "make reference writes it anew"


def test_every_key_has_a_meaning():
    models = (ProblemSpec, Case, PipelineSpec, Placing, RunSpec)
    assert not [(model.__name__, key.path) for model in models for key in keys_of(model) if not key.meaning]


def test_every_key_is_there_with_those_of_the_stages():
    page = write_reference()
    for path in ("program.root", "instances.NAME.limits.cpu_seconds", "stages.NAME.repeats.times", "[].tolerance"):
        assert f"| `{path}` |" in page
    assert "### use: command" in page
    assert "| `toolchains` |" in page
