"""Stage results for the session after this one: what is dear is kept, what is cheap is made again."""

import asyncio
from types import MappingProxyType

import pytest

from evo.records import StageResult, StageStatus
from evo.store import stage_results
from evo.store.store import Store
from tests.store.test_store import HEADER


def result(seconds: float = 1.0, **outputs: object) -> StageResult:
    return StageResult(
        stage="call", status=StageStatus.SUCCESS, outputs=MappingProxyType(outputs), seconds=seconds, detail="so"
    )


def saved(folder, **results: StageResult) -> None:
    store = Store.create(folder, HEADER)
    cache = store.stage_cache()
    assert not cache.holds_any
    for key, each in results.items():
        cache.save(key, each)
        assert cache.find(key) is None
    asyncio.run(store.update(state="paused", stop_reason="", issued=0, seconds=0.0))
    store.close()


def test_a_later_session_finds_what_an_earlier_one_kept(tmp_path):
    saved(tmp_path, one=result(output="3"), two=result(x=1.5))
    store = Store.open(tmp_path)
    cache = store.stage_cache()
    assert cache.holds_any
    assert (cache.find("one"), cache.find("two"), cache.find("three")) == (result(output="3"), result(x=1.5), None)
    store.close()


def test_of_many_the_newest_are_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr(stage_results, "LOOKED_UP_MAX", 2)
    saved(tmp_path, **{f"key{number}": result(x=number) for number in range(4)})
    store = Store.open(tmp_path)
    assert [store.stage_cache().find(f"key{number}") is not None for number in range(4)] == [False, False, True, True]
    store.close()


@pytest.mark.parametrize(("seconds", "wanted"), [(0.001, False), (0.049, False), (0.05, True), (60.0, True)])
def test_only_what_takes_long_is_worth_its_room(tmp_path, seconds, wanted):
    store = Store.create(tmp_path, HEADER)
    assert store.stage_cache().wants(result(seconds)) is wanted
    store.close()
