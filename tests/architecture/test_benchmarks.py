"""Benchmarks stand outside the typed package: what they import is there, and those of the driver run."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "benchmarks").rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_benchmark_imports_is_there(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "evo":
            module = importlib.import_module(node.module)
            for name in node.names:
                if not hasattr(module, name.name):
                    importlib.import_module(f"{node.module}.{name.name}")


def ran(*words):
    command = [sys.executable, *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_loop_is_measured():
    assert "ms" in ran("benchmarks/loop.py", "--tickets", 120)


def test_a_large_run_is_made_and_folded(tmp_path):
    ran("benchmarks/big_run.py", "make", tmp_path / "big", "--programs", 200)
    assert "fold" in ran("benchmarks/big_run.py", "fold", tmp_path / "big")
