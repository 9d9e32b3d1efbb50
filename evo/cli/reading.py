"""What the reading verbs do: open, find, draw or emit."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from evo.cli import fronts
from evo.cli.filters import CommitFilter
from evo.cli.streams import emit, note, write
from evo.errors import DamagedError, NotFoundError
from evo.render import program as pages
from evo.render import story, tables
from evo.render.console import show as draw
from evo.render.graphs import Notation, graph
from evo.render.lineage import Drawing, Steps, tactic_of
from evo.store.reading import address as addresses
from evo.store.reading.view import open_run

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from evo.canonical import JSON
    from evo.records import Commit, Program
    from evo.render.lineage import LineageStep
    from evo.store.reading.view import RunView


@contextmanager
def _opened(runs_dir: Path, name: str) -> Generator[RunView]:
    with open_run(addresses.find_run(runs_dir, name, note=note)) as view:
        yield view


def status(runs_dir: Path, run: str, *, as_json: bool) -> None:
    """`evo status`."""
    with _opened(runs_dir, run) as view:
        data = view.status()
    if as_json:
        emit(data)
    else:
        draw(tables.status(data))


def top(runs_dir: Path, run: str, count: int, wanted: CommitFilter, *, pareto: bool, as_json: bool) -> None:
    """`evo top`; the island of a filter is one that holds the elite now, wherever it was born."""
    with _opened(runs_dir, run) as view:
        unknown, rows = wanted.told(view), _ranked(view, sys.maxsize if pareto else count, wanted)
        rows = fronts.undominated(view, rows)[:count] if pareto else rows
    if as_json:
        emit(rows)
    elif rows:
        draw(tables.top(rows))
    else:
        note(unknown or ("No elite yet: no program is VALID." if wanted == CommitFilter() else "No elite like that."))


def _ranked(view: RunView, count: int, wanted: CommitFilter) -> list[dict[str, JSON]]:
    islands: dict[str, list[JSON]] = {}
    for holding in view.holdings():
        islands.setdefault(holding.elite.program, []).append(holding.island)
    rows: list[dict[str, JSON]] = []
    born, begins = wanted.unborn(), wanted.begins()
    for elite in view.top(count if wanted == CommitFilter() else len(islands)):
        if wanted.island is not None and wanted.island not in islands[elite.program]:
            continue
        commit = view.commit_of(elite.program)
        if commit and not born.takes(commit, begins):
            continue
        rows.append(
            {
                "rank": len(rows) + 1,
                "program": elite.program,
                "objective": elite.objective,
                "ticket": commit.ticket if commit else None,
                "operator": commit.proposal.operator if commit else "",
                "islands": islands[elite.program],
                "cell": list(elite.cell),
                "measures": dict(elite.measures),
            }
        )
        if len(rows) == count:
            break
    return rows


def best(runs_dir: Path, run: str, *, as_json: bool) -> None:
    """`evo best`."""
    with _opened(runs_dir, run) as view:
        program, commit = _found(view, addresses.BEST)
    objective = commit.evaluation.objective if commit.evaluation else None
    if as_json:
        emit({"program": program.id, "objective": objective, "ticket": commit.ticket, "files": dict(program.files)})
    else:
        write(program.text)


def show(runs_dir: Path, address: str, wanted: Sequence[str], *, as_json: bool) -> None:
    """`evo show`; `wanted` names texts to print instead of the page: code, prompt, answer."""
    place = addresses.parse(address)
    with _opened(runs_dir, place.run) as view:
        program, commit = _found(view, place.program)
        answer = view.answer(commit)
        known = {*commit.proposal.parents, *commit.proposal.inspirations}
        evaluations = {each: view.evaluation(each) for each in known}
        data = pages.data(
            program,
            commit,
            objectives={each: found.objective for each, found in evaluations.items() if found},
            tickets=view.tickets_of(program.id),
            answer=answer,
            tactic=tactic_of(view, commit),
            retests=view.retests(program.id),
        )
        unit = view.header.unit
    texts = {"code": program.text}
    if answer:
        prompt, completion = answer
        texts |= {"prompt": f"{prompt.system}\n\n{prompt.user}", "answer": completion.text}
    missing = [name for name in wanted if name not in texts]
    if missing:
        raise NotFoundError(
            f"ticket {commit.ticket} is a {commit.proposal.operator}: no model was asked, no {missing[0]}"
        )
    if as_json:
        emit({**data, **{name: texts[name] for name in wanted}})
    elif wanted:
        write("\n".join(texts[name].rstrip("\n") + "\n" for name in wanted))
    else:
        draw(pages.page(data, unit))


def _found(view: RunView, name: str) -> tuple[Program, Commit]:
    program_id = addresses.find_program(view, name)
    program, commit = view.program(program_id), view.commit_of(program_id)
    if program is None or commit is None:
        raise DamagedError(f"{view.folder}: program {program_id} is named by the log but is not in the database")
    return program, commit


def lineage(runs_dir: Path, address: str, wanted: CommitFilter, *, why: bool, descendants: bool, form: str) -> None:
    """`evo lineage`; `form` is "" for a drawing, "json", or the notation of a graph."""
    place = addresses.parse(address)
    with _opened(runs_dir, place.run) as view:
        program_id = addresses.find_program(view, place.program)
        steps = Steps(view)
        unknown = wanted.told(view)
        walked = _walked(view, steps, program_id, wanted, descendants=descendants)
        if form == "json":
            emit([{**step.data(), **({"diff": story.step_diff(view, step)} if why else {})} for step in walked])
        elif form:
            write(graph(walked, Notation(form)))
        elif descendants:
            draw(Drawing(branches=steps.descent(program_id, {step.program for step in walked}), why=why))
            if not {step.program for step in walked} - {program_id}:
                note(unknown or f"Nothing{'' if wanted == CommitFilter() else ' like that'} was made from it.")
        else:
            draw(Drawing(branches=steps.ancestry(program_id, inspirations=why), why=why))
            if why:
                draw(story.Story(told=story.chapters(view, steps.line(program_id)), run=view.header.id))


def _walked(
    view: RunView, steps: Steps, program_id: str, wanted: CommitFilter, *, descendants: bool
) -> list[LineageStep]:
    """Return the ancestors, or those descendants that a filter means with all that leads to them."""
    if not descendants:
        return steps.ancestors(program_id)
    found = steps.descendants(program_id)
    if wanted == CommitFilter():
        return found
    begins = wanted.begins()

    def meant(step: LineageStep) -> bool:
        commit = view.commit(step.ticket)
        return step.program == program_id or (commit is not None and wanted.takes(commit, begins))

    return steps.leading_to(found, meant)
