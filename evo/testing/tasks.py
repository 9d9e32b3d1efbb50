"""Small programs and judges for the contract of executors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evo.execute.executor import JudgeQuestion, Task
from evo.execute.folder import Folder
from evo.execute.sandbox import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from evo.canonical import JSON

# A busy machine changes no verdict: the wall is far from the limit in CPU seconds. Who sleeps is given a near one.
LIMITS = Limits(cpu_seconds=0.4, memory_mb=128, output_kb=100, stream_mb=2, grace_seconds=60.0)
IDLE = replace(LIMITS, grace_seconds=0.2)
CONTROL = "def entry(n):\n    return [n, 'honest']\n"
SLEEPER = "import time\ndef entry(n):\n    time.sleep(600)\n"
JUDGE_SECONDS = 1.0
PNG = b"\x89PNG and other bytes that are no text"


def task(text: str, **changes: Any) -> Task:  # noqa: ANN401 - the fields of `Task`
    """Return the task of calling `entry(n=3)` of a program; the keywords change its fields."""
    return replace(Task(files={"program.py": text}, entry="entry", kwargs={"n": 3}, limits=LIMITS), **changes)


def score(folder: Path, evaluate: str, raw: bytes = b"3") -> JudgeQuestion:
    """Write a problem's judge and ask it to score an output."""
    return _question(folder, "score", evaluate, raw)


def conduct(folder: Path, evaluate: str) -> JudgeQuestion:
    """Write a judge that calls the candidate, and ask it to."""
    return _question(folder, "conduct", evaluate, b"")


def draw(folder: Path, picture: str, op: str = "picture", raw: bytes = b"3") -> JudgeQuestion:
    """Write a `picture.py` and ask for the picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "picture.py").write_text(picture)
    args: dict[str, JSON] = {"params": {}}
    return JudgeQuestion(op=op, cpu_seconds=JUDGE_SECONDS, args=args, body=raw, folder=Folder.of(folder), draws=True)


def _question(folder: Path, op: str, evaluate: str, body: bytes) -> JudgeQuestion:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluate.py").write_text(evaluate)
    args: dict[str, JSON] = {"params": {"n": 2}, "measures": []}
    return JudgeQuestion(op=op, cpu_seconds=JUDGE_SECONDS, args=args, body=body, folder=Folder.of(folder))
