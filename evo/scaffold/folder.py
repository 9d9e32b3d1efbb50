"""Questions as folders: written once under the hash of what they say, so that the same question is the same problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.canonical import canonical, fingerprint
from evo.scaffold.draft import files_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evo.scaffold.draft import Draft

ASKED = ".asked"
"""The folder beside the runs in which the problems lie that nobody has written by hand; hidden, as it holds no runs."""
_DIGITS = 8


def keep_draft(question: Draft, runs_dir: Path) -> Path:
    """Return the folder of a question, which is written if it is not there yet.

    Args:
        question: what is asked.
        runs_dir: where runs lie.
    """
    files = {path: text for path, text in files_of(question).items() if path != "run.yaml"}
    digest = fingerprint(canonical(dict(files)))[:_DIGITS]
    folder = runs_dir / ASKED / digest / question.name
    if not (folder / "problem.yaml").is_file():
        write_files(folder, files_of(question))
    return folder


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder, `problem.yaml` last: with it the folder is a problem."""
    for path in sorted(files, key=lambda path: path == "problem.yaml"):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files[path], encoding="utf-8")
