"""A run that lies still is asked and told by one after another; a living one by all at once."""

import asyncio

import pytest

from evo.mcp import bench
from evo.mcp.bench import Bench
from evo.mcp.policy import Policy


@pytest.mark.parametrize("living", [False, True])
def test_who_waits_for_whom(small_runs, monkeypatch, living):
    busy, most, held = 0, 0, []
    monkeypatch.setattr(bench, "helm_of", lambda folder: None)
    monkeypatch.setattr(bench, "is_locked", lambda folder: living or bool(held))

    async def work(_):
        nonlocal busy, most
        busy, most = busy + 1, max(most, busy + 1)
        held.append(1)
        await asyncio.sleep(0.01)
        held.pop()
        busy -= 1

    async def whole():
        place = Bench(small_runs, Policy())
        await asyncio.gather(*(place.wheel("@last", work) for _ in range(4)))

    asyncio.run(whole())
    assert most == (4 if living else 1)
