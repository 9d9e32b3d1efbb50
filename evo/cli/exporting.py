"""What `evo export` writes: a table, whole records, or training traces; one line per ticket."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import contextmanager
from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any, TextIO, assert_never

from evo.cli.extract import Format
from evo.cli.streams import note
from evo.cli.surveying import opened
from evo.errors import EvoError
from evo.qd.progress import Stand, progress
from evo.verdicts import Direction

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from evo.cli.filters import Filter
    from evo.records import Commit, Placement
    from evo.store.view import RunView

# Plain data, as the file has it.
_Data = Any
_COLUMNS = (
    *("seq", "ticket", "after_seq", "at", "island", "operator", "outcome", "llm", "program", "parents", "inspirations"),
    *("status", "objective", "placement", "cell", "delta", "summary", "detail"),
)


def export(runs_dir: Path, run: str, form: Format, output: Path | None, wanted: Filter) -> None:
    """`evo export`."""
    begins = wanted.begins()
    with opened(runs_dir, run) as view, _target(output) as file:

        def chosen() -> Iterator[Commit]:
            return (commit for commit in view.commits() if wanted.takes(commit, begins))

        match form:
            case Format.CSV:
                count = _table(view, chosen(), file)
            case Format.JSONL:
                count = _lines((record(commit) for commit in chosen()), file)
            case Format.TRACES:
                count = _lines(_traces(view, chosen()), file)
            case Format.PROGRESS:
                count = _progress(view, {commit.seq for commit in chosen()}, file)
            case _:
                assert_never(form)
    if output:
        note(f"{output}: {count} lines of {form}")


@contextmanager
def _target(output: Path | None) -> Generator[TextIO]:
    """Give what to write to; a file appears whole or not at all."""
    if output is None:
        yield sys.stdout
        return
    draft = output.with_name(f".{output.name}.draft")
    try:
        with draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
        draft.replace(output)
    except OSError as error:
        raise EvoError(f"{output}: cannot be written ({error.strerror}); name another file after -o") from error
    finally:
        draft.unlink(missing_ok=True)


def _lines(records: Iterator[_Data], file: TextIO) -> int:
    count = 0
    for each in records:
        file.write(json.dumps(each, allow_nan=False) + "\n")
        count += 1
    return count


def record(commit: Commit) -> dict[str, _Data]:
    """Return a commit as plain data; programs stand by their ids."""
    proposal, evaluation = commit.proposal, commit.evaluation
    return {
        "seq": commit.seq,
        "ticket": commit.ticket,
        "after_seq": commit.after_seq,
        "at": commit.at,
        "island": proposal.island,
        "operator": proposal.operator,
        "outcome": str(proposal.outcome),
        "llm": proposal.llm,
        "program": proposal.program.id if proposal.program else None,
        "files": dict(proposal.program.files) if proposal.program else {},
        "parents": list(proposal.parents),
        "inspirations": list(proposal.inspirations),
        "status": str(evaluation.status) if evaluation else None,
        "objective": evaluation.objective if evaluation else None,
        "measures": dict(evaluation.measures) if evaluation else {},
        "metrics": dict(evaluation.metrics) if evaluation else {},
        "stages": [
            {"stage": s.stage, "status": str(s.status), "seconds": s.seconds, "cpu_seconds": s.cpu_seconds}
            for s in (evaluation.stages if evaluation else ())
        ],
        "placements": [_placement(each) for each in commit.placements],
        "migrations": [
            {"source": each.source, "program": each.program, **_placement(each.placement)} for each in commit.migrations
        ],
        "summary": proposal.summary,
        "detail": proposal.detail,
        "hash": commit.hash,
    }


def _placement(placement: Placement) -> dict[str, _Data]:
    return {
        "island": placement.island,
        "cell": list(placement.cell),
        "status": str(placement.status),
        "displaced": placement.displaced,
        "delta": placement.delta,
    }


def _table(view: RunView, commits: Iterator[Commit], file: TextIO) -> int:
    """Write the table; its last columns are the measures and metrics that occur anywhere in the run."""
    measures: dict[str, None] = {}
    metrics: dict[str, None] = {}
    for commit in view.commits():
        if commit.evaluation:
            measures.update(dict.fromkeys(commit.evaluation.measures))
            metrics.update(dict.fromkeys(commit.evaluation.metrics))
    names = [*(f"measure.{name}" for name in measures), *(f"metric.{name}" for name in metrics)]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*_COLUMNS, *names])
    count = 0
    for commit in commits:
        data = record(commit)
        placed: _Data = data["placements"][0] if data["placements"] else {}
        data |= {
            "parents": " ".join(data["parents"]),
            "inspirations": " ".join(data["inspirations"]),
            "placement": placed.get("status"),
            "cell": " ".join(str(index) for index in placed.get("cell", ())),
            "delta": placed.get("delta"),
        }
        values = [*(data["measures"].get(name) for name in measures), *(data["metrics"].get(name) for name in metrics)]
        writer.writerow([*(data[name] for name in _COLUMNS), *values])
        count += 1
    return count


def _progress(view: RunView, chosen: set[int], file: TextIO) -> int:
    """Write how the archives stood after each commit chosen; all commits before it count."""
    header = view.header
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([each.name for each in fields(Stand)])
    stands = progress(view.commits(), view.direction, max(1, header.islands * header.cells))
    shown = [astuple(stand) for stand in stands if stand.seq in chosen]
    writer.writerows(shown)
    return len(shown)


def _traces(view: RunView, commits: Iterator[Commit]) -> Iterator[_Data]:
    """Yield one trace per ticket that a model answered; seeds have none."""
    header = view.header
    sign = 1.0 if Direction(header.direction) is Direction.MAXIMIZE else -1.0
    for commit in commits:
        asked = view.answer(commit)
        if asked is None:
            continue
        prompt, completion = asked
        proposal = commit.proposal
        # A duplicate earns what its program scored when it came first.
        evaluation = view.evaluation(proposal.program.id) if proposal.program else None
        score = evaluation.objective if evaluation else None
        yield {
            "run": header.id,
            "ticket": commit.ticket,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            "answer": completion.text,
            "reward": None if score is None else sign * score,
            "objective": score,
            "outcome": str(proposal.outcome),
            "status": str(evaluation.status) if evaluation else None,
            "operator": proposal.operator,
            "llm": proposal.llm,
            "model": completion.model,
            "program": proposal.program.id if proposal.program else None,
            "parents": list(proposal.parents),
            "prompt_tokens": completion.prompt_tokens,
            "completion_tokens": completion.completion_tokens,
            "cost_usd": completion.cost_usd,
        }
