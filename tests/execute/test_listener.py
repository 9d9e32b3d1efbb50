"""Who is told how far a judgement is, and what of it."""

import asyncio

import pytest

from evo.execute.listener import hear, listening


def heard(*told):
    found = []
    with listening(lambda *point: found.append(point)):
        for each in told:
            hear(each)
    return found


def test_a_point_is_a_fraction_and_a_score():
    assert heard([0.5, None], [1, 3], [1 + 1e-9, 0.25]) == [(0.5, None), (1.0, 3.0), (1.0, 0.25)]


@pytest.mark.parametrize(
    "told",
    [
        *(None, {}, "0.5", [], [0.5], [0.5, 1, 2], [-0.1, 1], [1.1, 1], ["0.5", 1], [0.5, "x"], [True, 1], [0.5, True]),
        *([float("nan"), 1], [0.5, float("inf")], [0.5, 10**400], [0.5, [1]]),
    ],
)
def test_anything_else_is_passed_over(told):
    assert heard(told) == []


def test_nobody_has_to_listen_and_each_hears_its_own():
    hear([0.5, 1.0])

    async def ordered(fraction):
        await asyncio.sleep(0)
        hear([fraction, None])

    async def both():
        found, tasks = {}, []
        for name, fraction in (("a", 0.25), ("b", 0.75)):
            with listening(lambda *point, name=name: found.update({name: point})):
                tasks.append(asyncio.create_task(ordered(fraction)))
        await asyncio.gather(*tasks)
        return found

    assert asyncio.run(both()) == {"a": (0.25, None), "b": (0.75, None)}
