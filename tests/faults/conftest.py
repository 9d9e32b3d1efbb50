import subprocess
import sys

import pytest

from tests.faults.rig import CANARY, KEY_NAME, ROOT, Served


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Start servers: serve("--sequence", "rate_limit,ok") -> Served."""
    monkeypatch.setenv(KEY_NAME, CANARY)
    running = []
    answer = tmp_path / "answer.md"
    answer.write_text("Say it.\n\n```python\nx = 1\n```\n")

    def start(*arguments, answers=True):
        command = [sys.executable, "-m", "evo", "mock-server", "--port", "0", *arguments]
        if answers:
            command += ["--answer", str(answer)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        running.append(process)
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), "the server did not start"
        return Served(process, url)

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait()
        process.stdout.close()


@pytest.fixture
def numbers(tmp_path):
    """Return arguments for a server that proposes a few different programs."""
    found = []
    for i in range(40):
        path = tmp_path / f"answer{i}.md"
        path.write_text(f"step\n\n```python\nx = {i / 40}\n```\n")
        found += ["--answer", str(path)]
    return found
