"""Pieces are made once, kept as far as there is room, and made again where that failed."""

import asyncio

import pytest

from evo.web.pieces import Pieces


class Maker:
    """Counts what it makes; each takes a moment."""

    def __init__(self, size=1, *, lasting=True):
        self.made, self.size, self.lasting = 0, size, lasting

    async def __call__(self):
        self.made += 1
        await asyncio.sleep(0.01)
        return b"x" * self.size, self.lasting


def test_what_many_ask_for_is_made_once():
    async def ask():
        pieces, maker = Pieces(), Maker()
        first = asyncio.ensure_future(pieces.get("a", maker))
        others = [asyncio.ensure_future(pieces.get("a", maker)) for _ in range(20)]
        await asyncio.sleep(0)
        first.cancel()
        assert await asyncio.gather(*others) == [b"x"] * 20
        await pieces.get("a", maker)
        assert maker.made == 1

    asyncio.run(ask())


def test_what_may_change_is_made_again():
    async def ask():
        pieces, maker = Pieces(), Maker(lasting=False)
        await pieces.get("a", maker)
        await pieces.get("a", maker)
        assert maker.made == 2

    asyncio.run(ask())


def test_the_least_lately_used_goes_first():
    async def ask():
        pieces, maker = Pieces(most=20), Maker(size=10)
        for key in "ababc":
            await pieces.get(key, maker)
        assert maker.made == 3
        await pieces.get("b", maker)
        assert maker.made == 3
        await pieces.get("a", maker)
        assert maker.made == 4

    asyncio.run(ask())


def test_a_failure_is_told_to_all_and_not_kept():
    async def failing():
        await asyncio.sleep(0.01)
        raise ValueError("no")

    async def ask():
        pieces = Pieces()
        found = await asyncio.gather(*(pieces.get("a", failing) for _ in range(3)), return_exceptions=True)
        assert [str(each) for each in found] == ["no"] * 3
        assert await pieces.get("a", Maker()) == b"x"
        with pytest.raises(ValueError, match="no"):
            await pieces.get("b", failing)

    asyncio.run(ask())
