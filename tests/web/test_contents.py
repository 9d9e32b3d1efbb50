"""What a report carries: the whole log, the texts of the story first, and no more than there is room for."""

import base64
import gzip
import json

import pytest

from evo.store.pictures import write_picture
from evo.web import contents
from evo.web.contents import gather_contents
from tests.render.small_run import A, C, D, E, write_run

PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x04\x00\x00\x00\x03"


@pytest.fixture
def folder(tmp_path):
    return write_run(tmp_path / "20260101-120000-toy-3fa9")


def test_the_small_run(folder):
    write_picture(folder, A.id, PICTURE)
    found = gather_contents(folder)
    assert found.line == [0, 2, 4]
    assert found.elites[0] == 4
    assert {A.id, C.id, E.id, D.id} <= set(found.programs)
    assert found.answers[2]["user"] == "Ticket 2."
    assert (found.answers[2]["thoughts"], found.answers[4]["thoughts"]) == (None, "Let me see.")
    assert list(found.pictures) == [A.id]
    assert found.words[3]["feedback"] == "too red"
    assert not found.left_out


def test_the_log_is_all_of_it_and_packed(folder):
    document = json.loads(json.dumps(gather_contents(folder).document()))
    (piece,) = document["pieces"]
    unpacked = json.loads(gzip.decompress(base64.b64decode(piece["packed"])))
    assert unpacked["count"] == 7
    assert piece["first"] == 0
    assert gather_contents(folder).document() == gather_contents(folder).document()


def test_what_finds_no_room_is_counted_and_the_ends_come_first(folder, monkeypatch):
    size = max(len(json.dumps(each)) for each in gather_contents(folder).programs.values())
    monkeypatch.setattr(contents, "TEXT_BYTES", 2 * size + 10)
    found = gather_contents(folder)
    assert {E.id, A.id} <= set(found.programs) or found.left_out
    assert C.id not in found.programs
    assert found.left_out == 1


def test_a_run_without_programs(tmp_path):
    found = gather_contents(write_run(tmp_path / "20260101-120000-toy-0000", most=0))
    assert found.line == []
    assert found.pieces == []
