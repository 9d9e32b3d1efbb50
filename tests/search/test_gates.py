"""The gates let through what they are made for: neither one fewer nor one more."""

import asyncio

import pytest

from evo.search.gates import Gates


async def settled():
    """Let every task go as far as it can without anybody moving."""
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.mark.parametrize("gate", ["slot", "worker"])
@pytest.mark.parametrize("most", [1, 3])
def test_exactly_so_many_hold_a_gate_at_once(gate, most):
    inside = peak = done = 0

    async def main():
        gates = Gates(most, 64) if gate == "slot" else Gates(64, most)
        release = asyncio.Event()

        async def hold():
            nonlocal inside, peak, done
            async with getattr(gates, gate)():
                inside += 1
                peak = max(peak, inside)
                await release.wait()
                inside -= 1
                done += 1

        tasks = [asyncio.create_task(hold()) for _ in range(3 * most)]
        await settled()
        held = inside
        release.set()
        await asyncio.gather(*tasks)
        return held

    assert asyncio.run(main()) == most
    assert (peak, done) == (most, 3 * most)


@pytest.mark.parametrize("workers", [1, 2])
def test_no_model_is_asked_while_more_than_twice_the_workers_wait(workers):
    async def main():
        gates = Gates(8, workers)
        release, asked = asyncio.Event(), []

        async def evaluate():
            async with gates.worker():
                await release.wait()

        async def ask(name):
            async with gates.slot():
                asked.append(name)

        # As many at work as there are workers, and twice as many waiting: that is still in order.
        evaluations = [asyncio.create_task(evaluate()) for _ in range(3 * workers)]
        await settled()
        first = asyncio.create_task(ask("in order"))
        await settled()
        assert asked == ["in order"]
        # One more, and the models rest until a worker is free again.
        evaluations.append(asyncio.create_task(evaluate()))
        await settled()
        late = asyncio.create_task(ask("too many wait"))
        await settled()
        assert asked == ["in order"]
        release.set()
        await asyncio.gather(first, late, *evaluations)
        assert asked == ["in order", "too many wait"]

    asyncio.run(asyncio.wait_for(main(), 300))


def test_who_gives_up_waiting_for_a_worker_waits_no_more():
    async def main():
        gates = Gates(8, 1)
        release = asyncio.Event()

        async def evaluate():
            async with gates.worker():
                await release.wait()

        async def ask():
            async with gates.slot():
                pass

        evaluations = [asyncio.create_task(evaluate()) for _ in range(6)]
        await settled()
        for each in evaluations[1:]:
            each.cancel()
        await asyncio.gather(*evaluations[1:], return_exceptions=True)
        await asyncio.wait_for(ask(), 300)
        release.set()
        await evaluations[0]

    asyncio.run(main())
