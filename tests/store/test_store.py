"""The database: whole or absent, never a lie, never two writers."""

import asyncio
import dataclasses
import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from evo.errors import DamagedError, LockedError, NotFoundError, StoreError
from evo.records import (
    GENESIS,
    Commit,
    Completion,
    Evaluation,
    EvaluationStatus,
    Finish,
    Migration,
    Outcome,
    Placement,
    PlacementStatus,
    Program,
    Prompt,
    Proposal,
    Request,
    StageResult,
    StageStatus,
    chain,
)
from evo.store import folder as run_folder
from evo.store import schema
from evo.store.lock import RunLock, is_locked
from evo.store.store import RunHeader, Store

HEADER = RunHeader(
    id="r",
    created=1.0,
    version="0",
    problem="toy",
    instance="",
    fingerprint="f",
    direction="maximize",
    unit="m",
    seed=3,
    islands=2,
    cells=4,
    axes="[]",
    seeds="[]",
    spec="x: 1\n",
    tier="basic",
)
REQUEST = Request(purpose="propose", subject="3", prompt=Prompt(system="s", user="ü\ud800"), seed=1, llm="fast")


def commit(seq, previous=GENESIS):
    program = Program.of(f"x = {seq}\n")
    proposal = Proposal(
        ticket=seq,
        island=None if seq == 0 else 1,
        operator="diff",
        outcome=Outcome.PROPOSED,
        parents=("a", "b"),
        inspirations=("c",),
        llm="fast",
        requests=(f"q{seq}",),
        answers=(f"t{seq}",),
        program=program,
        summary="why ü",
    )
    evaluation = Evaluation(
        program=program.id,
        status=EvaluationStatus.VALID,
        objective=seq / 3,
        measures={"x": 0.1},
        metrics={"m": 2.0},
        stages=(StageResult(stage="score", status=StageStatus.SUCCESS, seconds=0.5, cpu_seconds=0.25, detail="d"),),
        feedback="fine",
        tier="basic",
        flags=("near_limit",),
    )
    placement = Placement(island=1, cell=(2, 0), status=PlacementStatus.IMPROVED, displaced="z", delta=0.1)
    plain = Commit(
        seq=seq,
        ticket=seq,
        after_seq=seq - 1,
        proposal=proposal,
        evaluation=evaluation,
        placements=(placement,),
        migrations=(Migration(source=0, program="a", placement=placement),),
        learned=(f"q{seq}",),
        at=12.5,
    )
    return dataclasses.replace(plain, hash=chain(previous, plain))


def failed(seq):
    proposal = Proposal(ticket=seq, island=0, operator="diff", outcome=Outcome.UNPARSABLE, detail="prose")
    return Commit(seq=seq, ticket=seq, after_seq=-1, proposal=proposal, evaluation=None, hash="h", at=1.0)


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path, HEADER)
    yield made
    made.close()


def append(store, *commits):
    asyncio.run(store.append(commits, issued=9, seconds=2.5))


def test_what_goes_in_comes_out(store):
    log = [commit(0), failed(1), commit(2)]
    append(store, *log)
    assert list(store.commits()) == log
    assert store.program(log[0].proposal.program.id) == log[0].proposal.program
    assert store.evaluation(log[2].evaluation.program) == log[2].evaluation
    assert store.tickets() == {0, 1, 2}
    header = store.header()
    assert (header.issued, header.seconds) == (9, 2.5)
    assert dataclasses.replace(header, issued=0, seconds=0.0) == HEADER


def test_more_commits_than_a_chunk(store):
    log = [failed(i) for i in range(1203)]
    append(store, *log)
    assert [c.seq for c in store.commits()] == list(range(1203))


def test_a_batch_is_in_the_file_whole_or_not_at_all(store, tmp_path):
    append(store, commit(0))
    with pytest.raises(StoreError, match=r"run\.db: could not be written .*evo resume"):
        append(store, commit(1), commit(2), dataclasses.replace(commit(3), ticket=0))
    with pytest.raises(StoreError):
        append(store, commit(1))
    again = Store.open(tmp_path)
    assert [c.seq for c in again.commits()] == [0]
    again.close()


@pytest.mark.parametrize("objective", ["'NaN'", "NULL", "9e999", "-9e999"])
def test_a_valid_score_is_a_finite_number_in_the_file_too(store, tmp_path, objective):
    append(store, commit(0))
    with sqlite3.connect(tmp_path / "run.db") as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute(f"UPDATE evaluations SET objective = {objective}")


def test_a_failure_has_no_score_in_the_file_either(store, tmp_path):
    append(store, commit(0))
    with sqlite3.connect(tmp_path / "run.db") as raw, pytest.raises(sqlite3.IntegrityError):
        raw.execute("UPDATE evaluations SET status = 'FAILED'")


def test_answers_are_found_by_what_was_asked_and_stored_once(store):
    completion = Completion(text="a\ud800b", finish=Finish.STOP, model="m", prompt_tokens=3, thoughts="h\u00f6")
    assert store.find(REQUEST) is None
    asyncio.run(store.save(REQUEST, completion))
    asyncio.run(store.save(REQUEST, dataclasses.replace(completion, text="later")))
    assert store.find(REQUEST) == completion
    assert store.find(dataclasses.replace(REQUEST, seed=2)) is None


def test_an_evaluation_nobody_used_yet_survives(store, tmp_path):
    spare = commit(5)
    store.add_evaluation(spare.proposal.program, spare.evaluation).result()
    append(store, commit(0))
    again = Store.open(tmp_path)
    assert again.spare_evaluations() == {spare.evaluation.program: spare.evaluation}
    again.close()


def test_a_cancelled_writer_does_not_stop_the_others(store):
    async def main():
        held = threading.Event()
        store._writer.submit([("SELECT 1", ())]).add_done_callback(lambda _: held.wait(5))
        first = asyncio.create_task(store.append([commit(0)], issued=1, seconds=0.0))
        await asyncio.sleep(0.02)
        first.cancel()
        second = asyncio.create_task(store.append([failed(1)], issued=2, seconds=0.0))
        await asyncio.sleep(0.02)
        held.set()
        await asyncio.wait_for(second, 60)

    asyncio.run(main())
    assert [c.seq for c in store.commits()] == [0, 1], "what was handed in is written, cancelled or not"


def test_there_is_one_writer_and_the_other_hears_whom(tmp_path):
    with RunLock(tmp_path):
        assert is_locked(tmp_path)
        code = f"from pathlib import Path; from evo.store.lock import RunLock; RunLock(Path({str(tmp_path)!r}))"
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert f"LockedError: {tmp_path} is being written by pid {os.getpid()} on " in other.stderr
    assert not is_locked(tmp_path)
    with RunLock(tmp_path), pytest.raises(LockedError):
        RunLock(tmp_path)


def test_no_database_is_made_where_one_should_be(tmp_path):
    with pytest.raises(NotFoundError, match="no run database"):
        Store.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "not a run of evo"), (b"no database at all" * 300, "cannot be read")]
)
def test_what_is_no_run_is_said_to_be_none(tmp_path, content, message):
    path = tmp_path / "run.db"
    path.write_bytes(content)
    with pytest.raises(DamagedError, match=message):
        schema.engine_for(path, write=False)
    assert path.read_bytes() == content


def test_the_future_is_not_guessed_at(tmp_path):
    Store.create(tmp_path, HEADER).close()
    with sqlite3.connect(tmp_path / "run.db") as raw:
        raw.execute("PRAGMA user_version = 99")
    with pytest.raises(DamagedError, match=f"schema version 99; this evo knows versions up to {schema.SCHEMA_VERSION}"):
        Store.open(tmp_path)


def test_durability_is_what_we_say(store):
    raw = store._writer._connection
    assert raw.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert raw.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
    assert raw.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    tables = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    assert all("STRICT" in sql for name, sql in tables)


def test_a_run_folder_appears_whole_or_not_at_all(tmp_path):
    def header(run_id, created):
        return dataclasses.replace(HEADER, id=run_id, created=created)

    seed = Program.of("x = 1\n")
    folder = run_folder.create(tmp_path, "toy", header=header, seeds=[seed], texts={"run.yaml": "a: 1\n"})
    assert {"run.yaml", "run.db", "diagnostics.jsonl"} <= {path.name for path in folder.iterdir()}
    store = Store.open(folder)
    assert store.header().id == folder.name
    assert store.program(seed.id) == seed
    store.close()

    def broken(run_id, created):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        run_folder.create(tmp_path, "toy", header=broken, seeds=[], texts={})
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_best_is_replaced_as_a_whole(tmp_path):
    run_folder.replace_best(tmp_path, {"program.py": "a", "output.json": b"[]"})
    paths = run_folder.replace_best(tmp_path, {"lib/program.py": "b"})
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == ["best/lib/program.py"]
    assert [path.name for path in tmp_path.iterdir()] == ["best"]
    assert not (tmp_path / "best" / "output.json").exists()


@pytest.mark.parametrize("path", ["../escaped", "/escaped", "a/../../escaped", "a//b", "."])
def test_no_program_from_a_database_is_written_outside_its_folder(tmp_path, path):
    """A database may be somebody else's; what it calls a program's files may lead anywhere."""
    folder = tmp_path / "run"
    folder.mkdir()
    run_folder.replace_best(folder, {"program.py": "kept"})
    with pytest.raises(DamagedError, match="expected a relative path"):
        run_folder.replace_best(folder, {"program.py": "x", path: "x"})
    assert [each.name for each in tmp_path.iterdir()] == ["run"]
    assert (folder / "best" / "program.py").read_text() == "kept"
