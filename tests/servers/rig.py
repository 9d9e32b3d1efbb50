"""Real servers on loopback: started from their own environment, waited for, and gone when the test is over."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.store.reading.view import open_run

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
WHERE = os.environ.get("EVO_SERVERS", "")
PATIENCE_SECONDS = 180

CONFIG = """
problem: heilbronn/square_5
budget: {{tickets: {tickets}}}
params: {{work: 2}}
executor: {{sandbox: none}}
emitters: [{{use: diff, weight: 2}}, rewrite]
schedule: {{slots: 4, window: 4}}
llms:
  fast: {{{model}}}
"""


def program(name):
    """Return a program of the servers' environment, or skip with the reason."""
    found = Path(WHERE) / "bin" / name
    if not found.exists():
        pytest.skip(f"{name} is not in {WHERE}: its packages could not be installed there")
    return str(found.absolute())


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def running(command, *, ready, folder, **environment):
    """Run a server until the block ends; `ready` is an address that answers, or a port that takes connections."""
    with (folder / f"{Path(command[0]).name}.log").open("a+") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={**os.environ, **environment})
        try:
            _await(process, ready, log)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(process, ready, log):
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        if _answers(ready):
            return
        time.sleep(0.2)
    log.seek(0)
    pytest.fail(f"{process.args[0]} did not start: {log.read()[-2000:]}")


def _answers(ready):
    try:
        if isinstance(ready, int):
            with socket.create_connection(("127.0.0.1", ready), timeout=1):
                return True
        with urllib.request.urlopen(ready, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def mock_server(folder, *more, env=None):
    """Serve the offline proposer; yield its base url."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "evo",
        "mock-server",
        "--port",
        str(port),
        "--problem",
        "heilbronn/square_5",
        *more,
    ]
    url = f"http://127.0.0.1:{port}/v1"
    with running(command, ready=f"{url}/models", folder=folder, PYTHONPATH=str(ROOT), **(env or {})):
        yield url


def run(folder, name, model, *settings, tickets=12):
    """Run a small search on a model; return its search and its view's figures."""
    config = folder / f"{name}.yaml"
    config.write_text(CONFIG.format(model=model, tickets=tickets))

    async def go():
        async with start(load_run(config, settings), runs_dir=folder / name) as search:
            async for _ in search:
                pass
        return search

    search = asyncio.run(go())
    with open_run(search.folder) as view:
        return search, view.status(), list(view.commits())
