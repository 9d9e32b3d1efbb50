"""Records to rows and back. Nothing here touches a connection."""

from __future__ import annotations

import json
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, cast

from evo.errors import DamagedError
from evo.records import (
    Arm,
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
    StageResult,
    StageStatus,
    is_told,
)
from evo.store import likenesses, retests, schema
from evo.store.packed import Unpacked, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Row, Table

    from evo.records import Cell, Request, Trunk

Statement: TypeAlias = tuple[str, tuple[object, ...]]

DETAIL_MAX = 64 * 1024
_ONE_HASH = len('["0123456789abcdef0123456789abcdef"]')
# json.loads, but for what it does before it decodes: half of the time for texts as short as these.
_decode = json.JSONDecoder().raw_decode


def insert(table: Table, *, once: bool = False) -> str:
    """Return the INSERT of a whole row; with `once`, a row whose key exists already is left as it is."""
    marks, names = ", ".join("?" * len(table.columns)), ", ".join(table.columns.keys())
    # OR IGNORE would also pass over rows that break a rule, and lose them without a word.
    end = " ON CONFLICT DO NOTHING" if once else ""
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks}){end}"  # noqa: S608 - our own names


_PROGRAM = insert(schema.programs, once=True)
_ANSWER = insert(schema.answers, once=True)
_EVALUATION = insert(schema.evaluations, once=True)
_STAGE = insert(schema.stages, once=True)
_COMMIT = insert(schema.commits)
_EDGE = insert(schema.edges)
_PLACEMENT = insert(schema.placements)
_NOVELTY = insert(schema.novelty)
_RETEST = insert(schema.retests)
_ARM = insert(schema.arms)
_UNUSED = ("DELETE FROM stages WHERE program = ?", "DELETE FROM evaluations WHERE program = ?")


def program_row(program: Program) -> Statement:
    """Encode a program; the same one twice is one row."""
    trunk = program.trunk.digest if program.trunk else ""
    return _PROGRAM, (program.id, program.language, Unpacked(json.dumps(dict(program.changed))), trunk)


def answer_row(request: Request, completion: Completion, at: float) -> Statement:
    """Encode a model's answer under the request that it answers."""
    said, shown = request.prompt, request.prompt.pictures
    prompt = Unpacked(json.dumps([said.system, said.user, *([list(shown)] if shown else []), *said.turns]))
    return _ANSWER, (
        *(request.purpose, request.subject, request.attempt, request.hash, request.llm, prompt),
        *(Unpacked(completion.text), completion.finish, completion.model),
        *(completion.prompt_tokens, completion.completion_tokens, completion.cost_usd),
        *(completion.detail[:DETAIL_MAX], at),
        *(completion.cached_tokens, completion.reasoning_tokens, int(completion.estimated)),
        Unpacked(completion.thoughts) if completion.thoughts else None,
    )


def evaluation_rows(evaluation: Evaluation) -> list[Statement]:
    """Encode an evaluation and its stages. Stage outputs are not kept: they can be made again."""
    head: Statement = (
        _EVALUATION,
        (
            *(evaluation.program, evaluation.status, evaluation.objective),
            *(json.dumps(dict(evaluation.measures)), json.dumps(dict(evaluation.metrics))),
            *(evaluation.feedback[:DETAIL_MAX], evaluation.tier, json.dumps(evaluation.flags), evaluation.error),
        ),
    )
    return [head, *(_stage_row(evaluation.program, i, stage) for i, stage in enumerate(evaluation.stages))]


def _stage_row(program: str, position: int, stage: StageResult) -> Statement:
    usage = (stage.seconds, stage.cpu_seconds, stage.max_rss_mb)
    return _STAGE, (program, position, stage.stage, stage.status, *usage, int(stage.cached), stage.detail[:DETAIL_MAX])


def commit_rows(commit: Commit) -> list[Statement]:
    """Encode a commit with everything that it brings: program, evaluation, edges, placements."""
    proposal = commit.proposal
    rows: list[Statement] = []
    if proposal.program:
        rows.append(program_row(proposal.program))
    if commit.evaluation and not proposal.repetition:
        if is_told(commit.evaluation):
            # A judge's word on the same text may lie there unused: what this commit says is what was told.
            rows += [(sql, (commit.evaluation.program,)) for sql in _UNUSED]
        rows += evaluation_rows(commit.evaluation)
    rows.append((_COMMIT, _commit_values(commit)))
    for role, ids in (("parent", proposal.parents), ("inspiration", proposal.inspirations)):
        rows += [(_EDGE, (commit.seq, role, i, program)) for i, program in enumerate(ids)]
    born = [(None, proposal.program.id if proposal.program else "", placement) for placement in commit.placements]
    moved = [(move.source, move.program, move.placement) for move in commit.migrations]
    for i, (source, program, placement) in enumerate([*born, *moved]):
        where = (placement.island, json.dumps(placement.cell), placement.status, placement.displaced, placement.delta)
        rows.append((_PLACEMENT, (commit.seq, i, source, program, *where)))
    if proposal.arm:
        rows.append((_ARM, (commit.seq, proposal.arm)))
    return [*rows, *likenesses.rows(_NOVELTY, commit), *retests.rows(_RETEST, commit)]


def _commit_values(commit: Commit) -> tuple[object, ...]:
    proposal, again = commit.proposal, commit.proposal.repetition
    return (
        *(commit.seq, commit.ticket, commit.after_seq, proposal.island, proposal.operator, proposal.outcome),
        *(proposal.program.id if proposal.program else None, int(commit.evaluation is not None and not again)),
        *(proposal.llm, proposal.summary, proposal.detail[:DETAIL_MAX]),
        *(json.dumps(proposal.requests), json.dumps(proposal.answers), json.dumps(commit.learned)),
        *(commit.hash, commit.at),
    )


def program(row: Row[*tuple[object, ...]], trunk_of: Callable[[], Trunk]) -> Program:
    """Decode a row of `programs`.

    Args:
        row: as stored.
        trunk_of: is asked for what the program changes, if it is one of a repository.
    """
    files: object = json.loads(unpack(row.files))
    texts = cast("dict[str, object]", files).values() if isinstance(files, dict) else [files]
    empty = not texts and not row.trunk
    if empty or not all(isinstance(text, str) for text in texts) or not isinstance(files, dict):
        raise DamagedError(f"program {row.id}: expected its files as texts by their paths")
    trunk = trunk_of() if row.trunk else None
    if trunk and trunk.digest != row.trunk:
        raise DamagedError(f"program {row.id}: it changes another tree than the run's")
    whole = dict(sorted({**(trunk.texts if trunk else {}), **cast("dict[str, str]", files)}.items()))
    return Program(files=MappingProxyType(whole), language=row.language, trunk=trunk)


def completion(row: Row[*tuple[object, ...]]) -> Completion:
    """Decode the answer of a row of `answers`."""
    return Completion(
        text=unpack(row.text),
        finish=Finish(row.finish),
        model=row.model,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        cost_usd=row.cost_usd,
        detail=row.detail,
        cached_tokens=row.cached_tokens,
        reasoning_tokens=row.reasoning_tokens,
        estimated=bool(row.estimated),
        thoughts=unpack(row.thoughts) if row.thoughts else "",
    )


def prompt(row: Row[*tuple[object, ...]]) -> Prompt:
    """Decode the prompt of a row of `answers`."""
    system, user, *more = json.loads(unpack(row.prompt))
    shown = more.pop(0) if more and isinstance(more[0], list) else ()
    return Prompt(system=system, user=user, pictures=tuple(shown), turns=tuple(more))


def evaluation(row: Row[*tuple[object, ...]], stages: Iterable[StageResult]) -> Evaluation:
    """Decode a row of `evaluations`; `stages` in order of position."""
    return Evaluation(
        program=row.program,
        status=EvaluationStatus(row.status),
        objective=row.objective,
        measures=numbers(row.measures),
        metrics=numbers(row.metrics),
        stages=tuple(stages),
        feedback=row.feedback,
        tier=row.tier,
        flags=strings(row.flags),
        error=row.error,
    )


def stages(found: Iterable[Row[*tuple[object, ...]]]) -> tuple[StageResult, ...]:
    """Decode rows of `stages`."""
    return tuple(_stage(row) for row in found)


def _stage(row: Row[*tuple[object, ...]]) -> StageResult:
    return StageResult(
        stage=row.stage,
        status=StageStatus(row.status),
        seconds=row.seconds,
        cpu_seconds=row.cpu_seconds,
        max_rss_mb=row.max_rss_mb,
        detail=row.detail,
        cached=bool(row.cached),
    )


def commit(
    row: Row[*tuple[object, ...]],
    *,
    program: Program | None,
    evaluation: Evaluation | None,
    edges: Sequence[Row[*tuple[object, ...]]],
    placements: Sequence[Row[*tuple[object, ...]]],
    likeness: Row[*tuple[object, ...]] | None = None,
    retest: Row[*tuple[object, ...]] | None = None,
    arm: str | None = None,
) -> Commit:
    """Decode a row of `commits` with the rows that belong to it, each in order of position."""
    proposal = Proposal(
        ticket=row.ticket,
        island=row.island,
        operator=row.operator,
        outcome=Outcome(row.outcome),
        parents=tuple(edge.program for edge in edges if edge.role == "parent"),
        inspirations=tuple(edge.program for edge in edges if edge.role == "inspiration"),
        llm=row.llm,
        requests=strings(row.requests),
        answers=strings(row.answers),
        program=program,
        summary=row.summary,
        detail=row.detail,
        traits=likenesses.traits(likeness),
        repeats=likenesses.repeats(likeness, program, Outcome(row.outcome)),
        repetition=retest.repetition if retest is not None else 0,
        arm=Arm(arm) if arm else None,
    )
    moved = [each for each in placements if each.source is not None]
    return Commit(
        seq=row.seq,
        ticket=row.ticket,
        after_seq=row.after_seq,
        proposal=proposal,
        evaluation=evaluation if retest is None else retests.evaluation(retest),
        placements=tuple(placement(each) for each in placements if each.source is None),
        migrations=tuple(Migration(source=e.source, program=e.program, placement=placement(e)) for e in moved),
        learned=proposal.requests if row.learned == row.requests else strings(row.learned),
        hash=row.hash,
        at=row.at,
    )


def placement(row: Row[*tuple[object, ...]]) -> Placement:
    """Decode a row of `placements`."""
    return Placement(
        island=row.island,
        cell=cell(row.cell),
        status=PlacementStatus(row.status),
        displaced=row.displaced,
        delta=row.delta,
    )


def strings(text: str) -> tuple[str, ...]:
    """Decode a JSON list of strings."""
    if text == "[]":
        return ()
    if len(text) == _ONE_HASH and text.count('"') == 2 and "\\" not in text:  # noqa: PLR2004 - one string
        return (text[2:-2],)
    return tuple(_decode(text)[0])


def numbers(text: str) -> Mapping[str, float]:
    """Decode a JSON object of numbers."""
    return MappingProxyType(_decode(text)[0])


@lru_cache(maxsize=4096)
def cell(text: str) -> Cell:
    """Decode the coordinates of a cell."""
    return tuple(json.loads(text))
