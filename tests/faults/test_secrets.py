"""A key that an endpoint echoes, or that a config or brief holds by value, is in no file, table or line."""

import json
import os
import sqlite3
import subprocess
import sys
import zlib

import pytest

from evo.assemble import models
from evo.cli import streams
from evo.cli.main import main
from evo.errors import EvoError
from evo.llm.openai.options import OpenAI
from evo.store.folder import DIAGNOSTICS, diagnose
from tests.faults.rig import CANARY, KEY_NAME, ROOT, options

SEED = (ROOT / "problems" / "circle_packing" / "seeds" / "ring.py").read_text()
CONFIG = """
problem: PROBLEM
params: {work: 1}
budget: {tickets: 14}
executor: {sandbox: none}
emitters: [{use: rewrite, llm: fast, weight: 2}, {use: rewrite, llm: told, weight: 1}]
llms:
  fast: {use: openai, model: mock, base_url: "URL", api_key_env: EVO_TEST_KEY, max_tokens: 100}
  told: {use: script, answers: ["KEY is the idea\\n\\n```python\\nx = 1  # KEY\\n```\\n"]}
"""


def texts(database):
    """Yield every value of every table, decompressed."""
    connection = sqlite3.connect(database)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                try:
                    yield table, zlib.decompress(value) if isinstance(value, bytes) else str(value).encode()
                except zlib.error:
                    yield table, value
    connection.close()


def nowhere(folder):
    seen = []
    for path in folder.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    for database in folder.rglob("run.db"):
        for table, text in texts(database):
            seen.append(text)
            assert CANARY.encode() not in text, table
    return b"".join(seen)


def evo(*words, folder, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "evo", *map(str, words), "--runs-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "EVO_DEBUG": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert CANARY not in done.stdout + done.stderr
    return done


def test_an_echoed_key_is_in_no_file_no_table_and_on_no_terminal(serve, tmp_path):
    answer, split = tmp_path / "echo.md", tmp_path / "split.md"
    answer.write_text(f"The key is {CANARY}.\n\n```python\n{SEED}\n# {CANARY}\n```\n")
    # Put together again when control characters are taken out.
    split.write_text(f"{CANARY[:9]}\x01{CANARY[9:]}\n\n```python\n{SEED}\n# {CANARY[:9]}\x01{CANARY[9:]}\n```\n")
    echo = ("--answer", str(answer), "--answer", str(split), "--fault", "bad_request=0.2", "--fault", "refusal=0.1")
    server = serve(*echo, answers=False)
    config, runs = tmp_path / "mine.yaml", tmp_path / "runs"
    text = CONFIG.replace("URL", server.url).replace("KEY is", f"{CANARY} is").replace("# KEY", f"# {CANARY}")
    # The person's own brief names it too: prompts would carry it.
    problem = tmp_path / "told" / "circle_packing"
    problem.parent.mkdir()
    subprocess.run(["cp", "-r", str(ROOT / "problems" / "circle_packing"), str(problem)], check=True)
    with (problem / "brief.md").open("a") as brief:
        brief.write(f"\nAsk with {CANARY}.\n")
    config.write_text(text.replace("PROBLEM", f"{problem}/26"))
    ran = evo("run", config, folder=runs)
    assert ran.returncode == 0, ran.stderr
    assert b"[redacted]" in nowhere(runs)
    on = evo("resume", "--set", "budget.tickets=18", folder=runs)
    assert on.returncode == 0, on.stderr
    for verb in (("show", "@best"), ("lineage", "@best"), ("status", "--json")):
        assert evo(*verb, folder=runs).returncode == 0
    server = serve("--fault", "unauthorized=1")
    refused = evo("resume", "--set", "budget.tickets=30", "--set", f"llms.fast.base_url={server.url}", folder=runs)
    assert refused.returncode == 1
    assert json.loads(evo("status", "--json", folder=runs).stdout)["state"] == "paused"
    nowhere(runs)


def test_a_traceback_does_not_show_it(monkeypatch, capsys):
    def explode(**_):
        streams.keep_secret([CANARY])
        raise ValueError(f"sent {CANARY}") from RuntimeError(CANARY)

    monkeypatch.setenv("EVO_DEBUG", "1")
    monkeypatch.setattr("evo.cli.check._check_path", lambda _: explode())
    try:
        assert main(["check", "smoke"]) == 1
        streams.note(CANARY)
        streams.write_lines([CANARY])
        streams.write(CANARY)
        streams.emit({"key": CANARY})
    finally:
        streams.keep_secret([])
    seen = "".join(capsys.readouterr())
    assert "Traceback" in seen
    assert CANARY not in seen


def test_diagnostics_do_not_hold_it(tmp_path):
    diagnose(tmp_path, "best", f"{'x' * 7990}{CANARY}", secrets=[CANARY])
    assert CANARY[:6] not in (tmp_path / DIAGNOSTICS).read_text()


def test_a_key_in_place_of_its_name_is_refused_and_not_shown():
    with pytest.raises(EvoError, match="api_key_env: expected the name") as caught:
        OpenAI(model="m", api_key_env=CANARY)
    assert CANARY not in str(caught.value)


def test_only_keys_are_secrets(monkeypatch):
    def found():
        return {"fast": options("http://127.0.0.1:1/v1").facts}

    monkeypatch.setenv(KEY_NAME, CANARY)
    assert models.secrets(found()) == (CANARY,)
    monkeypatch.setenv(KEY_NAME, "EMPTY")
    assert models.secrets(found()) == ()
