import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.execute import sandbox
from evo.execute import walls as named
from evo.execute.sandbox import Limits, Tier, choose, offered, probe, walls
from evo.execute.watch import Stream


def test_the_self_test_tries_every_wall_and_each_says_what_it_stops():
    assert set(walls()) == set(named.STOPS)
    for needed in sandbox.REQUIRED_WALLS.values():
        assert set(needed) <= set(walls())


def test_auto_takes_the_best_and_others_have_to_be_asked_for():
    assert choose("auto") is probe() is offered()[0]
    for tier in offered():
        assert choose(f"required:{tier}") is tier
    assert choose("none") is Tier.NONE
    assert offered()[-1] is Tier.NONE


def test_a_tier_that_fails_one_of_its_tests_is_never_claimed(monkeypatch: pytest.MonkeyPatch):
    standing = dict.fromkeys(named.STOPS, True)
    monkeypatch.setattr(sandbox, "walls", lambda: standing)
    for wall in named.STRICT:
        standing[wall] = False
        assert not [tier for tier in offered() if wall in sandbox.REQUIRED_WALLS.get(tier, ())]
        standing[wall] = True
    standing["own files"] = False
    assert probe() is Tier.STANDARD
    with pytest.raises(EvoError, match=r"passes tier standard only \(walls that failed their test: own files\)"):
        choose("required:strict")
    standing["no network"] = False
    assert probe() is Tier.BASIC
    standing["cpu limit"] = False
    assert probe() is Tier.NONE


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
