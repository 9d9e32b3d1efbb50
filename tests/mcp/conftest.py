"""A bench on one small run that was made without any process."""

import asyncio
import json

import pytest

from evo.errors import EvoError
from evo.mcp.bench import Bench
from evo.mcp.policy import Policy
from evo.mcp.toolbox import call_tool
from tests.render.small_run import write_run


@pytest.fixture(scope="session")
def small_runs(tmp_path_factory):
    """A folder with one small run; tests only read it."""
    runs = tmp_path_factory.mktemp("small") / "runs"
    write_run(runs / "20260101-120000-toy-3fa9")
    return runs


def called(runs, *words, allow=(), usd=0.0):
    """Call tools one after another; return what each tells, or its error."""

    async def whole():
        bench = Bench(runs, Policy.of(allow, usd))
        found = []
        try:
            for name, given in words:
                try:
                    found.append(json.loads(await call_tool(bench, name, given)))
                except EvoError as error:
                    found.append(error)
        finally:
            await bench.close()
        return found

    return asyncio.run(whole())


@pytest.fixture
def call(small_runs):
    """Call one tool on the small run."""
    return lambda name, /, **given: called(small_runs, (name, given))[0]
