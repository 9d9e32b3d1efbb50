"""Whole files in an answer: which of its code blocks is the program, and whether it is whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evo.edits.edit import Edit, Refusal, ReplaceEdit, RewriteEdit, first_summary, is_unified_diff
from evo.edits.elision import Gap, elided, fill
from evo.edits.excerpt import leaves_out, spliced
from evo.edits.hunks import looks_like_diff
from evo.edits.places import find_sure
from evo.edits.source import PYTHON, defines, outline
from evo.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.edits.fences import CodeBlock
    from evo.records import Program

_OTHER_TAGS = {
    *("text", "txt", "json", "yaml", "yml", "toml", "csv", "output", "out", "log", "markdown", "md", "plaintext"),
    *("bash", "sh", "shell", "console", "zsh", "powershell", "pycon", "traceback", "math", "latex", "mermaid"),
}
_TEST = re.compile(r"(?:.*/)?(?:tests?/.*|test_[^/]*|[^/]*_tests?\.\w+|conftest\.py)")
_OLD = re.compile(
    r"(?:search(?: for)?|find|replace this|old(?: code| version)?|before|original(?: code| version)?|"
    r"current(?: code| version)?|change this|from)",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"(?:replace(?:ment)?(?: with)?|with(?: this)?|new(?: code| version)?|after|updated(?: code| version)?|"
    r"to(?: this)?|becomes)",
    re.IGNORECASE,
)
_DECORATION = " \t#*_:>-`"
_STARTS_CODE = re.compile(r"(?:import|from|def|class|async def|@\w|#|\"\"\"|'''|[A-Za-z_]\w*[ \t]*(?::[^=]+)?=)")
_WRAPPER = re.compile(r"[ \t]*</?[a-z_]{1,20}>[ \t]*", re.IGNORECASE)
_ENDS_TRIED = 6


def parse_files(blocks: Sequence[CodeBlock], summary: str, base: Program | None, entry: str) -> Edit | Refusal | None:
    """Read the code blocks of an answer as whole files, those under a File line or the one that is the program.

    Args:
        blocks: none of them blank or a diff.
        summary: of the answer.
        base: the program before it; None where that is not known.
        entry: the name that is called.

    Returns:
        The edit; why the code that there is is no whole file; None where there is no code.
    """
    named = _named(blocks, base)
    if named:
        alone = len(named) == 1
        return _edit([_whole(block, path, base, entry, alone=alone) for path, block in named.items()], summary)
    programs = [block for block in blocks if block.tag not in _OTHER_TAGS]
    if not programs:
        return None
    if pairs := _pairs(programs, base):
        return Edit(summary=summary, blocks=pairs)
    if base is None or not entry or not any(defines(text, entry, base.language) for text in base.files.values()):
        largest = max(reversed(programs), key=lambda block: len(block.text))
        return _edit([_whole(largest, None, base, entry)], summary)
    # A program shown as it was is no new one, unless there is no other.
    known = {text.strip() for text in base.files.values()}
    fresh = [block for block in programs if block.text.strip() not in known] or programs
    defining = [block for block in fresh if defines(block.text, entry, base.language) or _leaves_lines_out(block, base)]
    parts = _parts(fresh, base, entry) if len(fresh) > 1 and not _any_whole(defining, base, entry) else None
    if isinstance(parts, RewriteEdit):
        return _edit([parts], summary)
    if defining:
        path = next(path for path, text in base.files.items() if defines(text, entry, base.language))
        return _edit([_whole(_last_whole(defining, base), path, base, entry)], summary)
    return _edit([_parts(fresh, base, entry)], summary)


def bare_program(lines: list[str], base: Program | None, entry: str) -> Edit | None:
    """Read a program without a fence: what parses, defines the entry, and is all of the answer but for prose around it.

    Returns:
        The edit, or None: then the answer is prose, or something that is not certain to be a program.
    """
    if base is None or not entry or base.language != PYTHON or len(base.files) != 1:
        return None
    path, before = next(iter(base.files.items()))
    while lines and (not lines[-1].strip() or _WRAPPER.fullmatch(lines[-1][:40])):
        lines = lines[:-1]
    starts = [k for k, line in enumerate(lines) if _STARTS_CODE.match(line)]
    for start in starts[:1] + [k for k in starts[1:] if k and not lines[k - 1].strip()][:2]:
        for end in _ends(lines, start):
            text = "\n".join(lines[start:end]).strip("\n")
            if outline(text) is None or not defines(text, entry, base.language):
                continue
            filled = fill(text, before, base.language)
            if isinstance(filled, Gap) or leaves_out(filled, before, entry, base.language):
                return None
            prose = [*enumerate(lines[:start]), *enumerate(lines[end:], end)]
            return Edit(
                summary=first_summary(list(prose)), blocks=(RewriteEdit(path=path, text=filled, line=start + 1),)
            )
    return None


def _ends(lines: list[str], start: int) -> list[int]:
    """Return where a program may end that prose follows: at the end, or before one of the last paragraphs."""
    blank = [k for k in range(start + 1, len(lines)) if not lines[k].strip()]
    return [len(lines), *reversed(blank[-_ENDS_TRIED:])]


def _named(blocks: Sequence[CodeBlock], base: Program | None) -> dict[str, CodeBlock]:
    """Return the blocks under a File line by path; of a program of one file, tests and notes beside it are left out."""
    named = {block.path: block for block in blocks if block.path}
    if base is None or len(base.files) != 1 or len(named) < 2:  # noqa: PLR2004 - there is something to choose from
        return named
    only = next(iter(base.files))
    suffix = only.rpartition(".")[2]
    kept = {
        path: block
        for path, block in named.items()
        if path == only or (not _TEST.fullmatch(path) and path.rpartition(".")[2] == suffix)
    }
    return kept or named


def _pairs(blocks: Sequence[CodeBlock], base: Program | None) -> tuple[ReplaceEdit, ...]:
    """Return the edits that code blocks under "Search" and "Replace", "Before" and "After" say; none if they do not."""
    if len(blocks) % 2 or not all(
        _OLD.fullmatch(one.label.strip(_DECORATION)) and _NEW.fullmatch(two.label.strip(_DECORATION))
        for one, two in zip(blocks[::2], blocks[1::2], strict=True)
    ):
        return ()
    pairs = tuple(
        ReplaceEdit(search=one.text, replace=two.text, line=one.line)
        for one, two in zip(blocks[::2], blocks[1::2], strict=True)
    )
    certain = all(one.label.lower().strip(_DECORATION).startswith(("search", "find")) for one in blocks[::2])
    texts = [text.split("\n")[:-1] for text in base.files.values()] if base else []
    there = all(sum(len(find_sure(lines, pair.search.split("\n")[:-1], [])) for lines in texts) == 1 for pair in pairs)
    return pairs if there or certain else ()


def _leaves_lines_out(block: CodeBlock, base: Program) -> bool:
    """Tell whether lines of a block stand for code of the program."""
    text = "\n".join(base.files.values())
    known = outline(text) if base.language == PYTHON else None
    return bool(elided(block.text.split("\n"), text, known.names if known else ()))


def _any_whole(blocks: Sequence[CodeBlock], base: Program, entry: str) -> bool:
    texts = base.files.values()
    return any(not leaves_out(block.text, text, entry, base.language) for block in blocks for text in texts)


def _last_whole(blocks: Sequence[CodeBlock], base: Program) -> CodeBlock:
    """Return the last block that is not much shorter than the longest, and leaves nothing out if any does not."""
    whole = [block for block in blocks if not _leaves_lines_out(block, base)] or blocks
    longest = max(len(block.text) for block in whole)
    return [block for block in whole if 2 * len(block.text) >= longest][-1]


def _whole(
    block: CodeBlock, path: str | None, base: Program | None, entry: str, *, alone: bool = True
) -> RewriteEdit | Refusal:
    """Return a block as a whole file: what it leaves out is put back, or it is refused."""
    text, before = block.text, _before(path, base, alone=alone)
    if before is not None and base is not None:
        filled = fill(text, before, base.language)
        if isinstance(filled, Gap):
            return _refused(block.line + filled.line + 1, f"{filled.words!r:.80} leaves code out")
        text = filled
        if lacking := leaves_out(text, before, entry, base.language):
            text = spliced(text, before, base.language) or ""
            if not text or leaves_out(text, before, entry, base.language):
                return _refused(block.line, f"the code block leaves code out: {lacking}")
    elif gaps := elided(text.split("\n"), ""):
        return _refused(block.line + gaps[0] + 1, f"{text.split(chr(10))[gaps[0]].strip()!r:.80} leaves code out")
    if is_unified_diff(text) or (looks_like_diff(text) and outline(text) is None):
        return _refused(block.line, "the code block is a diff under the name of a file")
    return RewriteEdit(path=path, text=text, line=block.line)


def _before(path: str | None, base: Program | None, *, alone: bool) -> str | None:
    """Return the file that a whole text is for, as it was; None for a new one, or where that is not known."""
    if base is None:
        return None
    if len(base.files) == 1 and alone:  # models invent names for it
        return next(iter(base.files.values()))
    return base.files.get(path) if path else None


def _parts(blocks: Sequence[CodeBlock], base: Program, entry: str) -> RewriteEdit | Refusal:
    """Return the program with what the blocks show of it in its place, where each shows parts that it has."""
    longest = max(blocks, key=lambda block: len(block.text))
    if len(base.files) == 1:
        path, text = next(iter(base.files.items()))
        for block in blocks:
            part = fill(block.text, text, base.language)
            put = None if isinstance(part, Gap) else spliced(part, text, base.language)
            if put is None:
                break
            text = put
        else:
            return RewriteEdit(path=path, text=text, line=longest.line)
    reason = f"the code block leaves code out: it does not define {entry}, which is what is called"
    return _refused(longest.line, reason)


def _edit(files: Sequence[RewriteEdit | Refusal], summary: str) -> Edit | Refusal:
    refused = next((file for file in files if isinstance(file, Refusal)), None)
    if refused:
        return refused
    return Edit(summary=summary, blocks=tuple(file for file in files if isinstance(file, RewriteEdit)))


def _refused(line: int, reason: str) -> Refusal:
    return Refusal(outcome=Outcome.UNPARSABLE, detail=f"line {line} of the answer: {reason}")
