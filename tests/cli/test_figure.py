"""`evo figure`: a file for each kind, and what does not go together is said."""

import pytest

from evo.cli.figure import KINDS


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "strip"])
def test_every_kind_is_drawn(read, here, kind):
    done = read("figure", kind)
    assert done.code == 0, done.err
    assert done.out == f"{kind}.svg\n"
    assert (here / f"{kind}.svg").read_text().startswith("<svg ")
    assert "toy" in done.err


def test_where_and_which(read, tmp_path):
    path = tmp_path / "new" / "a.png"
    assert read("figure", "lineage", "3fa9", "--program", "@seed", "--most", 2, "-o", path).code == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    assert read("figure", "map", "--island", 1, "-o", path).code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("progres",), 2, "did you mean progress?"),
        (("progress", "--island", 1), 2, "--island: goes with map, not with progress"),
        (("map", "--draw"), 2, "--draw: goes with strip"),
        (("costs", "3fa9", "3fa"), 2, "expected one run"),
        (("costs", "-o", "a.pdf"), 2, "ends with .svg or .png"),
        (("map", "--island", 7), 4, "has no island 7"),
        (("strip",), 4, "--draw"),
        (("costs", "nope"), 4, "nope"),
    ],
)
def test_mistakes_are_said(read, here, words, code, said):
    done = read("figure", *words)
    assert done.code == code
    assert said in done.err
    assert not list(here.iterdir())


def test_the_problem_draws_what_has_no_picture(evo, finished, tmp_path):
    path = tmp_path / "strip.gif"
    done = evo("figure", "strip", "--draw", "--most", 2, "-o", path, "--runs-dir", finished)
    assert done.code == 0, done.err
    assert "drawn: " in done.err
    assert path.read_bytes().startswith(b"GIF89a")
    assert "drawn: " not in evo("figure", "strip", "--draw", "--most", 2, "-o", path, "--runs-dir", finished).err
