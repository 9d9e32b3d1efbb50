"""What `evo check` says of judges whose hidden instances could be drawn again."""

from pathlib import Path

import pytest

from evo.config.draws import guessable
from evo.config.resources import known, resolve

YAML = """\
name: drawn
summary: drawn
program: {{entry: entry}}
objective: {{direction: maximize}}
{more}
"""
SECRET = "instances: {usual: {}, held: {secret: true}}\ndefault_instance: usual\nholdout: held\n"
DRAWING = [
    "import random\ndef evaluate(output, params):\n    rng = random.Random(7)\n",
    "import numpy as np\ndef evaluate(output, params):\n    rng = np.random.default_rng((3, params['n']))\n",
    "from random import seed\ndef evaluate(output, params):\n    seed(params['draw'])\n",
    "import numpy as np\nRNG = np.random.RandomState(1)\n",
    "from numpy.random import Generator, PCG64\nRNG = Generator(PCG64(1))\n",
]


def pack(folder: Path, judge: str, more: str = "", beside: str = "") -> Path:
    (folder / "problem.yaml").write_text(YAML.format(more=more))
    (folder / "evaluate.py").write_text(judge)
    if beside:
        (folder / "cases_of_mine.py").write_text(beside)
    return folder


@pytest.mark.parametrize("judge", DRAWING)
def test_a_judge_that_anybody_can_repeat_is_warned_of(tmp_path: Path, judge: str):
    (said,) = guessable(pack(tmp_path, judge))
    assert said.startswith("warning: evaluate.py:")
    assert "draw_seed" in said


def test_also_where_a_module_beside_it_draws(tmp_path: Path):
    (said,) = guessable(pack(tmp_path, "import cases_of_mine\n", beside=DRAWING[0]))
    assert "cases_of_mine.py:3" in said


def test_nothing_is_said_where_nothing_is_drawn(tmp_path: Path):
    assert guessable(pack(tmp_path, "def evaluate(output, params):\n    return {'objective': 1}\n")) == []


def test_a_public_draw_is_called_so_and_evidence_is_secret(tmp_path: Path):
    assert guessable(pack(tmp_path, DRAWING[0], SECRET + "draws: public\n")) == []
    (said,) = guessable(pack(tmp_path, DRAWING[0], SECRET))
    assert "draws: public" in said
    (said,) = guessable(pack(tmp_path, DRAWING[0], "draws: public\n"))
    assert "for evidence" in said
    assert not said.startswith("warning")


@pytest.mark.parametrize("name", known("problems"))
def test_no_shipped_problem_is_warned_of(name: str):
    assert guessable(resolve("problems", name)) == []
