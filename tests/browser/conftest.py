import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from evo.web.server import serving
from tests.browser.chromium import find_chromium, is_required, launched
from tests.browser.living_run import LivingRun
from tests.hostile.texts import RUN, write_hell


@pytest.fixture(scope="module")
def chromium():
    """Per module: as long as its driver is there, no other test of this process could run a loop of its own."""
    if not find_chromium() and not is_required():
        pytest.skip("no Chromium here; .ci/run installs it (Debian, Ubuntu: apt-get install chromium)")
    with launched() as browser:
        yield browser


@contextmanager
def served(place):
    """Serve a folder from a thread; yield the host with its port."""
    loop, ready, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found = {}

    async def serve():
        async with serving(place) as address:
            found["address"] = address
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(30)
        yield found["address"].split("/")[2]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(30)
        loop.close()


@pytest.fixture(scope="module")
def living(tmp_path_factory):
    """A run that is going on in this process, and one that is finished, in one folder."""
    runs = tmp_path_factory.mktemp("browser") / "runs"
    with LivingRun(runs / "20260102-120000-toy-b2b2", seed=2) as other:
        other.grow(60)
    with LivingRun(runs / "20260101-120000-toy-3fa9", seed=1, state="running") as run:
        run.grow(120)
        yield run


@pytest.fixture(scope="module")
def home(living):
    with served(living.folder.parent) as host:
        yield host


@pytest.fixture(scope="module")
def hell(tmp_path_factory):
    """A run whose every name and word means harm."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(write_hell, tmp_path_factory.mktemp("hell") / "runs" / RUN).result()
