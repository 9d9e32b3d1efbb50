"""What can be read beside runs: the documentation, and of every problem its brief and its contract."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, cast

from evo.config.problem import load_problem
from evo.config.problem_row import read_row
from evo.config.resources import documents, known, resolve
from evo.errors import EvoError, NotFoundError, nearest
from evo.propose.prompt.problem_contract import contract_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.canonical import JSON
    from evo.mcp.bench import Bench

SCHEME = "evo://"
_MARKDOWN, _JSON = "text/markdown", "application/json"
PARTS = {"brief": _MARKDOWN, "contract": _JSON}
"""What can be read of a problem, and as what kind of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageName:
    """A resource: its address, what it is called, and what kind of text it is."""

    uri: str
    title: str
    kind: str


def list_pages() -> list[PageName]:
    """Return every page of the documentation, and of every problem its brief and its contract."""
    return [*_documents(), *_problems()]


def _documents() -> Iterator[PageName]:
    for path in documents():
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        yield PageName(uri=f"{SCHEME}docs/{path.stem}", title=title, kind=_MARKDOWN)


def _problems() -> Iterator[PageName]:
    for name in known("problems"):
        for part, kind in PARTS.items():
            yield PageName(uri=f"{SCHEME}problems/{name}/{part}", title=f"The {part} of {name}", kind=kind)


def read_page(bench: Bench, uri: str) -> tuple[str | JSON, str]:
    """Return what stands at an address, and what kind of text it is; plain data for JSON.

    Raises:
        NotFoundError: nothing does.
    """
    parts = uri.removeprefix(SCHEME).split("/")
    if uri.startswith(SCHEME) and parts[0] == "docs" and len(parts) == 2:  # noqa: PLR2004
        return read_document(parts[1]), _MARKDOWN
    if uri.startswith(SCHEME) and parts[0] == "problems" and parts[-1] in PARTS:
        address = bench.problem("/".join(parts[1:-1]))
        return (load_problem(address).brief, _MARKDOWN) if parts[-1] == "brief" else (read_contract(address), _JSON)
    raise NotFoundError(
        f"{uri!r:.80}: nothing stands there; expected {SCHEME}docs/PAGE, {SCHEME}problems/NAME/brief or "
        f"{SCHEME}problems/NAME/INSTANCE/contract"
    )


def read_document(name: str) -> str:
    """Return a page of the documentation.

    Raises:
        NotFoundError: there is none of that name.
    """
    pages = {path.stem.lower(): path for path in documents()}
    if name.lower() not in pages:
        raise NotFoundError(f"page {name!r:.80} not found{nearest(name, pages)}; there are {', '.join(pages)}")
    return pages[name.lower()].read_text(encoding="utf-8")


def read_contract(address: str) -> dict[str, JSON]:
    """Return all that a prompt says of a problem, with the programs that a run of it begins with.

    Keys: those of `ProblemContract`, and `seeds` (name -> path -> text).
    """
    problem = load_problem(address)
    contract = contract_of(problem)
    said = {each.name: getattr(contract, each.name) for each in fields(contract)}
    said["seeds"] = {name: program.files for name, program in problem.seeds}
    return cast("dict[str, JSON]", json.loads(json.dumps(said, default=dict)))


def read_problems() -> list[JSON]:
    """Return a row about every problem that can be named; one whose file is wrong says why in `error`."""
    return [_row(name) for name in known("problems")]


def _row(name: str) -> dict[str, JSON]:
    try:
        row = read_row(resolve("problems", name))
    except EvoError as error:
        return {"name": name, "error": str(error)}
    return {key: row[key] for key in ("name", "summary", "objective", "program", "measures")} | {
        "instances": [each["name"] for each in row["instances"] if each["name"]]
    }
