"""What was run already, and what every program scored: one SQLite file, so that a laboratory can go on where it was.

A trial counts as run as long as nothing that it rests on has changed: its settings, its task, and the code that
searches. Evaluations are kept by program, for all arms and seeds; they are plain JSON.
"""

import json
import sqlite3
from hashlib import blake2b
from pathlib import Path

from evo.records import Evaluation, EvaluationStatus, StageResult, StageStatus

ROOT = Path(__file__).parents[2]
SEARCHES = ("edits", "records", "config", "qd", "llm", "propose", "search", "assemble", "parts", "rng.py", "text.py")
"""Rooms of `evo` that decide which programs a run tries."""
_TABLES = """
CREATE TABLE IF NOT EXISTS trials (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS evaluations (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def code():
    """Return the fingerprint of what searches: the rooms above, the shipped configs, and the laboratory itself."""
    digest = blake2b(digest_size=8)
    rooms = [ROOT / "evo" / room for room in SEARCHES]
    files = [file for room in rooms for file in ([room] if room.is_file() else room.rglob("*.*"))]
    files += [
        *(ROOT / "configs").glob("*.yaml"),
        *(Path(__file__).parent / name for name in ("trial.py", "proposer.py")),
    ]
    files += (Path(__file__).parent / "pack").glob("*.*")
    for file in sorted(each for each in files if each.suffix in {".py", ".yaml", ".j2"}):
        digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


class Ledger:
    """Trials and evaluations; several processes may write at a time."""

    def __init__(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=120, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_TABLES)

    def trial(self, key):
        return self._read("trials", key)

    def add_trial(self, key, value):
        self._write("trials", key, value)

    def find(self, about, program, repetition):
        found = self._read("evaluations", f"{about} {program} {repetition}")
        return None if found is None else _evaluation(found)

    def keep(self, about, evaluation, repetition):
        self._write("evaluations", f"{about} {evaluation.program} {repetition}", _plain(evaluation))

    def close(self):
        self._db.close()

    def _read(self, table, key):
        found = self._db.execute(f"SELECT value FROM {table} WHERE key = ?", (key,)).fetchone()
        return json.loads(found[0]) if found else None

    def _write(self, table, key, value):
        self._db.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", (key, json.dumps(value)))


def _plain(evaluation):
    stages = [[str(each.stage), str(each.status), each.detail] for each in evaluation.stages]
    return {
        "program": evaluation.program,
        "status": str(evaluation.status),
        "objective": evaluation.objective,
        "measures": dict(evaluation.measures),
        "metrics": dict(evaluation.metrics),
        "stages": stages,
        "feedback": evaluation.feedback,
        "flags": list(evaluation.flags),
        "error": evaluation.error,
    }


def _evaluation(found):
    stages = tuple(StageResult(stage=s, status=StageStatus(status), detail=d) for s, status, d in found["stages"])
    status, flags = EvaluationStatus(found["status"]), tuple(found["flags"])
    return Evaluation(**{**found, "status": status, "stages": stages, "flags": flags})
