"""A small repository with tests of its own, in git, and a problem beside it whose program it is."""

import os
import subprocess
from pathlib import Path
from textwrap import dedent

FILES = {
    "src/__init__.py": "",
    "src/core/__init__.py": "",
    "src/core/speed.py": """
        \"\"\"Sums.\"\"\"

        OFFSET = 5.0


        def total(numbers):
            result = 0
            for number in numbers:
                result = result + number
            return result
        """,
    "src/core/other.py": "LIMIT = 40.0\n",
    "src/fixed.py": """
        class Goal:
            def near(self, x: float, *, at: float = 37.5) -> float:
                return abs(x - at)
        """,
    "tests/__init__.py": "",
    "tests/test_speed.py": """
        import unittest

        from src.core.other import LIMIT
        from src.core.speed import total


        class TestTotal(unittest.TestCase):
            def test_sum(self):
                self.assertEqual(total([1, 2, 3]), 6)

            def test_limit(self):
                self.assertLess(LIMIT, 41.0)
        """,
    "bench.py": """
        import json

        from src.core import other, speed
        from src.fixed import Goal

        print(json.dumps([speed.OFFSET, Goal().near(other.LIMIT)]))
        """,
    ".gitignore": "ignored/\n",
}
PROBLEM = {
    "problem.yaml": """
        name: tidy
        summary: Bring offset and limit near their goals.
        pipeline: repo
        program: {root: ../lib, editable: ["src/core/*.py"], shown: [src/fixed.py]}
        objective: {name: distance, direction: minimize}
        limits: {cpu_seconds: 10, memory_mb: 256}
        """,
    "brief.md": "Make the numbers fit.\n",
    "evaluate.py": """
        def evaluate(output, params):
            offset, distance = output
            return {"objective": abs(offset - 7.0) + distance}
        """,
    "repo.yaml": """
        name: repo
        stages:
          tests:
            use: command
            toolchains: [python]
            argv: [python, -B, -m, unittest, discover, -q, -s, tests, -t, .]
          bench: {use: command, upstream: [tests], toolchains: [python], argv: [python, -B, bench.py]}
          score: {use: score, upstream: [bench]}
        """,
    "run.yaml": """
        extends: base.yaml
        budget: {tickets: 100}
        islands: {count: 1}
        llms: {fast: {use: offline}, strong: {use: offline}}
        """,
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))


def git(folder: Path, *args: str) -> str:
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    named = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *named, "-C", str(folder), *args], capture_output=True, check=True, env=variables)
    return done.stdout.decode()


def make_repository(folder: Path, files: dict[str, str] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, FILES if files is None else files)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder


def make_problem(folder: Path) -> Path:
    """Write repository and problem side by side; return the problem's folder."""
    make_repository(folder / "lib")
    write(folder / "prob", PROBLEM)
    return folder / "prob"
