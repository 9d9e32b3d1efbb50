"""Single commits, programs and answers as plain data with every text cut: what a page shows when it is asked."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from evo.records import FOLLOW_UP
from evo.store.reading.foreign import (
    as_list,
    as_mapping,
    as_number,
    as_numbers,
    as_text,
    as_words,
    unpack_bounded,
)
from evo.store.reading.wishes import IssuedTicket, WishBook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from evo.canonical import JSON

MOST = 500
"""Commits, children or placements in one answer."""
_FILES_MOST = 64
_ID_DIGITS = 32

_COMMITS = """
    SELECT c.seq, c.ticket, c.operator, c.outcome, substr(c.program, 1, 32), c.island, substr(c.summary, 1, 4096),
        substr(c.detail, 1, 4096), e.status, e.objective, substr(e.feedback, 1, 4096), c.after_seq, c.llm,
        (SELECT substr(p.program, 1, 32) FROM edges AS p WHERE p.seq = c.seq AND p.role = 'parent'
            ORDER BY p.position LIMIT 1)
    FROM commits AS c LEFT JOIN evaluations AS e ON c.evaluated AND e.program = c.program WHERE c.seq IN ({marks})
    ORDER BY c.seq
"""
_FIRST = """
    SELECT c.seq, c.program FROM commits AS c WHERE c.program >= ? AND c.program < ? ORDER BY c.seq LIMIT 1
"""
_COMMIT = "SELECT llm, at, after_seq FROM commits WHERE seq = ?"
_FILES = "SELECT language, files FROM programs WHERE id = ?"
_TICKETS = "SELECT ticket FROM commits WHERE program = ? ORDER BY seq LIMIT 50"
_EDGES = """
    SELECT e.role, substr(e.program, 1, 32), (SELECT min(p.seq) FROM commits AS p WHERE p.program = e.program)
    FROM edges AS e WHERE e.seq = ? ORDER BY e.role, e.position LIMIT 50
"""
_CHILDREN = """
    SELECT c.seq FROM edges AS e JOIN commits AS c ON c.seq = e.seq
    WHERE e.program = ? AND e.role = 'parent' AND c.outcome = 'PROPOSED' ORDER BY c.seq LIMIT 500
"""
_EVALUATION = """
    SELECT status, objective, substr(measures, 1, 16384), substr(metrics, 1, 16384), substr(feedback, 1, 16384), tier,
        substr(flags, 1, 1024) FROM evaluations WHERE program = ?
"""
_STAGES = """
    SELECT stage, status, seconds, cpu_seconds, max_rss_mb, cached, substr(detail, 1, 4096) FROM stages
    WHERE program = ? ORDER BY position LIMIT 64
"""
_PLACES = """
    SELECT p.seq, p.source, p.island, substr(p.cell, 1, 200), p.status, substr(p.displaced, 1, 32), p.delta
    FROM placements AS p WHERE p.seq = ? AND p.program = ? ORDER BY p.position LIMIT 64
"""
_RETESTS = "SELECT status, objective FROM retests WHERE program = ? ORDER BY seq LIMIT 500"
_ANSWER = """
    SELECT prompt, text, finish, model, llm, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens,
        cost_usd, substr(detail, 1, 4096), thoughts FROM answers
    WHERE purpose = 'propose' AND subject = ? ORDER BY attempt % ? DESC, attempt DESC LIMIT 1
"""


_WISHES = """
    SELECT number, substr(author, 1, 200), after_seq, substr(data, 1, 4096) FROM events WHERE kind = 'steer'
    ORDER BY number LIMIT 1000
"""


def read_wishes(connection: Connection) -> WishBook:
    """Return what people have asked of the run's tickets; of a seed that was sown its text is not read."""
    rows = connection.exec_driver_sql(_WISHES).all()
    seed = connection.exec_driver_sql("SELECT seed FROM run").scalar() if rows else 0
    told = [(number, as_words(author), after, _wish(data)) for number, author, after, data in rows]
    return WishBook(int(seed or 0), told)


def _wish(data: str) -> dict[str, JSON]:
    # A long one is a seed with its files, and is cut: what it is called is not known then.
    return as_mapping(data) or {"do": "seed", "words": ""}


def read_commits(connection: Connection, seqs: Sequence[int], wishes: WishBook | None = None) -> list[dict[str, JSON]]:
    """Return the words of at most `MOST` commits, in the order of `seq`; with what each heeded of some wishes."""
    wanted = sorted(set(seqs))[:MOST]
    if not wanted:
        return []
    sql = _COMMITS.format(marks=", ".join("?" * len(wanted)))
    return [_describe(row, wishes) for row in connection.exec_driver_sql(sql, tuple(wanted))]


def _describe(row: Sequence[Any], wishes: WishBook | None) -> dict[str, JSON]:
    seq, ticket, operator, outcome, program, island, summary, detail, status, objective, feedback = row[:11]
    after, llm, parent = row[11:]
    issued = IssuedTicket(number=ticket, after_seq=after, operator=operator, llm=llm or "", parent=parent or "")
    heeded = wishes.heeded(issued) if wishes else ()
    return {
        "seq": seq,
        "ticket": ticket,
        "operator": as_words(operator),
        "outcome": outcome,
        "program": program,
        "island": island,
        "summary": as_words(summary),
        "detail": as_words(detail),
        "status": status,
        "objective": as_number(objective),
        "feedback": as_words(feedback),
        **({"wishes": [{**asdict(each)} for each in heeded]} if heeded else {}),
    }


def read_program(connection: Connection, prefix: str, wishes: WishBook | None = None) -> dict[str, JSON] | None:
    """Return a program with all that came of it, by the beginning of its id; None for none.

    Keys: those of `read_commits` and id, llm, at, tickets, language, files, parents, inspirations ({program, seq}),
    children (seqs), placements, retests, evaluation (None, or with measures, metrics, flags, tier and stages).
    """
    first = connection.exec_driver_sql(_FIRST, (prefix, prefix + "g")).first() if prefix else None
    if first is None:
        return None
    seq, program = first
    llm, at, after = connection.exec_driver_sql(_COMMIT, (seq,)).one()
    near: dict[str, list[JSON]] = {"parent": [], "inspiration": []}
    for role, other, brought in connection.exec_driver_sql(_EDGES, (seq,)):
        near.setdefault(role, []).append({"program": other, "seq": brought})
    return {
        **read_commits(connection, [seq], wishes)[0],
        "id": str(program)[:_ID_DIGITS],
        "llm": llm,
        "at": at,
        "after_seq": after,
        "tickets": [ticket for (ticket,) in connection.exec_driver_sql(_TICKETS, (program,))],
        **_read_files(connection, program),
        "parents": near["parent"],
        "inspirations": near["inspiration"],
        "children": [child for (child,) in connection.exec_driver_sql(_CHILDREN, (program,))],
        "placements": [_place(row) for row in connection.exec_driver_sql(_PLACES, (seq, program))],
        "retests": [as_number(value) for _, value in connection.exec_driver_sql(_RETESTS, (program,))],
        "evaluation": _read_evaluation(connection, program),
    }


def _read_files(connection: Connection, program: str) -> dict[str, JSON]:
    row = connection.exec_driver_sql(_FILES, (program,)).first()
    if row is None:
        return {"language": "", "files": {}}
    found = as_mapping(unpack_bounded(row[1]))
    files = {name: as_text(str(text)) for name, text in list(found.items())[:_FILES_MOST]}
    return {"language": str(row[0])[:40], "files": {**files}}


def _read_evaluation(connection: Connection, program: str) -> dict[str, JSON] | None:
    row = connection.exec_driver_sql(_EVALUATION, (program,)).first()
    if row is None:
        return None
    status, objective, measures, metrics, feedback, tier, flags = row
    return {
        "status": status,
        "objective": as_number(objective),
        "measures": {**as_numbers(measures)},
        "metrics": {**as_numbers(metrics)},
        "feedback": as_words(feedback),
        "tier": tier,
        "flags": as_list(flags),
        "stages": [
            {
                **dict(zip(("stage", "status", "seconds", "cpu_seconds", "max_rss_mb"), each[:5], strict=True)),
                "cached": bool(each[5]),
                "detail": as_words(each[6]),
            }
            for each in connection.exec_driver_sql(_STAGES, (program,))
        ],
    }


def _place(row: Iterable[Any]) -> dict[str, JSON]:
    seq, source, island, cell, status, displaced, delta = row
    return {
        "seq": seq,
        "source": source,
        "island": island,
        "cell": as_list(cell),
        "status": status,
        "displaced": displaced,
        "delta": as_number(delta),
    }


def read_answer(connection: Connection, ticket: int) -> dict[str, JSON] | None:
    """Return a ticket's last answer with its prompt, each text cut; None where no model was asked."""
    row = connection.exec_driver_sql(_ANSWER, (str(ticket), FOLLOW_UP)).first()
    if row is None:
        return None
    texts = [part for part in as_list(unpack_bounded(row[0])) if isinstance(part, str)]
    system, user = "".join(texts[:1]), "\n\n".join(texts[1:])
    names = ("finish", "model", "llm", "prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens")
    return {
        "system": as_text(system),
        "user": as_text(user),
        "text": as_text(unpack_bounded(row[1])),
        **dict(zip(names, row[2:9], strict=True)),
        "cost_usd": row[9],
        "detail": as_words(row[10]),
        "thoughts": as_text(unpack_bounded(row[11])) if row[11] else None,
    }
