"""The folder of a suite: made whole, named once, and no run itself."""

import pytest

from evo.errors import DamagedError, NotFoundError
from evo.store.reading.address import run_folders
from evo.store.suite_folder import PLAN, is_suite, make_suite, read_suite


def test_a_suite_has_a_folder_of_its_own_each_time(tmp_path):
    first, second = (make_suite(tmp_path / "runs", "mine", [{"seed": 1}]) for _ in range(2))
    assert [folder.name for folder in (first, second)] == ["suite-mine", "suite-mine-2"]
    assert read_suite(first) == ("mine", [{"seed": 1}])
    assert is_suite(first)
    assert run_folders(tmp_path / "runs") == []
    assert len(list((tmp_path / "runs").iterdir())) == 2


def test_what_is_no_suite_is_said(tmp_path):
    with pytest.raises(NotFoundError, match=r"no suite here; a suite's folder holds suite.json"):
        read_suite(tmp_path)
    for text in ("{", "[]", '{"suite": "a"}', '{"suite": "a", "runs": [3]}'):
        (tmp_path / PLAN).write_text(text)
        with pytest.raises(DamagedError, match=r"not the plan of a suite"):
            read_suite(tmp_path)
