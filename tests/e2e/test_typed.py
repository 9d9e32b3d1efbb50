"""Every command of README and docs, typed as it stands in an empty folder where the wheel is installed.

What would take long is typed with a smaller budget, said in `SHORTER`; what waits for a person is ended once it serves.
docs/cli.md is typed by test_documented.py, docs/install.md by tests/extras, where packages can be fetched.
"""

import ast
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.third_party.place import furnish

ROOT = Path(__file__).parents[2]
# Words that come last and win; the documents say the same commands without them.
SHORTER = {
    "evo run circle_packing/26": "--set budget.tickets=8 --set params.work=1",
    "evo run circle_packing/32": "--set budget.tickets=4 --set params.work=1",
    "evo run heilbronn/square_10": "--set budget.tickets=4 --seeds 0..1",
    "evo run es_variants": "--set budget.tickets=2",
    "evo resume": "--set budget.tickets=10",
    "evo eggroll bench": "--quick",
    "evo run word_problems": "--set budget.tickets=3 --seeds 0..0",
}
SERVES = ("evo serve", "evo mock-server", "tensorboard")
# A page whose commands need something of an earlier one begins with it.
BEFORE = {
    "README.md": ["evo run circle_packing/26 --quiet"],  # what its `make run` does
    "docs/models.md": ["echo 'No idea.' > a.md", "cp a.md b.md"],
    "docs/page.md": ["evo run smoke --quiet --set budget.tickets=4"],
    "docs/store.md": ["evo run smoke --quiet --set budget.tickets=4"],
    "docs/trackers.md": ["evo run smoke --quiet --set budget.tickets=4"],
}
ELSEWHERE = {
    *("docs/cli.md", "docs/install.md", "docs/results/page.md", "docs/design.md", "docs/gallery.md"),
    # They need a folder of another framework, a run with tickets for the outside, a repository, an SDK, a study, Slurm.
    *("docs/bridges.md", "docs/wheel.md", "docs/problems.md", "docs/agents.md", "docs/skills.md", "docs/scaling.md"),
}
"""Typed by another test (test_bridge.py, tests/wheel, test_repository.py), or benchmarks of a checkout."""
COMMAND = re.compile(r"^ {4}(?:\$ )?((?:evo|make|git|pip|pipx|uvx|python3?|cd|export|\.) [^\n]*)$", re.MULTILINE)


def commands(page):
    return [line.strip() for line in COMMAND.findall((ROOT / page).read_text())]


PAGES = [
    str(path.relative_to(ROOT))
    for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("docs/results/*.md"))]
    if commands(path.relative_to(ROOT)) and str(path.relative_to(ROOT)) not in ELSEWHERE
]
SOAK = {"README.md", "docs/suites.md", "docs/eggroll.md", "docs/models.md", "docs/results/es_variants.md"}


@pytest.fixture(scope="module")
def shell(wheel, tmp_path_factory):
    """Where `evo` is found, as after `. .venv/bin/activate`."""
    python, _ = furnish(tmp_path_factory.mktemp("typed") / "env", [wheel])
    script = python.with_name("evo")
    script.write_text(f"#!{python}\nimport sys\nfrom evo.cli.main import main\nsys.exit(main())\n")
    script.chmod(0o755)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "EVO", "VIRTUAL"))}
    return {**clean, "PATH": f"{python.parent}:{clean['PATH']}", "BROWSER": "true"}


def typed(line, folder, environment):
    """Type a line as it stands, or shorter; return what came of it."""
    for begin, words in SHORTER.items():
        bare, mark, remark = line.partition(" #")
        if bare.startswith(begin) and "--estimate" not in bare:
            head, ampersands, tail = bare.partition(" && ")
            line = f"{head.rstrip()} {words}{ampersands}{tail}{mark}{remark}"
    if line.startswith(SERVES):
        return _served(line, folder, environment)
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=900
    )


def _served(line, folder, environment):
    """Let a server come up on a port that is free, then end it as a person would."""
    bare = line.partition(" #")[0].rstrip()
    out = (folder / "served").open("w+")
    words = ["bash", "-c", f"exec {bare} --port 0"]
    server = subprocess.Popen(words, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT, text=True)
    deadline = time.monotonic() + 240
    while "http://" not in (folder / "served").read_text() and server.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    server.send_signal(signal.SIGINT)
    code = server.wait(120)
    said = (folder / "served").read_text()
    out.close()
    return subprocess.CompletedProcess(
        words, 0 if code in {0, 130, -signal.SIGINT} and "http://" in said else code or 1, said, said
    )


@pytest.mark.parametrize("page", [pytest.param(p, marks=[pytest.mark.soak] if p in SOAK else []) for p in PAGES])
def test_every_command_of_a_page_works_as_it_stands(shell, tmp_path, page):
    for line in [*BEFORE.get(page, []), *commands(page)]:
        if line.startswith(("git ", "make ", "cd ", "pip ", "python", ". ")):
            continue  # getting it: tests/extras, and what a fresh machine does first
        # Without a key it is refused.
        refused = line.startswith("evo run configs/openai.yaml") and "--estimate" not in line
        done = typed(f"! {line}" if refused else line, tmp_path, shell)
        assert done.returncode == 0, (line, done.stdout[-2000:], done.stderr[-2000:])


def test_what_is_not_typed_here_is_typed_elsewhere():
    named = {page for page in ELSEWHERE if (ROOT / page).exists()}
    assert {"docs/cli.md", "docs/install.md"} <= named
    assert len(PAGES) >= 6


# The FAQ.


def texts():
    """Return every text of the code, with a mark for each place that is filled in."""
    found = []
    for path in (ROOT / "evo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                found.append("".join(v.value if isinstance(v, ast.Constant) else "\0" for v in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return found


def test_every_message_of_the_faq_is_one_of_ours():
    known = texts()
    asked = re.findall(r"^## `(.+)`$", (ROOT / "docs/faq.md").read_text(), re.MULTILINE)
    assert len(asked) >= 18
    for message in asked:
        pattern = re.compile(".*".join(re.escape(part.strip()) for part in message.split("...")), re.DOTALL)
        assert any(pattern.search(text) for text in known), message
