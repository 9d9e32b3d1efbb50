"""The script of a certificate, in a folder made by hand: what holds, differs, is refused, was changed."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from evo import judging
from evo.judging import verify

JUDGE = """
from evo.judging import Invalid, number

def evaluate(output, params):
    value = number(output, "value")
    if value < params["least"]:
        raise Invalid(f"value: expected at least {params['least']}, got {value}")
    return {"objective": value / 3}
"""


@pytest.fixture
def certificate(tmp_path):
    claim = {
        "problem": "thirds/one",
        "params": {"least": 0},
        "objective": {"name": "third", "unit": "thirds"},
        "value": {"decimal": repr(1 / 3), "hex": (1 / 3).hex()},
    }
    room = Path(judging.__file__).parent
    files = {f"judge/evo/judging/{path.name}": path.read_text() for path in room.glob("*.py")}
    files |= {"judge/evo/__init__.py": "", "judge/evaluate.py": JUDGE, "claim.json": json.dumps(claim)}
    files |= {"construction.json": "1.0", "verify.py": Path(verify.__file__).read_text()}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    sign(tmp_path)
    return tmp_path


def sign(folder):
    """Write the sums of what lies there now."""
    names = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != verify.SUMS)
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in names]
    (folder / verify.SUMS).write_text("".join(lines))


def run(folder):
    """Run the script as anybody would, in a Python without packages and from another folder."""
    argv = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd="/")
    assert not done.stderr
    return done.returncode, done.stdout


def test_what_holds_is_said_and_nothing_is_left_behind(certificate):
    before = sorted(certificate.rglob("*"))
    assert run(certificate) == (verify.HOLDS, "VERIFIED thirds/one: third = 0.3333333333333333 thirds\n")
    assert sorted(certificate.rglob("*")) == before


def test_the_last_bit_counts(certificate):
    claim = json.loads((certificate / "claim.json").read_text())
    claim["value"] = {"decimal": "0.33333333333333337", "hex": (0.33333333333333337).hex()}
    (certificate / "claim.json").write_text(json.dumps(claim))
    sign(certificate)
    code, said = run(certificate)
    assert code == verify.FAILS
    assert said == "DIFFERS  thirds/one: 0.3333333333333333 thirds, claimed was 0.33333333333333337\n"


@pytest.mark.parametrize(("text", "why"), [("-1", "expected at least 0"), ("NaN", "NaN"), ('"1"', "value")])
def test_what_the_judge_refuses(certificate, text, why):
    (certificate / "construction.json").write_text(text)
    sign(certificate)
    code, said = run(certificate)
    assert code == verify.FAILS
    assert said.startswith("REFUSED  thirds/one: ")
    assert why in said


def test_a_changed_file_and_a_missing_one_are_named(certificate):
    (certificate / "judge" / "evaluate.py").write_text(JUDGE.replace("/ 3", "/ 2"))
    (certificate / "construction.json").unlink()
    assert run(certificate) == (
        verify.CHANGED,
        "CHANGED  construction.json, judge/evaluate.py: not what SHA256SUMS says\n",
    )


def test_a_unit_that_repeats_the_name_is_left_out():
    assert [verify.unit_beside("third", unit) for unit in ("thirds", "third", "")] == [" thirds", "", ""]
