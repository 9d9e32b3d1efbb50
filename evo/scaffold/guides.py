"""Guides for coding agents, made from a page of the documentation: a skill for each of its sections.

The page's commands are typed by the tests, so what agents are told cannot go stale by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.config.resources import documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE, FILE = "skills", "SKILL.md"
_SECTION = re.compile(r"^## (evo-[a-z-]+)$\n\n(.*?)\n\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.:])\s(?=[A-Z`])")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SUMMARY = (
    "> LLM-driven evolutionary search: programs get better at a problem that you can score. Every candidate runs in a\n"
    "> sandbox, every run is a log that can be verified and made again."
)
_SAID_MAX = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What an agent is told about one job.

    Attributes:
        name: of the skill and of its folder.
        description: what it is for and when to use it, in one line.
        body: Markdown.
    """

    name: str
    description: str
    body: str

    def text(self, version: str) -> str:
        """Return it as a SKILL.md, with the version that it was written by."""
        head = f"---\nname: {self.name}\ndescription: >-\n  {self.description}\n---\n"
        return (
            f"{head}\n# {_title(self.name)}\n\n{self.body}\n\n"
            f"Written by evo {version}; `evo skill install` writes it anew for another version.\n"
        )


def _title(name: str) -> str:
    return name.removeprefix("evo-").replace("-", " ").capitalize()


def read_guides() -> list[Guide]:
    """Return the guides of the documentation that came with this version."""
    page = next(path for path in documents() if path.stem == PAGE).read_text(encoding="utf-8")
    return [
        Guide(name=name, description=" ".join(first.split()), body=body.strip())
        for name, first, body in _SECTION.findall(page)
    ]


def write_guides(folder: Path, version: str) -> list[Path]:
    """Write every guide into a folder of skills; return the files.

    Raises:
        OSError: they cannot be written there.
    """
    written: list[Path] = []
    for guide in read_guides():
        path = folder / guide.name / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(guide.text(version), encoding="utf-8")
        written.append(path)
    return written


def index_pages() -> str:
    """Return the list of all pages in the form of llms.txt: a link and the first sentence of each."""
    return "\n".join(["# evo", "", _SUMMARY, "", "## Docs", "", *_links()]) + "\n"


def _links() -> Iterator[str]:
    for path in documents():
        text = path.read_text(encoding="utf-8")
        title, _, rest = text.removeprefix("# ").partition("\n")
        first = next((each for each in re.split(r"\n\n+", rest.strip("\n")) if _is_prose(each)), "")
        words = _LINK.sub(r"\1", " ".join(first.split()))
        said = _SENTENCE.split(words, maxsplit=1)[0][:_SAID_MAX].rstrip(":")
        yield f"- [{title}]({path.name}): {said}"


def _is_prose(text: str) -> bool:
    return bool(text.strip()) and not text.startswith(("    ", "|", "#", "!", "-"))
