"""The page's modules as one script: what a file of its own needs, in which nothing can be fetched.

Every module becomes a function that is called once, in the order of what they import; what it exports are the
properties of the value that it returns. Only the forms that our modules and those in `vendor/` use are known.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Iterator

STATIC = Path(__file__).parent / "static"
_START = r"(?:^|(?<=[;}]))[ \t]*"
_NAMES = r"\{(?P<names>[^{}]*)\}"
_FROM = r"\s*from\s*[\"'](?P<source>\.[^\"']+)[\"'];?"
_IMPORT = re.compile(rf"{_START}import\s*(?:(?P<default>[\w$]+)\s*,?\s*)?(?:{_NAMES})?{_FROM}", re.MULTILINE)
_PASSED_ON = re.compile(rf"{_START}export\s*{_NAMES}{_FROM}", re.MULTILINE)
_LISTED = re.compile(rf"{_START}export\s*{_NAMES};?", re.MULTILINE)
_DECLARED = re.compile(
    rf"{_START}export\s+(?P<kind>const|let|class|function\*?|async\s+function)\s+(?P<name>[\w$]+)", re.MULTILINE
)
_TAKEN_APART = re.compile(rf"{_START}export\s+const\s*{_NAMES}\s*=", re.MULTILINE)
_DEFAULT = re.compile(rf"{_START}export\s+default\s*", re.MULTILINE)
_LEFT = re.compile(rf"{_START}(?:import|export)[\s{{*]", re.MULTILINE)


def bundle(entry: str, static: Path = STATIC) -> str:
    """Return a module and all that it imports as one script.

    Args:
        entry: a file of `static`.
        static: where the modules lie.

    Raises:
        EvoError: modules import each other in a circle, or use a form that is not known here.
    """
    order: dict[str, str] = {}
    _gather(entry, static, order, ())
    numbers = {name: f"$m{place}" for place, name in enumerate(order)}
    parts = [_wrapped(name, text, numbers) for name, text in order.items()]
    script = '"use strict";\n' + "\n".join(parts)
    # Within a script element these would end it, or hide it.
    return re.sub(r"</(?=script)", r"<\\/", script, flags=re.IGNORECASE).replace("<!--", r"<\!--")


def _gather(name: str, static: Path, order: dict[str, str], above: tuple[str, ...]) -> None:
    """Put a module into the order, after all that it imports."""
    if name in above:
        raise EvoError(f"modules import each other in a circle: {' -> '.join([*above, name])}")
    if name in order:
        return
    text = (static / name).read_text(encoding="utf-8")
    for other in _sources(name, text):
        _gather(other, static, order, (*above, name))
    order[name] = text


def _sources(name: str, text: str) -> Iterator[str]:
    for form in (_IMPORT, _PASSED_ON):
        for found in form.finditer(text):
            yield _resolve(name, found["source"])


def _resolve(name: str, source: str) -> str:
    parts: list[str] = list(PurePosixPath(name).parent.parts)
    for part in PurePosixPath(source).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _wrapped(name: str, text: str, numbers: dict[str, str]) -> str:
    exports: dict[str, str] = {}

    def bring(found: re.Match[str]) -> str:
        source = numbers[_resolve(name, found["source"])]
        lines = [f"const {found['default']}={source}.default;"] if found["default"] else []
        if found["names"]:
            pairs = ", ".join(f"{was}: {now}" if was != now else was for was, now in _pairs(found["names"]))
            lines.append(f"const {{{pairs}}}={source};")
        return "".join(lines)

    def pass_on(found: re.Match[str]) -> str:
        source = numbers[_resolve(name, found["source"])]
        exports.update({now: f"{source}.{was}" for was, now in _pairs(found["names"])})
        return ""

    def list_them(found: re.Match[str]) -> str:
        exports.update({now: was for was, now in _pairs(found["names"])})
        return ""

    def declare(found: re.Match[str]) -> str:
        exports[found["name"]] = found["name"]
        return f"{found['kind']} {found['name']}"

    def take_apart(found: re.Match[str]) -> str:
        exports.update({now: now for _, now in _pairs(found["names"].replace(":", " "))})
        return f"const {{{found['names']}}}="

    text = _PASSED_ON.sub(pass_on, text)
    text = _IMPORT.sub(bring, text)
    text = _TAKEN_APART.sub(take_apart, text)
    text = _LISTED.sub(list_them, text)
    text = _DECLARED.sub(declare, text)
    if _DEFAULT.search(text):
        text = _DEFAULT.sub("const $default=", text, count=1)
        exports["default"] = "$default"
    if left := _LEFT.search(text):
        line = text[left.start() :].lstrip().splitlines()[0][:80]
        raise EvoError(f"{name}: {line!r} is a form of import or export that a report cannot hold")
    told = ", ".join(f"get {now}() {{ return {was}; }}" for now, was in exports.items())
    return f"const {numbers[name]}=(()=>{{\n{text}\nreturn {{{told}}};\n}})();"


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    """Yield (name there, name here) of a list as it stands in an import or export."""
    for each in names.split(","):
        words = each.split()
        if words:
            yield words[0], words[-1]
