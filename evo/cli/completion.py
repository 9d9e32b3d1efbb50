"""What a shell may write after the words that are there already: runs, programs, problems, configs.

A shell asks at every press of a key, so nothing heavy is loaded here. Nothing is written and nothing is said but names.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer reads the annotations

from evo.cli.exit_codes import FAILED, OK
from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping

    from evo.config.resources import Kind

_ASKED = "_EVO_COMPLETE"
"""Set by a shell that wants to know how the words on its line may go on."""

_BREAKS = re.compile(r"[:@=]+")
_LAST_BREAK = re.compile(r"^.*[:@=]")


def is_asked() -> bool:
    """Tell whether a shell asks, rather than a person."""
    return bool(os.environ.get(_ASKED))


def answer_shell(app: Callable[[], object]) -> int:
    """Let the command line complete itself, and hand its answers to the shell in the form that this shell can use.

    Returns:
        The exit code. Nobody wants a message in the middle of the line that is being typed.
    """
    there = mend_words()
    said = StringIO()
    try:
        with redirect_stdout(said):
            app()
    except EvoError:
        return FAILED
    finally:
        sys.stdout.write("".join(f"{line.removeprefix(there)}\n" for line in said.getvalue().split()))
    return OK


def complete_run(context: typer.Context, incomplete: str) -> list[str]:
    """Complete RUN."""
    from evo.store.reading import prefixes

    return [*keep_beginning(["@last"], incomplete), *prefixes.run_names(_find_runs_dir(context), incomplete)]


def complete_address(context: typer.Context, incomplete: str) -> list[str]:
    """Complete `[RUN:]PROGRAM`."""
    from evo.store.reading import prefixes

    run, colon, program = incomplete.rpartition(":")
    found = [
        *keep_beginning(["@best", "@seed"], program),
        *prefixes.program_ids(_find_runs_dir(context), run, program),
    ]
    return [f"{run}{colon}{name}" for name in found]


def complete_problem(incomplete: str) -> list[str]:
    """Complete a problem or an instance of one."""
    name, slash, instance = incomplete.partition("/")
    if not slash:
        return keep_beginning(_list_known("problems"), incomplete)
    return [f"{name}/{each}" for each in keep_beginning(_read_instances(name), instance)]


def complete_config(incomplete: str) -> list[str]:
    """Complete the name of a config; a shell completes files by itself where there is no such name."""
    return keep_beginning(_list_known("configs"), incomplete)


def complete_runnable(incomplete: str) -> list[str]:
    """Complete what `evo run` takes by name."""
    return [*complete_problem(incomplete), *complete_config(incomplete)]


def complete_checkable(incomplete: str) -> list[str]:
    """Complete what `evo check` takes by name."""
    named = keep_beginning([*_list_known("configs"), *_list_known("pipelines")], incomplete)
    return [*complete_problem(incomplete), *named]


def complete_operator(context: typer.Context, incomplete: str) -> list[str]:
    """Complete an operator of the run that is named."""
    from evo.store.reading import prefixes

    return prefixes.operators(_find_runs_dir(context), _find_run(context), incomplete)


def complete_role(context: typer.Context, incomplete: str) -> list[str]:
    """Complete a role of the run that is named."""
    from evo.store.reading import prefixes

    return prefixes.models(_find_runs_dir(context), _find_run(context), incomplete)


def complete_outcome(incomplete: str) -> list[str]:
    """Complete an outcome, in the case that was begun."""
    from evo.records import Outcome

    lower = incomplete.islower()
    return keep_beginning((str(each).lower() if lower else str(each) for each in Outcome), incomplete)


def complete_split(incomplete: str) -> list[str]:
    """Complete a split of a problem."""
    from evo.assemble.splits import Split

    return keep_beginning(map(str, Split), incomplete)


def mend_words(environment: MutableMapping[str, str] = os.environ) -> str:
    """Put together what bash took apart, and return what its answers have to begin after.

    Bash breaks words at `:`, `@` and `=` before it asks, so that `a1:@best` comes as four words, and it puts an answer
    after the last of these marks.

    Args:
        environment: with COMP_WORDS, one word a line, and COMP_CWORD, the number of the last one; both are mended.

    Returns:
        The part of the last word that stands already; "" for other shells.
    """
    words = environment.get("COMP_WORDS", "").split("\n")
    if environment.get(_ASKED) != "complete_bash" or not environment.get("COMP_CWORD", "").isdigit():
        return ""
    last = int(environment["COMP_CWORD"])
    words += [""] * (last + 1 - len(words))
    mended: list[str] = []
    glued = False
    for word in words[: last + 1]:
        mark = _BREAKS.fullmatch(word) is not None
        if mended and (glued or (mark and not word.startswith("@"))):
            mended[-1] += word
        else:
            mended.append(word)
        glued = mark
    environment["COMP_WORDS"] = "\n".join(mended)
    environment["COMP_CWORD"] = str(len(mended) - 1)
    there = _LAST_BREAK.match(mended[-1])
    return there[0] if there else ""


def keep_beginning(names: Iterable[str], incomplete: str) -> list[str]:
    """Return those names that begin as the word does that is being typed."""
    return [name for name in names if name.startswith(incomplete)]


def _list_known(kind: Kind) -> list[str]:
    from evo.config.resources import known

    return known(kind)


def _read_instances(problem: str) -> list[str]:
    """Return a problem's instances, read from the lines of its file: a YAML library would take longer than all else."""
    from evo.config.resources import resolve

    try:
        text = (resolve("problems", problem) / "problem.yaml").read_text(encoding="utf-8", errors="replace")
    except (EvoError, OSError):
        return []
    block = re.search(r"^instances:[^\n]*\n((?:[ #][^\n]*\n|\n)*)", text, re.MULTILINE)
    return re.findall(r"^  [\"']?([\w.-]+)[\"']?:", block[1], re.MULTILINE) if block else []


def _find_runs_dir(context: typer.Context) -> Path:
    return Path(str(context.params.get("runs_dir") or os.environ.get("EVO_RUNS") or "runs"))


def _find_run(context: typer.Context) -> str:
    return str(context.params.get("run") or "")
