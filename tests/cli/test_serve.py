"""`evo serve`: where it looks, whom it lets in, and how it ends."""

import re
import signal
import subprocess
import sys
import urllib.request

import pytest


@pytest.fixture
def serving(small_runs):
    """Return (process, first line) of an `evo serve` with some words."""
    started = []

    def start(*words):
        argv = [sys.executable, "-m", "evo", "serve", *words, "--port", "0", "--runs-dir", str(small_runs)]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_address_is_shown_and_answers_until_it_is_interrupted(serving):
    process, address = serving("3fa9")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
    with urllib.request.urlopen(f"{address}api/runs", timeout=30) as answer:
        assert b"20260101-120000-toy-3fa9" in answer.read()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Nothing is written" in said


def test_another_host_demands_a_token(serving):
    process, address = serving("--host", "0.0.0.0")
    found = re.fullmatch(r"http://0\.0\.0\.0:(\d+)/\?token=([\w-]{32})", address)
    assert found
    url = f"http://127.0.0.1:{found[1]}/api/runs"
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(url, timeout=30)
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {found[2]}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
    process.kill()


def test_what_is_not_there(evo, tmp_path):
    result = evo("serve", "--runs-dir", tmp_path / "nothing")
    assert (result.code, "no such folder" in result.err) == (4, True)
    assert evo("serve", "beef", "--runs-dir", tmp_path).code == 4
