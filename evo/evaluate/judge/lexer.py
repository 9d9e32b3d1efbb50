"""Texts in other languages than Python, as tokens: how long, how branched, and whether they can be whole. In the judge.

One regular expression a language, so that nothing takes more than linear time in a text that may be hostile; what it
cannot know (macros, regular expressions of JavaScript) it leaves to the compiler. The measures are of the text alone,
so that no version of a library moves a program to another cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from evo.evaluate.judge.source import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PYTHON, TEXT = "python", "text"


@dataclass(frozen=True)
class LanguageSyntax:
    """What of a language matters here.

    Attributes:
        line: what begins a comment that ends with its line; "" for none.
        block: what opens and closes longer ones; nested where they may lie in one another.
        strings: patterns of texts, the longest first; group names do not matter, each ends at its end or not at all.
        branches: words and signs that add a way out of the straight line.
        cased: whether the case of words counts. conditional: what makes brackets uncountable.
    """

    line: str = ""
    block: tuple[str, str] = ("", "")
    nested: bool = False
    strings: tuple[str, ...] = ()
    branches: frozenset[str] = frozenset()
    cased: bool = True
    conditional: str = ""


_DOUBLE = r'"(?:\\.|[^"\\\n])*+(?:"|(?P<open>\\?(?=\n|\Z)))'
_SINGLE = r"'(?:\\.|[^'\\\n])*+(?:'|(?P<open>\\?(?=\n|\Z)))"
_CHAR = r"'(?:\\[^\n]{1,10}?|[^'\\\n])'"
_GRAVE = r"`(?:\\.|[^`\\])*+(?:`|(?P<open>\\?\Z))"
_C = frozenset({"if", "for", "while", "case", "catch", "?", "&&", "||"})


def _c(*strings: str, words: str = "", conditional: str = "", nested: bool = False) -> LanguageSyntax:
    """Return a language whose comments are those of C."""
    branches = _C | set(words.split())
    return LanguageSyntax("//", ("/*", "*/"), nested, strings, branches, conditional=conditional)


_RAW_C = r'R"(?P<mark>[^()\\\s"]{0,16})\((?:[^)]|\)(?!(?P=mark)"))*+(?:\)(?P=mark)"|(?P<open>\Z))'
_RAW_RUST = r'b?r(?P<mark>#{0,16})"(?:[^"]|"(?!(?P=mark)))*+(?:"(?P=mark)|(?P<open>\Z))'
_LONG = r'"""(?:\\.|[^\\"]|"(?!""))*+(?:"""|(?P<open>\\?\Z))'
_RUST_TEXT = r'"(?:\\.|[^"\\])*+(?:"|(?P<open>\\?\Z))'
_FORTRAN = frozenset({"if", "elseif", "do", "case", "where", ".and.", ".or."})
_JULIA = frozenset({"if", "elseif", "for", "while", "catch", "?", "&&", "||"})
_PYTHON = frozenset({"if", "elif", "for", "while", "except", "and", "or"})
_SHELL = frozenset({"if", "elif", "for", "while", "until", "&&", "||"})

LANGUAGES: Final[Mapping[str, LanguageSyntax]] = {
    "c": _c(_DOUBLE, _SINGLE, conditional="#el"),
    "cpp": _c(_RAW_C, _DOUBLE, _CHAR, conditional="#el"),
    "rust": _c(_RAW_RUST, _RUST_TEXT, _CHAR, words="=> loop", nested=True),
    "go": _c(_DOUBLE, _SINGLE, r"`[^`]*(?:`|(?P<open>\Z))", words="select"),
    "java": _c(_LONG, _DOUBLE, _SINGLE),
    "javascript": _c(_GRAVE, r'"(?:\\.|[^"\\\n])*"?', r"'(?:\\.|[^'\\\n])*'?", words="??"),
    "fortran": LanguageSyntax("!", strings=(r'"[^"\n]*+"?', r"'[^'\n]*+'?"), branches=_FORTRAN, cased=False),
    "julia": LanguageSyntax("#", ("#=", "=#"), True, (_LONG, _RUST_TEXT, _CHAR), _JULIA),
    "shell": LanguageSyntax("#", strings=(r'"(?:\\.|[^"\\])*+"?', r"'[^']*'?"), branches=_SHELL, conditional="case"),
    PYTHON: LanguageSyntax(
        "#", strings=(_LONG, r"'''(?:\\.|[^\\']|'(?!''))*+(?:''')?", _DOUBLE, _SINGLE), branches=_PYTHON
    ),
    TEXT: LanguageSyntax(),
}
"""What is known; a text in another language is taken for words and signs.

Python is here for single files of programs in others."""

_ALIASES: Final = {
    "c++": "cpp",
    "cxx": "cpp",
    "cc": "cpp",
    "cu": "cpp",
    "hpp": "cpp",
    "cuda": "cpp",
    "h": "c",
    "rs": "rust",
    "f90": "fortran",
    "f95": "fortran",
    "f03": "fortran",
    "f08": "fortran",
    "f": "fortran",
    "golang": "go",
    "js": "javascript",
    "mjs": "javascript",
    "ts": "javascript",
    "typescript": "javascript",
    "jl": "julia",
    "sh": "shell",
    "bash": "shell",
    "py": PYTHON,
    "md": TEXT,
    "markdown": TEXT,
    "txt": TEXT,
    "prompt": TEXT,
}
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_OPENING: Final = frozenset(_PAIRS.values())
_WORDS, _NUMBERS = r"[^\W\d]\w*", r"\.?\d(?:[eE][+-]|[\w.])*"
_SIGNS = r"&&|\|\||=>|\?\?|\.(?:and|or)\.|\S"
_SENTENCE = re.compile(r"[.!?]++(?=\s|\Z)\s*|\n\s*\n")


@dataclass(frozen=True)
class Lexeme:
    """A word, a number, a sign or a text; `kind` is one of word, string, sign; `line` counts from 1."""

    text: str
    kind: str
    line: int


def language_of(path: str, otherwise: str) -> str:
    """Return the language of a file by its ending; that of the program where the ending says nothing."""
    name = path.rpartition("/")[2]
    end = name.rpartition(".")[2].lower() if "." in name else ""
    named = _ALIASES.get(end, end)
    given = _ALIASES.get(otherwise.lower(), otherwise.lower())
    return named if named in LANGUAGES else given


def tokens(text: str, language: str) -> Iterator[Lexeme]:
    """Yield the tokens of a text without its comments.

    Raises:
        Refused: a comment or a text begins and never ends.
    """
    syntax = LANGUAGES.get(language, LANGUAGES[TEXT])
    pattern, place, line, end = _pattern(language), 0, 1, len(text)
    opener = syntax.block[0]
    while place < end:
        found = pattern.match(text, place)
        if found is None:
            return
        kind, said = str(found.lastgroup), found[0]
        if kind == "block":
            after = _past_block(text, place, syntax)
            if after < 0:
                raise Refused(f"line {line}: a comment begins with {opener} and never ends")
            said = text[place:after]
        elif kind == "string" and any(found.groupdict().get(name) is not None for name in _opens(language)):
            raise Refused(f"line {line}: a text begins with {said[:10]!r} and never ends")
        if kind in {"word", "string", "sign"}:
            yield Lexeme(said, kind, line)
        line += said.count("\n")
        place += len(said)


def measure_files(files: Mapping[str, str], count: str, language: str) -> dict[str, float]:
    """Return code_length and complexity over all files of a program that is not in Python.

    Args:
        files: path -> text; each is read in the language that its ending says.
        count: see `measure_text`.
        language: the program's.

    Raises:
        Refused: a file cannot be read to its end.
    """
    length = complexity = 0
    for path, text in files.items():
        try:
            more, branches = measure_text(text, language_of(path, language), count)
        except Refused as refusal:
            raise Refused(f"{path}, {refusal}") from None
        length, complexity = length + more, complexity + branches
    return {"code_length": float(length), "complexity": float(1 + complexity)}


def check_files(files: Mapping[str, str], entry_file: str, entry: str, language: str) -> None:
    """Refuse a program that is not in Python and cannot be whole.

    Raises:
        Refused: the entry's file is not there, or what `check_text` says.
    """
    if entry and entry_file not in files:
        raise Refused(f"expected a file {entry_file}; got {', '.join(sorted(files))}")
    for path, text in files.items():
        check_text(text, path, language_of(path, language), entry if path == entry_file else "")


def measure_text(text: str, language: str, count: str) -> tuple[int, int]:
    """Return length and branches of a text; of prose the sentences count for branches.

    Args:
        text: the file.
        language: as `language_of` says it.
        count: "characters" (of all tokens) or "tokens".

    Raises:
        Refused: a comment or a text never ends.
    """
    syntax = LANGUAGES.get(language, LANGUAGES[TEXT])
    length = branches = 0
    for token in tokens(text, language):
        length += 1 if count == "tokens" else len(token.text)
        said = token.text if syntax.cased else token.text.lower()
        branches += token.kind != "string" and said in syntax.branches
    return length, branches if language != TEXT else len(_SENTENCE.findall(text.rstrip()))


def check_text(text: str, path: str, language: str, entry: str) -> None:
    """Refuse a text that cannot be a whole program: without words, never ending, unbalanced, or without its entry.

    Raises:
        Refused: with path and line.
    """
    try:
        found = list(tokens(text, language))
        if language != TEXT:
            _check_balance(found, text, language)
    except Refused as refusal:
        raise Refused(f"{path}, {refusal}") from None
    if not found:
        raise Refused(f"{path}: expected a program; the file says nothing")
    if entry and language != TEXT and not any(token.text == entry for token in found):
        raise Refused(f"{path}: expected {entry}; the name does not occur")


def _check_balance(found: list[Lexeme], text: str, language: str) -> None:
    if language not in LANGUAGES or (LANGUAGES[language].conditional and LANGUAGES[language].conditional in text):
        return
    waiting: list[Lexeme] = []
    for token in found:
        if token.kind != "sign":
            continue
        if token.text in _OPENING:
            waiting.append(token)
        elif token.text in _PAIRS and (not waiting or waiting.pop().text != _PAIRS[token.text]):
            raise Refused(f"line {token.line}: {token.text!r} closes nothing that is open")
    if waiting:
        raise Refused(f"line {waiting[-1].line}: {waiting[-1].text!r} is never closed")


def _past_block(text: str, start: int, syntax: LanguageSyntax) -> int:
    """Return where a comment ends, -1 where it does not."""
    opens, closes = syntax.block
    depth, place = 0, start
    marks = re.compile(f"{re.escape(opens)}|{re.escape(closes)}")
    for mark in marks.finditer(text, start):
        if mark.start() < place:
            continue
        place = mark.end()
        depth += 1 if mark[0] == opens else -1
        if mark[0] == closes and (depth == 0 or not syntax.nested):
            return place
    return -1


@lru_cache
def _pattern(language: str) -> re.Pattern[str]:
    syntax = LANGUAGES.get(language, LANGUAGES[TEXT])
    parts = [r"(?P<space>\s+)"]
    if syntax.block[0]:
        parts.append(f"(?P<block>{re.escape(syntax.block[0])})")
    if syntax.line:
        parts.append(f"(?P<line>{re.escape(syntax.line)}[^\n]*)")
    parts += [f"(?P<string>{'|'.join(_numbered(syntax.strings))})"] if syntax.strings else []
    parts += [f"(?P<word>{_WORDS}|{_NUMBERS})", f"(?P<sign>{_SIGNS})"]
    return re.compile("|".join(parts), re.DOTALL if language != "fortran" else re.DOTALL | re.IGNORECASE)


def _numbered(patterns: tuple[str, ...]) -> Iterator[str]:
    """Yield patterns whose groups have names of their own."""
    for number, each in enumerate(patterns):
        yield re.sub(r"\(\?P(<|=)(open|mark)", rf"(?P\g<1>\g<2>{number}", each)


@lru_cache
def _opens(language: str) -> tuple[str, ...]:
    return tuple(name for name in _pattern(language).groupindex if name.startswith("open"))
