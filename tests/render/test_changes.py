"""What changed from one program to another."""

from tests.render.small_run import A, B


def test_diff_shows_files_that_come_and_go():
    from pathlib import Path

    from evo.records import Direction, Program
    from evo.render import changes

    def side(program, objective, direction=Direction.MINIMIZE):
        return changes.Side(run="r", folder=Path(), program=program, objective=objective, direction=direction)

    old, new = side(A, 2.0), side(Program.of({**A.files, "more.py": "y = 1\n"}), 1.0)
    text = changes.unified(old.program, new.program)
    assert "--- /dev/null\n" in text
    assert "+y = 1" in text
    assert changes.gain(old, new) == 1.0
    assert changes.gain(old, side(B, None)) is None
    assert changes.gain(old, side(B, 1.0, Direction.MAXIMIZE)) is None
    assert changes.coloured(text).plain == text.rstrip("\n")
