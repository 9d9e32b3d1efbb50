"""Reading declared files: strict YAML in, a `Document` out, in which every key and value knows where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.config.dialect import compose, split
from evo.config.positions import Span, YamlNode, YamlSource, dotted
from evo.errors import NotFoundError, SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evo.canonical import JSON

MAX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A declared file as read, before any schema.

    Attributes:
        name: the path as the user named it; errors begin with it.
        text: the whole source text; of a merged document, the text of its uppermost file.
        root: the tree with positions; None for values that were made in code.
    """

    name: str
    text: str = ""
    root: YamlNode | None = None

    @property
    def value(self) -> JSON:
        """The plain data."""
        return self.root.value if self.root else None

    def at(self, loc: Sequence[str | int]) -> YamlNode | None:
        """Return the node at `loc`, or None where nothing stands there."""
        node = self.root
        for step in loc:
            node = node.children.get(step) if node else None
        return node

    def error(self, loc: Sequence[str | int], message: str, *, at_key: bool = False) -> SpecError:
        """Return an error about `loc`, to be raised; its message begins with the dotted path.

        It points to the value at `loc` (to its key if `at_key`), else to the key of the nearest ancestor that exists
        (to the ancestor itself where it is a bare name), in the file that this ancestor came from.
        """
        message = f"{dotted(loc)}: {message}" if loc else message
        for end in range(len(loc), -1, -1):
            if node := self.at(loc[:end]):
                inside = end < len(loc) and not isinstance(node.value, str)
                return node.error(message, at_key=at_key or inside)
        return SpecError(message, path=self.name)


NOWHERE = Document(name="")
"""The document of values that were made in code: errors about them have no position."""


def read(path: Path, name: str | None = None) -> Document:
    """Read and parse a file.

    Args:
        path: where it lies.
        name: how errors call it; the path as given by default.

    Raises:
        NotFoundError: no such file, or it cannot be read.
        SpecError: not UTF-8, too large, or not in the dialect.
    """
    called = str(path) if name is None else name
    return parse(read_text(path, called, limit=MAX_BYTES), called)


def read_text(path: Path, name: str, *, limit: int) -> str:
    """Read a text file of at most `limit` bytes, refusing what is not UTF-8 with the position of the bad byte.

    Raises:
        NotFoundError: no such file, or it cannot be read.
        SpecError: not UTF-8, or larger than `limit` bytes.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise NotFoundError(f"{name}: cannot be read ({error.strerror or error})") from error
    if len(data) > limit:
        raise SpecError(f"more than {limit} bytes; a declared file has {limit} at most", path=name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise SpecError(message, path=name, line=line, column=column) from None


def parse(text: str, name: str) -> Document:
    """Parse a text of the dialect.

    Args:
        text: the source, at most 256 kB, nested at most 40 deep.
        name: how errors call it.

    Raises:
        SpecError: with the position of whatever is not in the dialect.
    """
    source = YamlSource(name=name, lines=split(text))
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise source.error(f"more than {MAX_BYTES} bytes; a declared file has {MAX_BYTES} at most")
    root = compose(text, source)
    if root is None or root.value is None:
        raise source.error("the file is empty; expected keys and values")
    return Document(name=name, text=text, root=root)


def parse_value(text: str, name: str) -> YamlNode:
    """Parse one value as given on a command line (`5`, `[a, b]`, `{n: 30}`); errors name `name`, without a line.

    Raises:
        SpecError: the text is not in the dialect.
    """
    source = YamlSource(name=name)
    root = compose(text, source)
    return YamlNode(source=source, value=None, span=Span(line=1, column=1)) if root is None else root
