"""What a database holds packed is inflated within a bound, whoever made the database."""

import sqlite3
import tracemalloc
import zlib
from contextlib import closing

import pytest

from evo.cli.main import main
from evo.errors import DamagedError
from evo.store.packed import INFLATED_MAX_BYTES, inflate, pack, unpack
from tests.render.small_run import write_run

BOMB = zlib.compress(bytes(8 * INFLATED_MAX_BYTES), 9)
"""A quarter of a gigabyte in a quarter of a megabyte."""


@pytest.mark.parametrize("text", ["", "x", "\ud800 lone", "grüße" * 100_000])
def test_what_was_packed_comes_back(text):
    assert unpack(pack(text)) == text


def test_a_bomb_takes_no_more_than_the_bound():
    tracemalloc.start()
    with pytest.raises(DamagedError, match=f"inflates to over {INFLATED_MAX_BYTES}"):
        inflate(BOMB)
    assert tracemalloc.get_traced_memory()[1] < 3 * INFLATED_MAX_BYTES
    tracemalloc.stop()
    assert len(inflate(zlib.compress(bytes(INFLATED_MAX_BYTES)))) == INFLATED_MAX_BYTES


@pytest.mark.parametrize("data", [b"", b"none", pack("text")[:-4], pack("text" * 1000)[:20]])
def test_what_is_cut_off_or_no_packed_text_is_told(data):
    with pytest.raises((zlib.error, ValueError)):
        inflate(data)


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("programs", "files", ["show", "best", "diff", "export --format jsonl", "lineage --why"]),
        ("answers", "text", ["show @best --answer", "export --format traces", "sql 'SELECT text FROM answers'"]),
        ("answers", "prompt", ["show @best --prompt", "export --format traces"]),
    ],
)
def test_reading_verbs_meet_a_bomb_with_a_sentence(tmp_path, capsys, table, column, words):
    folder = write_run(tmp_path / "20260101-120000-toy-3fa9")
    with closing(sqlite3.connect(folder / "run.db")) as raw, raw:
        raw.execute(f"UPDATE {table} SET {column} = ?", (BOMB,))
    for line in words:
        code = main([*_split(line), "--runs-dir", str(tmp_path)])
        said = capsys.readouterr()
        assert "unexpected" not in said.err, line
        assert code == 0 or "inflates to over" in said.err, line


def _split(line):
    import shlex

    return shlex.split(line)


@pytest.mark.parametrize("files", ["[]", "{}", "3", '{"program.py": 3}', '"x"', "null"])
def test_a_program_that_is_none_is_damage(tmp_path, capsys, files):
    folder = write_run(tmp_path / "20260101-120000-toy-3fa9")
    with closing(sqlite3.connect(folder / "run.db")) as raw, raw:
        raw.execute("UPDATE programs SET files = ?", (pack(files),))
    assert main(["show", "--runs-dir", str(tmp_path)]) == 1
    assert "unexpected" not in capsys.readouterr().err
