"""Lines that stand for code left out ("# ... rest unchanged ..."), and that code, taken from the program changed.

Such a line is no program: run as it stands, it would lose what it stands for. Where the part that it names exists, that
part is put in its place; where it does not, or could be several, the answer leaves code out and is no program.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from evo.edits.source import PYTHON, Outline, outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LONGEST = 160
_MOST_GAPS = 32
_DOTS = r"(?:\.{3,}|…|\[(?:\.{3}|…)\])"
_OPENED, _CLOSED, _OUTER_DOTS = re.compile(_DOTS), re.compile(rf"{_DOTS}$"), re.compile(rf"^{_DOTS}\s*|\s*{_DOTS}$")
_LEADER = re.compile(r"[ \t]*(#+|//+|\{?/\*+|<!--|--+|;+|%+|\(\*|\{-|\[|<|\(|\"{3}|'{3}|REM\b|!|\*)?[ \t]*")
_CLOSER = re.compile(r"[ \t]*(?:\*+/\}?|-->|\*\)|-\}|\]|>|\)|\"{3}|'{3}|--+)?[ \t]*$")
_PARTS = (
    r"(?:code|files?|program|functions?|script|module|class(?:es)?|implementations?|methods?|imports?|body|logic|"
    r"helpers?|helper functions|definitions?|lines?|constants?|parts?|things?|stuff)"
)
_AS = r"as (?:before|is|above|in the (?:original|parent)(?: program)?)"
_STAYS = (
    rf"(?:unchanged|the same|same|same as (?:before|above)|{_AS}|not changed|untouched|identical|"
    r"omitted(?: for brevity)?|here|below|goes here|continues(?: here)?)"
)
_BE = r"(?:remains?|stays?|is|are|goes|kept|left|continues?)"
_REST = (
    r"(?:keep |and )?(?:all |(?:all )?of )?(?:the |your |my )?"
    r"(?:rest|remainder|remaining|other|existing|previous|original|unchanged|same)(?: of)?(?: the| your| this)?"
)
_PLAIN = re.compile(
    rf"{_REST}(?: \w+)?(?: {_PARTS})?(?: {_PARTS})?(?: {_BE})?(?: exactly)?(?: {_STAYS})*[.:!]?"
    rf"|(?:unchanged|no changes?(?: here)?|{_STAYS}|code (?:omitted|unchanged)|snip(?:ped)?)"
    rf"(?: from here(?: on)?)?[.:!]?"
    rf"|(?:everything|all|anything) else(?: {_BE})?(?: exactly)?(?: {_STAYS})+[.:!]?",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"\b(?:code|file|program|functions?|script|module|class(?:es)?|implementations?|methods?|imports?|unchanged|omitted|"
    r"untouched|snip\w*|as (?:before|is)|same as|everything else)\b",
    re.IGNORECASE,
)
"""What a comment without dots has to speak of: code, and not the rest of the points."""
_STAYING = re.compile(rf"(?P<names>[\w`.,()& ]{{1,80}}?)[ ,]+(?:{_BE} )?(?:exactly )?{_STAYS}[.:!]?", re.IGNORECASE)
_LOOSE = re.compile(
    r"\b(?:rest|remain\w*|existing|unchanged|same|before|above|previous|omitted|others?|as is|original|keep|kept|"
    r"snip\w*|skip\w*|code|elided|truncated|etc|continues?|here)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"`(\w+)(?:\(\))?`|\b([A-Za-z_]\w*)\(\)")
_WORD = re.compile(r"[A-Za-z_]\w*")
_WORDS = frozenset({"and", "the", "function", "functions", "class", "method", "methods", "helper", "helpers", "also"})

Span: TypeAlias = "tuple[int, int]"


@dataclass(frozen=True, slots=True)
class Gap:
    """Code left out that cannot be put back: the line of the text, from 0, and what it says."""

    line: int
    words: str


def is_elision(line: str, names: Iterable[str] = ()) -> bool:
    """Tell whether a line stands for code left out, in whichever language its comment is written.

    Args:
        line: of a program's text.
        names: what the program before it defines; a comment that these stay as they are counts too.
    """
    if len(line) > _LONGEST or not line.strip():
        return False
    leader = _LEADER.match(line)
    marked = bool(leader and leader[1])
    if not marked and "..." not in line and "…" not in line:
        return False  # as most lines of most programs
    words = _CLOSER.sub("", line[leader.end() if leader else 0 :])
    bare = _OUTER_DOTS.sub("", words).strip(" \t()[].,-_*…")
    opened, closed = _OPENED.match(words) is not None, _CLOSED.search(words) is not None
    if not bare:
        return marked and opened
    if opened and _LOOSE.search(bare):
        return True
    if (marked or closed) and _PLAIN.fullmatch(bare) and (closed or _SURE.search(bare)):
        return closed or len(bare.split()) > 1 or bare.lower() in {"unchanged", "snip", "omitted"}
    staying = _STAYING.fullmatch(bare) if marked else None
    said: set[str] = set(_WORD.findall(staying["names"])) - _WORDS if staying else set()
    return bool(said) and said <= set(names)


def is_dots(line: str) -> bool:
    """Tell whether a line is nothing but dots: code left out, or a body of Python that does nothing."""
    return line.strip() in {"...", "…", "[...]"}


def elided(lines: Sequence[str], base: str, names: Iterable[str] = ()) -> list[int]:
    """Return the lines that stand for code left out, but for those that the program itself has."""
    own = {line.strip() for line in base.split("\n")}
    names = frozenset(names)
    return [k for k, line in enumerate(lines) if line.strip() not in own and is_elision(line, names)]


def fill(text: str, base: str, language: str) -> str | Gap:
    """Return a whole text with what it leaves out put back, or the first line for which this cannot be done.

    Args:
        text: of a file in an answer.
        base: the file as it was.
        language: of both.
    """
    before = outline(base) if language == PYTHON else None
    lines = text.split("\n")
    gaps = elided(lines, base, before.names if before else ())
    if not gaps and "..." not in text and "…" not in text:
        return text
    if before is None:
        return _between_lines(lines, [*gaps, *(k for k, line in enumerate(lines) if is_dots(line))], base.split("\n"))
    if len(gaps) > _MOST_GAPS:
        return Gap(gaps[0], lines[gaps[0]].strip())
    stubbed = "\n".join(_stub(line) if k in set(gaps) else line for k, line in enumerate(lines))
    after = outline(stubbed)
    if after is None:
        return _between_lines(lines, gaps, base.split("\n")) if gaps else text
    unknown = (_unknown(lines[k], before) for k in gaps)
    if wrong := next((Gap(k, lines[k].strip()) for k, named in zip(gaps, unknown, strict=True) if named), None):
        return wrong
    try:
        return _Filler(after, before, frozenset(gaps)).text(lines)
    except RecursionError:
        return Gap(gaps[0], lines[gaps[0]].strip()) if gaps else text


def restore(lines: list[str], searched: list[str], base: str) -> list[str] | Gap:
    """Return the lines of a replacement with what they leave out of those that they replace put back."""
    gaps = elided(lines, base)
    if any(is_dots(line) for line in lines) and not any(is_dots(line) for line in base.split("\n")):
        gaps = sorted({*gaps, *(k for k, line in enumerate(lines) if is_dots(line) and not _is_body(lines, k))})
    filled = _between_lines(lines, gaps, searched) if gaps else None
    return lines if filled is None else filled if isinstance(filled, Gap) else filled.split("\n")


def _is_body(lines: list[str], index: int) -> bool:
    """Tell whether dots are all that a block of Python does."""
    above = next((line for line in reversed(lines[:index]) if line.strip()), "")
    below = next((line for line in lines[index + 1 :] if line.strip()), "")
    indent = len(lines[index]) - len(lines[index].lstrip())
    return above.rstrip().endswith(":") and (not below or len(below) - len(below.lstrip()) < indent)


def _stub(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] + "..."


def _unknown(line: str, base: Outline) -> bool:
    """Tell whether a line names a part that the program does not have."""
    said = {one or two for one, two in _NAMES.findall(line)}
    inner = {node.name for node in ast.walk(base.tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return bool(said - base.names - inner)


def _between_lines(lines: list[str], gaps: Sequence[int], base: list[str]) -> str | Gap:
    """Put back what stands in the base between the lines around each gap, where these are found once."""
    places: dict[str, list[int]] = {}
    for index, line in enumerate(base):
        places.setdefault(line.strip(), []).append(index)
    skipped = set(gaps)
    out: list[str] = []
    for index, line in enumerate(lines):
        if index not in skipped:
            out.append(line)
            continue
        if len(skipped) > _MOST_GAPS:
            return Gap(index, line.strip())
        above = next((k for k in range(index - 1, -1, -1) if lines[k].strip()), None)
        below = next((k for k in range(index + 1, len(lines)) if lines[k].strip()), None)
        first = _found(places, lines, above, -1)
        last = _found(places, lines, below, len(base))
        if first is None or last is None or first >= last:
            return Gap(index, line.strip())
        out += base[first + 1 : last]
    return "\n".join(out)


def _found(places: dict[str, list[int]], lines: list[str], index: int | None, end: int) -> int | None:
    if index is None:
        return end
    found = places.get(lines[index].strip(), [])
    return found[0] if len(found) == 1 else None


Body: TypeAlias = "Sequence[ast.stmt]"


class _Filler:
    """Puts back what a Python text leaves out, scope by scope.

    Args:
        after: the text, with dots in place of the lines that stand for code.
        before: the program.
        gaps: these lines, from 0.
    """

    def __init__(self, after: Outline, before: Outline, gaps: frozenset[int]) -> None:
        self._after, self._before, self._gaps = after, before, gaps
        self._puts: dict[int, tuple[int, list[str]]] = {}  # first line -> end, what stands there instead
        self._left = set(gaps)
        self._wrong: int | None = None

    def text(self, lines: list[str]) -> str | Gap:
        """Return the text's lines with everything put back, or the first gap that cannot be filled."""
        self._scope(self._after.tree.body, self._before.tree.body, top=True)
        # What is no statement (a line within brackets) or stands where no name leads to cannot be put back.
        if self._wrong is None and self._left:
            self._wrong = min(self._left)
        if self._wrong is not None:
            return Gap(self._wrong, lines[self._wrong].strip())
        out: list[str] = []
        index = 0
        while index < len(lines):
            if index in self._puts:
                index, put = self._puts[index]
                out += put
            else:
                out.append(lines[index])
                index += 1
        return "\n".join(out)

    def _scope(self, body: Body, base: Body | None, *, top: bool = False, holds: bool = True) -> None:
        """Fill a body from that of the same name; `holds`: it is a module's or a class's, whose parts have names."""
        dots = [node for node in body if _is_dots(node)]
        lazy = [node for node in body if not _is_dots(node) and not isinstance(node, ast.Pass) and not _is_text(node)]
        if dots and (lazy or top or (base is not None and any(not _does_nothing(node) for node in base))):
            self._fill(body, dots, base, holds=holds, alone=not lazy)
        elif any(node.lineno - 1 in self._gaps for node in dots):
            self._fail(dots[0])
        for node in body:
            same = next((each for each in base or () if _name(each) and _name(each) == _name(node)), None)
            if inner := _body(node, "body"):
                self._scope(inner, _body(same, "body") or None, holds=isinstance(node, ast.ClassDef))
            if other := _body(node, "orelse"):
                self._scope(other, None, holds=False)

    def _fill(self, body: Body, dots: Sequence[ast.stmt], base: Body | None, *, holds: bool, alone: bool) -> None:
        if base is None:
            self._fail(dots[0])
        elif alone:
            kept = [node for node in base if not (_is_text(node) and any(_is_text(each) for each in body))]
            idle = [node for node in body if _does_nothing(node) and not _is_text(node)]
            self._put(idle[0], self._lines_of(kept), idle[-1])
        elif holds:
            self._fill_names(body, dots, base)
        else:
            self._fill_lines(body, dots, base)

    def _fill_names(self, body: Body, dots: Sequence[ast.stmt], base: Body) -> None:
        """Give each gap the statements that the body does not have: those that come before what follows the gap."""
        there = {name for node in body for name in _names(node)}
        texts = {ast.unparse(node) for node in body if not _names(node)}
        left = [
            k
            for k, node in enumerate(base)
            if not (_names(node) <= there if _names(node) else ast.unparse(node) in texts)
        ]
        for gap in dots:
            later = body[body.index(gap) + 1 :]
            names = {name for node in later for name in _names(node)}
            until = next((k for k, node in enumerate(base) if _names(node) & names), len(base))
            last = gap is dots[-1]
            taken = [k for k in left if k < until or last]
            left = [k for k in left if k not in taken]
            self._put(gap, self._lines_of([base[k] for k in taken]))

    def _fill_lines(self, body: Body, dots: Sequence[ast.stmt], base: Body) -> None:
        """Give each gap the lines between those around it, where these are the function's once."""
        for gap in dots:
            index = body.index(gap)
            above = self._same(body[index - 1], base) if index else -1
            below = self._same(body[index + 1], base) if index + 1 < len(body) else len(base)
            if above is None or below is None or above >= below:
                self._fail(gap)
            else:
                self._put(gap, self._lines_of(base[above + 1 : below]))

    def _same(self, node: ast.stmt, base: Body) -> int | None:
        text = ast.unparse(node)
        found = [k for k, each in enumerate(base) if ast.unparse(each) == text]
        return found[0] if len(found) == 1 else None

    def _lines_of(self, nodes: Sequence[ast.stmt]) -> list[str]:
        out: list[str] = []
        for node in nodes:
            first, end = _span(node)
            while first and self._before.lines[first - 1].lstrip().startswith("#"):
                first -= 1
            blank = first
            while out and blank and not self._before.lines[blank - 1].strip():
                blank -= 1
            out += self._before.lines[blank:end]
        return out

    def _put(self, gap: ast.stmt, lines: list[str], last: ast.stmt | None = None) -> None:
        first, end = _span(gap)[0], _span(last or gap)[1]
        self._puts[first] = end, lines
        self._left -= set(range(first, end))

    def _fail(self, gap: ast.stmt) -> None:
        self._wrong = gap.lineno - 1 if self._wrong is None else self._wrong


def _span(node: ast.stmt) -> Span:
    decorators = [each.lineno for each in getattr(node, "decorator_list", ())]
    return min([node.lineno, *decorators]) - 1, node.end_lineno or node.lineno


def _name(node: ast.AST) -> str:
    return node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else ""


def _names(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.Import() | ast.ImportFrom():
            return {alias.asname or alias.name for alias in node.names}
        case ast.Assign() | ast.AnnAssign():
            return {
                each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            }
        case _:
            return set()


def _body(node: ast.stmt | None, part: str) -> Body:
    found: object = getattr(node, part, None)
    return cast("Body", found) if isinstance(found, list) else ()


def _is_dots(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _does_nothing(node: ast.stmt) -> bool:
    return _is_dots(node) or _is_text(node) or isinstance(node, ast.Pass)
