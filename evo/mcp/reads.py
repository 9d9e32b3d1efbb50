"""The tools that read: a call changes nothing and executes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.config.problem import load_problem
from evo.edits import Edit, Refusal, RewriteEdit, apply, parse
from evo.errors import UsageError
from evo.mcp.bench import bounded
from evo.mcp.failures import read_failures
from evo.mcp.pages import list_pages, read_contract, read_document, read_problems
from evo.mcp.policy import Permit
from evo.mcp.tool import Argument, McpTool
from evo.records import Outcome, files_flaw
from evo.render import changes, elites, program, story
from evo.render.lineage import Steps
from evo.stats.wish_effect import read_effects
from evo.store.reading.address import BEST, LAST, find_program, read_program
from evo.store.reading.commit_filter import CommitFilter
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.mcp.bench import Bench
    from evo.mcp.tool import Given

RUN = Argument(meaning="the beginning of a run's id, or @last", default=LAST)
ADDRESS = Argument(
    meaning="[RUN:]PROGRAM; PROGRAM is the beginning of an id, @best, @seed or tN, the program of ticket N",
    default=BEST,
)
PROBLEM = Argument(meaning="NAME or NAME/INSTANCE, as the tool problems lists them", needed=True)
_ISLAND = Argument(meaning="this island alone", kind="whole", least=0)


def runs(bench: Bench, given: Given) -> JSON:
    """Return a line about each run."""
    rows = [{name: value for name, value in row.items() if name != "spark"} for row in bench.shelf.rows()]
    wanted = [row for row in rows if not given["problem"] or given["problem"] == row.get("problem")]
    return bounded([*wanted], given["most"], "runs")


def status(bench: Bench, given: Given) -> JSON:
    """Return what `evo status --json` tells."""
    with bench.opened(given["run"]) as view:
        return {**view.status()}


def top(bench: Bench, given: Given) -> JSON:
    """Return what `evo top --json` tells."""
    wanted = CommitFilter(island=given["island"], operator=given["operator"])
    with bench.opened(given["run"]) as view:
        wanted.tell_unknown(view)
        return {"run": view.header.id, "elites": elites.rank_elites(view, given["count"], wanted)}


def show(bench: Bench, given: Given) -> JSON:
    """Return what `evo show --json` tells; prompt and answer where they are asked for."""
    with bench.opened_at(given["program"]) as (view, name):
        found, commit = read_program(view, name)
        asked = view.answer(commit)
        data = {"run": view.header.id, **program.gather_data(view, found, commit, asked)}
        if asked and given["prompt"]:
            data["prompt"] = "\n\n".join(text for _, text in asked[0].messages)
        if asked and given["answer"]:
            data["answer"] = asked[1].text
        return data


def lineage(bench: Bench, given: Given) -> JSON:
    """Return the steps that led to a program, or what was made from it."""
    with bench.opened_at(given["program"]) as (view, name):
        steps, program_id = Steps(view), find_program(view, name)
        if given["way"] == "line":
            walked = steps.line(program_id)[::-1]
        else:
            walked = steps.ancestors(program_id) if given["way"] == "ancestors" else steps.descendants(program_id)
        shown = walked[: given["most"]]
        rows: list[JSON] = [
            {**step.data(), **({"diff": story.step_diff(view, step)} if given["diffs"] else {})} for step in shown
        ]
        return {"run": view.header.id, "steps": rows, "count": len(walked)}


def diff(bench: Bench, given: Given) -> JSON:
    """Return what `evo diff --json` tells."""
    new = _side(bench, given["program"])
    old = _side(bench, given["against"]) if given["against"] else changes.parent_of(new)
    return changes.step_data(old, new, changes.unified(old.program, new.program))


def _side(bench: Bench, address: str) -> changes.Side:
    with bench.opened_at(address) as (view, name):
        return changes.side_of(view, find_program(view, name))


def failures(bench: Bench, given: Given) -> JSON:
    """Return what went wrong, by how often."""
    return read_failures(bench.folder(given["run"]), given["most"])


def archive(bench: Bench, given: Given) -> JSON:
    """Return what `evo map --json` tells."""
    wanted = CommitFilter(island=given["island"])
    with bench.opened(given["run"]) as view:
        wanted.tell_unknown(view)
        return elites.map_cells(view, wanted)


def events(bench: Bench, given: Given) -> JSON:
    """Return what was done to a run beside its tickets."""
    with bench.opened(given["run"]) as view:
        found: list[JSON] = [
            {
                "number": each.number,
                "kind": str(each.kind),
                "author": each.author,
                "after_seq": each.after_seq,
                "data": {**each.data},
                "at": each.at,
            }
            for each in view.events()
        ]
        return {"run": view.header.id, "events": found, "effects": [each.data() for each in read_effects(view)]}


def problems(bench: Bench, given: Given) -> JSON:
    """Return a row about every problem, or all that is said of one."""
    if given["name"]:
        return read_contract(bench.problem(given["name"]))
    return {"problems": read_problems()}


def docs(bench: Bench, given: Given) -> JSON:
    """Return a page of the documentation, or the list of them."""
    del bench
    if given["page"]:
        return {"page": given["page"], "text": read_document(given["page"])}
    return {"pages": [{"uri": each.uri, "title": each.title} for each in list_pages()]}


def check(bench: Bench, given: Given) -> JSON:
    """Return whether a program, or an answer, would be taken for a problem, and what it changes."""
    problem = load_problem(bench.problem(given["problem"]))
    base = problem.seeds[0][1] if not given["against"] else _side(bench, given["against"]).program
    if (given["program"] is None) == (given["answer"] is None):
        raise UsageError("check: expected one of program and answer")
    read = parse(sanitise(given["answer"]), base=base, entry=problem.spec.program.entry) if given["answer"] else None
    edit = Edit(summary="", blocks=_blocks(given["program"])) if read is None else read
    made = apply(base, edit, editable=problem.editable) if isinstance(edit, Edit) else edit
    if isinstance(made, Refusal):
        return {"taken": False, "outcome": str(made.outcome), "detail": made.detail}
    return {
        "taken": True,
        "outcome": str(Outcome.PROPOSED),
        "program": made.id,
        "files": {**made.files},
        "diff": changes.unified(base, made),
    }


def program_files(value: str | Mapping[str, object], only: str) -> dict[str, str]:
    """Return a program as it was given, as texts by their paths.

    Args:
        value: the text of the only file, or texts by their paths.
        only: the path of the only file.

    Raises:
        UsageError: paths or texts that no program can have.
    """
    told = {only: value} if isinstance(value, str) else value
    if not told or not all(isinstance(text, str) for text in told.values()):
        raise UsageError("program: expected the text of the only file, or an object of texts by their paths")
    files = {path: sanitise(str(text)) for path, text in told.items()}
    if flaw := files_flaw(files):
        raise UsageError(f"program: {flaw}")
    return files


def _blocks(value: str | Mapping[str, object]) -> tuple[RewriteEdit, ...]:
    if isinstance(value, str):
        return (RewriteEdit(path=None, text=sanitise(value)),)
    return tuple(RewriteEdit(path=path, text=text) for path, text in program_files(value, "").items())


def _most(most: int, default: int) -> Argument:
    return Argument(meaning="how many, at most", kind="whole", default=default, least=1, most=most)


READS = (
    McpTool(
        name="runs",
        permit=Permit.READ,
        says="List the runs, newest first: problem, state, commits, best, cost.",
        takes={"problem": Argument(meaning="of this problem alone", default=""), "most": _most(500, 20)},
        does=runs,
    ),
    McpTool(
        name="status",
        permit=Permit.READ,
        says="Say how a run stands: state, best, outcomes, archive, spend, events.",
        takes={"run": RUN},
        does=status,
    ),
    McpTool(
        name="top",
        permit=Permit.READ,
        says="List the best elites of a run's archive with score, cell, operator and islands.",
        takes={
            "run": RUN,
            "count": _most(1000, 10),
            "island": _ISLAND,
            "operator": Argument(meaning="made by this operator alone", default=""),
        },
        does=top,
    ),
    McpTool(
        name="show",
        permit=Permit.READ,
        says="Tell everything about one program: its files, score, stages, feedback, parents, where it landed.",
        takes={
            "program": ADDRESS,
            "prompt": Argument(meaning="what the model was asked, too", kind="flag", default=False),
            "answer": Argument(meaning="what the model said, too", kind="flag", default=False),
        },
        does=show,
    ),
    McpTool(
        name="lineage",
        permit=Permit.READ,
        says="Tell how a program came to be, newest step first, or what was made from it; with diffs if asked.",
        takes={
            "program": ADDRESS,
            "way": Argument(
                meaning="first parents alone, all ancestors, or descendants",
                default="line",
                among=("line", "ancestors", "descendants"),
            ),
            "diffs": Argument(meaning="what each step changed in its first parent", kind="flag", default=False),
            "most": _most(500, 50),
        },
        does=lineage,
    ),
    McpTool(
        name="diff",
        permit=Permit.READ,
        says="Show what changed from a program's first parent to it, or from another program to it.",
        takes={"program": ADDRESS, "against": Argument(meaning="another program's address", default="")},
        does=diff,
    ),
    McpTool(
        name="failures",
        permit=Permit.READ,
        says="Tell what went wrong in a run: each way of failing with its count and the newest examples.",
        takes={"run": RUN, "most": _most(50, 3)},
        does=failures,
    ),
    McpTool(
        name="map",
        permit=Permit.READ,
        says="Tell what the archive of each island holds: axes, cells, programs, scores, measures.",
        takes={"run": RUN, "island": _ISLAND},
        does=archive,
    ),
    McpTool(
        name="events",
        permit=Permit.READ,
        says="List what was done to a run beside its tickets: hints, pins, amendments, remarks; and what hints did.",
        takes={"run": RUN},
        does=events,
    ),
    McpTool(
        name="problems",
        permit=Permit.READ,
        says="List the problems that can be named here; with a name, its brief, contract and first programs.",
        takes={"name": Argument(meaning="NAME or NAME/INSTANCE", default="")},
        does=problems,
    ),
    McpTool(
        name="docs",
        permit=Permit.READ,
        says="Read a page of the documentation; without a page, list them.",
        takes={"page": Argument(meaning="for example cli, wheel, problems, faq", default="")},
        does=docs,
    ),
    McpTool(
        name="check",
        permit=Permit.READ,
        says="Say whether a program, or an answer in blocks, would be taken for a problem, and its diff; runs nothing.",
        takes={
            "problem": PROBLEM,
            "program": Argument(meaning="the text of the only file, or texts by their paths", kind="files"),
            "answer": Argument(meaning="SEARCH/REPLACE blocks or whole files, as a model answers"),
            "against": Argument(meaning="the program that it changes, [RUN:]PROGRAM; the first seed else", default=""),
        },
        does=check,
    ),
)
"""Those that are always allowed."""
