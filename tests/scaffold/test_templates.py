"""Every template works as it stands, and gets better offline."""

import json
import shutil

import pytest

from evo.cli.main import main
from evo.execute.inside.command import PATH
from evo.scaffold.templates import template_files, template_names, template_summary

TOOLS = {"c": "gcc", "cpp": "g++", "rust": "rustc"}
OFFLINE = {"function": 12, "policy": 8, "files": 12, "two": 8}
"""Tickets in which the offline proposer finds something better; the others are too slow to be tried here."""


def skip_without_compiler(name):
    if name in TOOLS and shutil.which(TOOLS[name], path=None if name == "rust" else PATH) is None:
        pytest.skip(f"{TOOLS[name]} is not installed where candidates find it")


def test_they_are_listed_in_the_order_in_which_one_reads_them():
    assert template_names()[:3] == ["function", "policy", "text"]
    assert all(template_summary(name).endswith(".") for name in template_names())
    files = template_files("text", "mine")
    assert next(iter(files)) == "problem.yaml"
    assert not any("my_problem" in text for text in files.values())


def by_cost(name):
    """Compilers of some languages take seconds for each of a dozen builds."""
    return pytest.param(name, marks=pytest.mark.soak) if name in {"cpp", "rust"} else name


@pytest.mark.parametrize("name", [by_cost(name) for name in template_names()])
def test_a_template_checks_clean(name, tmp_path, monkeypatch, capsys):
    skip_without_compiler(name)
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine", "--template", name]) == 0
    code = main(["check", "problems/mine"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert "warning" not in said
    assert "ok    case" in said


@pytest.mark.parametrize("name", OFFLINE)
def test_a_template_gets_better_offline(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine", "--template", name]) == 0
    assert main(["run", "mine", "--quiet", "--set", f"budget.tickets={OFFLINE[name]}"]) == 0
    capsys.readouterr()
    assert main(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["best"]["ticket"] > 1
