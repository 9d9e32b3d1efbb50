"""A run's log as plain values, one per ticket in commit order: whole records, rows of a table, traces to train on.

Among the records, and there alone, events stand as well. What `evo export` writes and `RunView` gives are these very
values.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, assert_never

from evo.errors import UsageError
from evo.records import TRUST_SHARED, Direction, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from evo.records import Commit, Completion, Entry, Evaluation, Placement, Prompt
    from evo.store.store import RunHeader

Kind: TypeAlias = Literal["table", "records", "traces"]
# Plain data, as a file of JSON lines has it.
_Data = Any
COLUMNS = (
    *("seq", "ticket", "after_seq", "at", "island", "operator", "outcome", "llm", "program", "parents", "inspirations"),
    *("status", "objective", "trust", "placement", "cell", "delta", "summary", "detail"),
)
"""Of every table; a column for every measure and metric follows."""


class LogSource(Protocol):
    """What is asked of a run; a `RunView` answers."""

    @property
    def header(self) -> RunHeader:
        """What the run is."""
        ...

    def commits(self) -> Iterator[Commit]:
        """Yield the commits of the log in order."""
        ...

    def figures(self) -> tuple[list[str], list[str]]:
        """Return the names of all measures and of all metrics that occur."""
        ...

    def answer(self, commit: Commit) -> tuple[Prompt, Completion] | None:
        """Return what the model was asked for a commit and what it said; None for a seed."""
        ...

    def evaluation(self, program_id: str) -> Evaluation | None:
        """Return the evaluation of a program by its full id."""
        ...


def record(entry: Entry, trust: str = "") -> dict[str, _Data]:
    """Return a commit or an event as plain data; programs stand by their ids, and only an event has `event`.

    Args:
        entry: of the log.
        trust: what the run's header says that its scores are worth.
    """
    return _event(entry) if isinstance(entry, Event) else _commit(entry, trust)


def _event(event: Event) -> dict[str, _Data]:
    return {
        "event": event.number,
        "kind": str(event.kind),
        "author": event.author,
        "after_seq": event.after_seq,
        "at": event.at,
        "data": dict(event.data),
        "hash": event.hash,
    }


def _commit(commit: Commit, trust: str) -> dict[str, _Data]:
    proposal, evaluation = commit.proposal, commit.evaluation
    shared = evaluation is not None and TRUST_SHARED in evaluation.flags
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
        "trust": "shared" if shared else trust if evaluation else "",
        "measures": dict(evaluation.measures) if evaluation else {},
        "metrics": dict(evaluation.metrics) if evaluation else {},
        "stages": [
            {"stage": s.stage, "status": str(s.status), "seconds": s.seconds, "cpu_seconds": s.cpu_seconds}
            for s in (evaluation.stages if evaluation else ())
        ],
        "placements": [placement_values(each) for each in commit.placements],
        "migrations": [
            {"source": each.source, "program": each.program, **placement_values(each.placement)}
            for each in commit.migrations
        ],
        "summary": proposal.summary,
        "detail": proposal.detail,
        "hash": commit.hash,
    }


def placement_values(placement: Placement) -> dict[str, _Data]:
    """Return a placement as plain values."""
    return {
        "island": placement.island,
        "cell": list(placement.cell),
        "status": str(placement.status),
        "displaced": placement.displaced,
        "delta": placement.delta,
    }


def table(run: LogSource, commits: Iterable[Commit]) -> tuple[list[str], Iterator[list[_Data]]]:
    """Return the names of the columns and the rows of some commits of a run.

    The first columns are `COLUMNS`; the measures and metrics that occur anywhere in the run follow, as `measure.NAME`
    and `metric.NAME`. Ids and cells of several parts are texts with blanks between; what is absent is None.
    """
    measures, metrics = run.figures()
    names = [*COLUMNS, *(f"measure.{name}" for name in measures), *(f"metric.{name}" for name in metrics)]

    def rows() -> Iterator[list[_Data]]:
        for commit in commits:
            data = _commit(commit, run.header.trust)
            placed: _Data = data["placements"][0] if data["placements"] else {}
            data |= {
                "parents": " ".join(data["parents"]),
                "inspirations": " ".join(data["inspirations"]),
                "placement": placed.get("status"),
                "cell": " ".join(str(index) for index in placed.get("cell", ())),
                "delta": placed.get("delta"),
            }
            figures = [*map(data["measures"].get, measures), *map(data["metrics"].get, metrics)]
            yield [*(data[name] for name in COLUMNS), *figures]

    return names, rows()


def traces(run: LogSource, commits: Iterable[Commit]) -> Iterator[dict[str, _Data]]:
    """Yield one trace per ticket that a model answered; seeds have none.

    `reward` is the objective, its sign turned where less is better; None for a program that has none. Such an answer
    is no good one, and what it should cost is for the trainer to say.
    """
    header = run.header
    sign = 1.0 if Direction(header.direction) is Direction.MAXIMIZE else -1.0
    for commit in commits:
        asked = run.answer(commit)
        if asked is None:
            continue
        prompt, completion = asked
        proposal, evaluation = commit.proposal, _scored(run, commit)
        score = evaluation.objective if evaluation else None
        yield {
            "run": header.id,
            "ticket": commit.ticket,
            "messages": [{"role": role, "content": text} for role, text in prompt.messages],
            "answer": completion.text,
            "thoughts": completion.thoughts,
            "reward": None if score is None else sign * score,
            "objective": score,
            "outcome": str(proposal.outcome),
            "status": str(evaluation.status) if evaluation else None,
            "trust": header.trust,
            "operator": proposal.operator,
            "llm": proposal.llm,
            "model": completion.model,
            "program": proposal.program.id if proposal.program else None,
            "parents": list(proposal.parents),
            "prompt_tokens": completion.prompt_tokens,
            "completion_tokens": completion.completion_tokens,
            "cost_usd": completion.cost_usd,
        }


def _scored(run: LogSource, commit: Commit) -> Evaluation | None:
    """Return the evaluation of a commit's program; a duplicate has that of when its program came first."""
    if commit.evaluation or commit.proposal.program is None:
        return commit.evaluation
    return run.evaluation(commit.proposal.program.id)


def frame(run: LogSource, kind: Kind) -> Any:  # noqa: ANN401 - pandas is no dependency, so its types are not known here
    """Return a run's log as a `pandas.DataFrame` with one row per ticket; see `RunView.frame`."""
    try:
        pandas = import_module("pandas")
    except ImportError as error:
        raise UsageError(
            "pandas is not installed; expected it for RunView.frame: pip install 'evo-search[pandas]'. "
            "RunView.table() gives the same rows as plain values"
        ) from error
    match kind:
        case "table":
            names, rows = table(run, run.commits())
            return pandas.DataFrame(list(rows), columns=names)
        case "records":
            return pandas.DataFrame([record(commit, run.header.trust) for commit in run.commits()])
        case "traces":
            return pandas.DataFrame(list(traces(run, run.commits())))
        case _:
            assert_never(kind)
