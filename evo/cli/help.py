"""`evo help`: the documentation that came with this version, page by page, on the terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.cli.options import RUNS, RunsDir

if TYPE_CHECKING:
    from pathlib import Path

_CLI = "cli"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def _complete_topic(incomplete: str) -> list[str]:
    return completion.keep_beginning([*_pages(), *_verbs()], incomplete)


def help(  # noqa: A001 - the verb's name
    topic: Annotated[
        str,
        typer.Argument(
            metavar="[TOPIC]",
            help="A page (configs, problems, faq...) or a verb.",
            show_default=False,
            autocompletion=_complete_topic,
        ),
    ] = "",
    *,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Print a page of the documentation that came with this version; without a topic, list the pages."""
    from evo.cli.streams import write_lines
    from evo.errors import NotFoundError, nearest

    del runs_dir  # every verb takes it
    pages, verbs = _pages(), _verbs()
    if not topic:
        write_lines([*(f"  {name:<12} {_title(path)}" for name, path in pages.items()), "", _EPILOGUE])
    elif topic in pages:
        write_lines(pages[topic].read_text(encoding="utf-8").splitlines())
    elif topic in verbs:
        write_lines(verbs[topic].splitlines())
    else:
        known = [*pages, *verbs]
        raise NotFoundError(f"help {topic!r} not found{nearest(topic, known) or '; `evo help` lists the topics'}")


_EPILOGUE = "evo help PAGE prints one, evo help VERB what docs/cli.md says about a verb, evo VERB --help its options."


def _pages() -> dict[str, Path]:
    from evo.config.resources import documents

    return {path.stem.lower(): path for path in documents()}


def _title(path: Path) -> str:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("# ")


def _verbs() -> dict[str, str]:
    """Return what the page of verbs says about each."""
    text = _pages()[_CLI].read_text(encoding="utf-8")
    starts = [*_HEADING.finditer(text)]
    ends = [*(each.start() for each in starts[1:]), len(text)]
    return {start[1]: text[start.start() : end].strip() for start, end in zip(starts, ends, strict=True)}
