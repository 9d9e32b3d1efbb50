"""What every text passes on its way in or out: cleaned, cut, fenced, redacted.

Texts come from models and from candidates, so they may hold anything: terminal escapes, lone surrogates that no file
or database takes, a fence that ends ours, a secret that a provider echoed. Everything here is total: any `str` goes
in, a text that is safe for the stated use comes out.
"""

from __future__ import annotations

import re
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DETAIL_MAX_BYTES = 2048
"""The most of a candidate's words that is kept, shown and hashed."""

REDACTED = "[redacted]"
_SHARED = {"/", "/usr", "/usr/local", "/opt"}
"""Prefixes of interpreters that other things have too."""

# CSI, then OSC and the other string sequences with their terminators, then the two-character escapes.
_ANSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]")
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u2061-\u2064\u206a-\u206f\ufff9-\ufffb\U000e0000-\U000e0fff"
"""Tags, selectors beyond those of emoji, annotation marks: a model reads in them what no person sees."""
_CONTROL = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}{_INVISIBLE}]")
_UNCLEAN = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_BIDI}{_INVISIBLE}]")
_BACKTICKS = re.compile(r"`+")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+")


def sanitise(text: str) -> str:
    r"""Return the text without terminal sequences, control characters and lone surrogates.

    Characters that turn the direction of writing go too, and those that nobody sees but a model reads: what is shown
    is what stands there. Line ends become "\n"; of the control characters "\n" and "\t" stay; a lone surrogate becomes
    its escape, six characters like ``\ud800``; a byte order mark at the start goes. Idempotent.
    """
    if _UNCLEAN.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _CONTROL.sub("", _ANSI.sub("", text))
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text.lstrip("\ufeff")


def cut(text: str, limit_bytes: int) -> str:
    """Return at most `limit_bytes` of UTF-8: head and tail, with a line between them that says how much is gone.

    The tail is kept since a traceback says last what went wrong. Where the limit leaves no room for that line, the
    head alone is returned.

    Args:
        text: without lone surrogates (see `sanitise`).
        limit_bytes: at least 0.
    """
    data = text.encode("utf-8")
    if len(data) <= limit_bytes:
        return text
    room = limit_bytes - len(_gap(len(data)))
    if room <= 0:
        return data[:limit_bytes].decode("utf-8", "ignore")
    head, tail = data[: room - room // 2], data[len(data) - room // 2 :]
    middle = _gap(len(data) - len(head) - len(tail))
    return head.decode("utf-8", "ignore") + middle.decode() + tail.decode("utf-8", "ignore")


def _gap(count: int) -> bytes:
    return f"\n[... {count} bytes left out ...]\n".encode()


def fence(text: str, language: str = "") -> str:
    """Return the text as a fenced block that nothing in it can close, without a newline at the end.

    The fence is longer than every run of backticks inside, so the first line that could end the block is its own.
    """
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    ticks = "`" * max(3, longest + 1)
    body = text if not text or text.endswith("\n") else text + "\n"
    return f"{ticks}{language}\n{body}{ticks}"


def normalise_detail(text: str, scratch: str = "") -> str:
    """Return a candidate's words as they may be hashed, stored and shown: equal for equal causes.

    What differs from one run of the same program to the next is replaced: the scratch path by "<scratch>", memory
    addresses by "0x…", and where this interpreter and its packages lie by "<python>". The result is sanitised, stripped
    at the end and at most `DETAIL_MAX_BYTES` long.
    """
    clean = sanitise(text)
    if scratch:
        clean = clean.replace(scratch, "<scratch>")
    if "/" in clean:
        for place, name in _places():
            clean = clean.replace(place, name)
    return cut(_ADDRESS.sub("0x…", clean).rstrip(), DETAIL_MAX_BYTES)


@cache
def _places() -> tuple[tuple[str, str], ...]:
    """Return what says where things lie on this machine, the longest first, with what stands for it.

    Not a prefix like /usr, below which everything else lies as well.
    """
    installed = {str(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix} - _SHARED
    places = {**dict.fromkeys({*installed, *prefixes}, "<python>"), str(Path(__file__).parent): "<evo>"}
    real = {str(Path(place).resolve()): name for place, name in places.items()}
    found = {place: name for place, name in {**real, **places}.items() if place not in _SHARED}
    return tuple(sorted(found.items(), key=lambda each: -len(each[0])))


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return the text with every occurrence of every secret replaced, by value; longest first, empty ones ignored."""
    for secret in sorted({secret for secret in secrets if secret}, key=lambda value: (-len(value), value)):
        text = text.replace(secret, REDACTED)
    return text
