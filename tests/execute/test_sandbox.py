import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.execute import sandbox
from evo.execute.sandbox import Limits, Tier, choose, probe, walls
from evo.execute.watch import Stream


def test_the_self_test_tries_every_wall_that_a_tier_needs():
    standing = walls()
    for needed in sandbox.REQUIRED_WALLS.values():
        assert set(needed) <= set(standing)
    assert probe() is Tier.BASIC


def test_auto_takes_the_best_and_none_has_to_be_asked_for():
    assert choose("auto") is probe()
    assert choose("none") is Tier.NONE
    assert choose("required:basic") is Tier.BASIC
    assert choose("required:none") is probe()


def test_a_tier_that_the_machine_lacks_is_refused_by_name(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(EvoError, match="passes tier basic only"):
        choose("required:strict")
    monkeypatch.setattr(sandbox, "walls", lambda: {**walls(), "cpu limit": False})
    assert probe() is Tier.NONE
    with pytest.raises(EvoError, match="walls that failed their test: cpu limit"):
        choose("required:basic")


@pytest.mark.parametrize("wish", ["required:", "required:basics", "best", "", "basic"])
def test_an_unknown_wish_names_what_is_known(wish: str):
    with pytest.raises(EvoError, match="expected one of auto, none"):
        choose(wish)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_limits_that_bound_nothing_are_refused(value: float):
    with pytest.raises(EvoError, match="limit cpu_seconds"):
        Limits(cpu_seconds=value)


def test_the_wall_limit_follows_from_the_cpu_limit():
    assert Limits(cpu_seconds=2.0).wall_seconds == 15.0


@given(st.lists(st.binary(max_size=5000), max_size=60), st.integers(1, 40))
def test_a_stream_keeps_head_and_tail_of_whatever_comes(chunks: list[bytes], times: int):
    stream, data = Stream(), b"".join(chunks) * times
    for _ in range(times):
        for chunk in chunks:
            stream.add(chunk)
    assert stream.total == len(data)
    kept = stream.kept()
    assert len(kept) <= 66_000
    assert kept[:32_000] == data[:32_000]
    assert kept[-32_000:] == data[-32_000:]
    if len(data) <= 65_536:
        assert kept == data
