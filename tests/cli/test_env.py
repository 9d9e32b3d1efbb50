"""`evo env`: what it says."""

import json

from tests import venvs


def test_it_says_what_to_write_and_what_is_there(evo, here):
    evo("new", "far")
    assert "environment: requirements.txt" in evo("env", "far").err
    declared = here / "problems" / "far" / "problem.yaml"
    declared.write_text(declared.read_text() + "environment: venv\n")
    assert "no file or folder 'venv'" in evo("env", "far").err
    venvs.make(here / "problems" / "far" / "venv")
    said = evo("env", "far")
    assert said.code == 0
    assert "five 1.2" in said.out
    assert "there already" in said.out
    assert json.loads(evo("env", "far", "--json").out)["installed"]["five"].startswith("1.2 ")
    assert "numpy is not installed in the environment venv" in evo("check", "problems/far").out
