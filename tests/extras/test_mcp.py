"""`evo mcp` and clients that are not ours: the SDK's own, over stdio and over HTTP, and an agent without a model."""

import asyncio
import json
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

import evo
from evo.mcp.toolbox import TOOLS
from evo.store.reading.view import open_run

mcp = pytest.importorskip("mcp")

import httpx2  # noqa: E402
from mcp.client import Client  # noqa: E402
from mcp.client.stdio import StdioServerParameters, stdio_client  # noqa: E402
from mcp.client.streamable_http import streamable_http_client  # noqa: E402

INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"
ROOT = Path(__file__).parents[2]
ALL = ("--allow", "score,tell,steer,run")
CONFIG = {"config": "number_partition/30", "tickets": 40, "seed": 1, "outside": True}
pytestmark = pytest.mark.filterwarnings("default")  # of packages that are not ours


def words(runs, *more):
    return ["-m", "evo", "mcp", "--runs-dir", str(runs), *more]


@asynccontextmanager
async def over_stdio(runs, *more, mode="auto"):
    server = StdioServerParameters(command=sys.executable, args=words(runs, *more), cwd=str(runs.parent))
    async with Client(stdio_client(server), mode=mode) as client:
        yield client


@contextmanager
def served(runs, *more):
    """A server over HTTP in a process of its own: its address and token."""
    process = subprocess.Popen([sys.executable, *words(runs, "--http", *more)], cwd=runs.parent, stderr=subprocess.PIPE)
    try:
        file, end = runs / "mcp.json", time.monotonic() + 60
        while not file.is_file():
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < end
            time.sleep(0.05)
        told = json.loads(file.read_text())
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        yield told["address"], told["token"]
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert not file.exists()


@asynccontextmanager
async def over_http(address, token, mode="auto"):
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=120) as http,
        Client(streamable_http_client(address, http_client=http), mode=mode) as client,
    ):
        yield client


class Caller:
    """Calls tools, and holds what they tell as text against what they tell as data."""

    def __init__(self, client):
        self.client = client

    async def __call__(self, tool, **given):
        answer = await self.client.call_tool(tool, given)
        text = answer.content[0].text
        if answer.is_error:
            return text
        assert json.loads(text) == answer.structured_content
        return answer.structured_content


async def session(client):
    """A whole session: look around, begin a run, work on it, read it, steer it, stop it."""
    call = Caller(client)
    assert {each.name for each in (await client.list_tools()).tools} == set(TOOLS)
    pages = [each.uri for each in (await client.list_resources()).resources]
    assert {"evo://docs/wheel", "evo://problems/number_partition/brief"} <= set(map(str, pages))
    brief = await client.read_resource("evo://problems/number_partition/30/brief")
    assert brief.contents[0].text.startswith("# Splitting numbers")
    assert "program.cpp" in (await client.read_resource("evo://problems/number_partition/contract")).contents[0].text
    offered = await call("estimate", **CONFIG)
    begun = await call("start", **CONFIG, approval=offered["approval"])
    run = begun["run"]
    (ticket,) = (await call("ask", run=run, by="agent"))["tickets"]
    start = ticket["parents"][0]
    better = start["files"]["program.cpp"].replace("(void)seed;", "(void)seed;  // told")
    assert (await call("check", problem="number_partition/30", program=better))["taken"]
    scored = await call("score", problem="number_partition/30", program=better)
    told = await call("tell", run=run, ticket=ticket["ticket"], program=better, why="a remark", by="agent")
    assert (told["outcome"], told["objective"]) == ("PROPOSED", scored["objective"])
    assert "told already by agent" in await call("tell", run=run, ticket=ticket["ticket"], program=better)
    assert (await call("steer", run=run, do="hint", words="sort first"))["kind"] == "steer"
    (second,) = (await call("ask", run=run))["tickets"]
    lost = await call("tell", run=run, ticket=second["ticket"], failed="no idea")
    assert lost["outcome"] == "ABANDONED"
    status = await call("status", run=run)
    assert (status["run"], status["committed"], status["state"]) == (run, 4, "running")
    assert (await call("top", run=run, count=1))["elites"][0]["objective"] == status["best"]["objective"]
    assert (await call("show", program=f"{run}:{told['program']}"))["summary"] == "a remark"
    assert (await call("lineage", program=f"{run}:{told['program']}"))["steps"][1]["operator"] == "seed"
    assert "+    (void)seed;  // told" in (await call("diff", program=f"{run}:{told['program']}"))["diff"]
    assert (await call("failures", run=run))["ways"][0]["way"] == "ABANDONED"
    assert (await call("map", run=run))["islands"][0]["cells"]
    assert (await call("events", run=run))["events"][0]["data"]["words"] == "sort first"
    assert (await call("stop", run=run))["state"] == "interrupted"
    assert [each["name"] for each in (await call("runs"))["runs"]] == [run]
    return run


def test_a_whole_session_over_stdio(tmp_path):
    async def whole():
        async with over_stdio(tmp_path / "runs", *ALL) as client:
            assert "never instructions" in " ".join(client.instructions.split())
            return await session(client)

    run = asyncio.run(whole())
    with open_run(tmp_path / "runs" / run) as view:
        assert [str(each.proposal.outcome) for each in view.commits()] == ["PROPOSED"] * 3 + ["ABANDONED"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_whole_session_over_http(tmp_path, mode):
    (tmp_path / "runs").mkdir()

    async def whole(address, token):
        async with over_http(address, token, mode) as client:
            return await session(client)

    with served(tmp_path / "runs", *ALL) as (address, token):
        asyncio.run(whole(address, token))


def test_nobody_comes_in_without_the_token_or_from_another_site(tmp_path):
    (tmp_path / "runs").mkdir()
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "runs", "arguments": {}}}

    def posted(address, **headers):
        usual = {"Accept": "application/json, text/event-stream", **headers}
        return httpx2.post(address, json=asked, headers=usual).status_code

    with served(tmp_path / "runs", *ALL) as (address, token):
        right = {"Authorization": f"Bearer {token}"}
        assert posted(address) == 401
        assert posted(address, Authorization="Bearer x") == 401
        assert posted(address, **right, Origin="http://evil.example") == 403
        assert posted(address, **right, Host="evil.example") == 403
        assert posted(address, **right) not in {401, 403}


def test_nothing_can_be_written_unless_it_is_allowed(tmp_path):
    async def whole():
        async with over_stdio(tmp_path / "runs", mode="legacy") as client:
            tools = (await client.list_tools()).tools
            assert all(each.annotations.read_only_hint for each in tools)
            call = Caller(client)
            for tool in ("score", "ask", "tell", "steer", "estimate", "start", "stop"):
                assert "--allow" in await call(tool)
            assert "no run" in await call("status")
            with pytest.raises(mcp.MCPError, match="nothing stands there"):
                await client.read_resource("evo://docs/../../etc/passwd")

    asyncio.run(whole())


def test_runs_that_were_begun_end_with_the_server(tmp_path):
    runs = tmp_path / "runs"

    async def whole():
        async with over_stdio(runs, *ALL) as client:
            call = Caller(client)
            offered = await call("estimate", **CONFIG)
            return (await call("start", **CONFIG, approval=offered["approval"]))["run"]

    run = asyncio.run(whole())
    with open_run(runs / run) as view:
        assert view.state() == "interrupted"


def inspected(target, *more):
    """Have the reference inspector call a server once; return what it prints, as data."""
    command = [shutil.which("npx") or "npx", "-y", INSPECTOR, "--cli", *target, *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


@pytest.fixture(scope="module")
def inspector():
    """The inspector, where node and its registry can be reached."""
    if not shutil.which("npx"):
        pytest.skip("no npx here")
    command = ["npx", "-y", INSPECTOR, "--cli", "--version"]
    if subprocess.run(command, capture_output=True, check=False, timeout=300).returncode:
        pytest.skip("the inspector cannot be had here")


@pytest.mark.usefixtures("inspector")
def test_the_reference_inspector_drives_a_session(tmp_path):
    runs = tmp_path / "runs"
    runs.mkdir()
    with served(runs, *ALL) as (address, token):
        target = ("--server-url", address, "--transport", "http", "--header", f"Authorization: Bearer {token}")

        def call(tool, **given):
            found, _ = inspected(
                target, "--method", "tools/call", "--tool-name", tool, "--tool-args-json", json.dumps(given)
            )
            return found["result"]["structuredContent"] if "result" in found else found["structuredContent"]

        found, said = inspected(target, "--method", "tools/list", "--strict")
        assert len(found["tools"]) == len(TOOLS)
        assert "error" not in said.lower()
        found, _ = inspected(target, "--method", "resources/read", "--uri", "evo://docs/agents")
        assert found["contents"][0]["text"].startswith("# Agents")
        offered = call("estimate", **CONFIG)
        run = call("start", **CONFIG, approval=offered["approval"])["run"]
        (ticket,) = call("ask", run=run)["tickets"]
        better = ticket["parents"][0]["files"]["program.cpp"].replace("(void)seed;", "(void)seed;  // told")
        assert call("score", problem="number_partition/30", program=better)["status"] == "VALID"
        assert call("tell", run=run, ticket=ticket["ticket"], program=better)["outcome"] == "PROPOSED"
        assert call("status", run=run)["committed"] == 3
        assert call("stop", run=run)["state"] == "interrupted"


def test_an_agent_brings_the_sums_together(tmp_path):
    with evo.create_study(
        "number_partition/30", seed=1, budget=30, window=4, settings=["executor.workers=1"], runs_dir=tmp_path / "runs"
    ) as study:
        folder = study.folder
    script = ROOT / "benchmarks/partition_agent.py"
    assert len(script.read_text().splitlines()) <= 60
    done = subprocess.run(
        [sys.executable, str(script), "@last", str(tmp_path / "runs")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"-> [01]  ", done.stdout)
    with open_run(folder) as view:
        assert view.best()[1] <= 1
