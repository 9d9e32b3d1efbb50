"""What of an answer is meant for others: thoughts, channels and the tokens of a chat template are put out of sight.

Reasoning models think aloud before they answer, and what they write there is a draft: code that was given up, blocks
that were wrong. A draft must never become a program. What is hidden leaves its line ends behind, so that every line
that is left keeps its number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from evo.edits import markers
from evo.edits.fences import FenceEnds, fence_at

_THOUGHTS = (
    r"think|thinking|thoughts?|thought[_-]process|thinking[_-]process|reasoning|reflection|reflect|analysis|"
    r"scratchpad|(?:inner[_-])?monologue|deliberation|antthinking|planning|draft"
)
_FRAME = re.compile(
    rf"<(?P<slash>/)?[ \t]*(?:[a-z]{{1,12}}:)?(?:{_THOUGHTS})(?:[ \t][^<>\n]{{0,200}}|_[0-9]+)?>"
    rf"|\[(?P<bracket>/)?(?:THINK|THINKING|THOUGHTS?|REASONING)\]"
    r"|◁(?P<wedge>/)?think▷"
    r"|<\|(?:begin|start|(?P<edge>end))_(?:of_)?(?:thought|thoughts|thinking|think|reasoning)\|>"
    r"|<\|channel\|>[ \t]*(?:(?P<final>final)|(?P<channel>[a-z_]{1,20}))[^\n<]{0,80}"
    r"(?:<\|constrain\|>[^\n<]{0,40})?(?:<\|message\|>)?",
    re.IGNORECASE,
)
_WRAPS = r"answer|solution|response|final|final_answer|output|result"
_MARK = r"<\|[^|<>\n]{1,40}\|>|</?s>|<eos>|<bos>|<end_of_turn>|<｜[^｜<>\n]{1,40}｜>|\[/?INST\]"  # noqa: RUF001
_BEFORE = re.compile(
    rf"\s*(?:<\|(?:im_start|start)\|>[ \t]*assistant|<\|start_header_id\|>[ \t]*assistant[ \t]*<\|end_header_id\|>"
    rf"|<start_of_turn>[ \t]*model|(?:{_MARK}))"
)
_AFTER = re.compile(rf"(?:{_MARK}|</(?:{_WRAPS})>)\s*\Z", re.IGNORECASE)
_WRAPPED = re.compile(rf"^[ \t]*<(?:{_WRAPS})>[ \t]*(?=[`~]{{3}}|<{{5}})", re.IGNORECASE | re.MULTILINE)
_GLUED = re.compile(r"\s*analysis(?=[A-Z])")
_FINAL = re.compile(r"assistant\s?final(?=[^a-z]|$)")
_MARKS_TAKEN = 64
_QUOTES = re.compile(r'"""|\'\'\'')
_MENTIONS = "`\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """What is left of an answer.

    Attributes:
        lines: as many as the answer has; those of thoughts are blank.
        hidden: the lines, from 1, of which something was put out of sight: (first, last) of each thought.
        unclosed: the line, from 1, at which a thought begins that never ends; 0 if there is none.
    """

    lines: list[str]
    hidden: tuple[tuple[int, int], ...] = ()
    unclosed: int = 0


def show(text: str) -> Visible:
    """Return an answer without its thoughts.

    A thought ends where it is closed, however many others were opened and closed within it. A closing tag without an
    opening one ends a thought that began with the answer, as the template of many models opens it for them. Tags in
    code blocks, in quotes and in backticks are text; in a code block that was left open by a draft they are not.

    Args:
        text: with line feeds alone.
    """
    text = _without_tokens(text)
    text, glued = _without_bare_channels(text)
    found = [tag for tag in _FRAME.finditer(text) if not _mentioned(text, tag)]
    if not found:
        return Visible(lines=_WRAPPED.sub("", text).split("\n"), unclosed=glued)
    reader = _Reader(text)
    for tag in found:
        reader.pass_tag(tag)
    return reader.visible()


def _without_tokens(text: str) -> str:
    """Take away what a chat template left at both ends."""
    for _ in range(_MARKS_TAKEN):
        before, after = _BEFORE.match(text), _AFTER.search(text, max(0, len(text) - 200))
        if before and not _FRAME.match(text, len(text) - len(text.lstrip())):
            text = "\n" * before[0].count("\n") + text[before.end() :]
        elif after and not _FRAME.fullmatch(after[0].rstrip()):
            text = text[: after.start()]
        else:
            break
    return text


def _without_bare_channels(text: str) -> tuple[str, int]:
    """Hide what comes before the final channel where a server has taken the tokens around channels away.

    Returns:
        The text, and 1 where it never comes to that channel.
    """
    if not _GLUED.match(text):
        return text, 0
    ends = [final.end() for final in _FINAL.finditer(text)]
    return ("\n" * text.count("\n", 0, ends[-1]) + text[ends[-1] :], 0) if ends else (text, 1)


def _mentioned(text: str, tag: re.Match[str]) -> bool:
    """Tell whether a tag is spoken of: in quotes or backticks."""
    before, after = text[tag.start() - 1 : tag.start()], text[tag.end() : tag.end() + 1]
    return bool(before) and before == after and before in _MENTIONS


@dataclass(slots=True)
class _Region:
    """Lines of code: from the marker or fence that opens them to the one that closes them, or to the end.

    Attributes:
        closed: whether there is one that closes them.
    """

    first: int
    last: int
    closed: bool


class _Reader:
    """Goes through the tags of an answer in order and hides what lies between them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._hidden: list[tuple[int, int]] = []  # offsets
        self._depth, self._channel, self._opened = 0, False, 0
        self._region: _Region | None = None  # the last code block that was found
        self._openers: dict[int, int] = {}  # end of a code block -> the last line in it that would open one
        self._next = 0  # the line from which on the next one is looked for
        self._ends = FenceEnds(self._lines)
        self._parity = (0, 0, 0)  # of quotes: first line of the region, up to where they were counted, how many

    def visible(self) -> Visible:
        """Return what is left once all tags have been passed."""
        unclosed = self._line(self._opened) + 1 if self._depth else 0
        pieces: list[str] = []
        end = 0
        for start, stop in self._hidden:
            pieces += [self._text[end:start], "\n" * self._text.count("\n", start, stop)]
            end = stop
        pieces.append(self._text[end:])
        hidden = tuple((self._line(a) + 1, self._line(b) + 1) for a, b in self._hidden)
        return Visible(lines=_WRAPPED.sub("", "".join(pieces)).split("\n"), hidden=hidden, unclosed=unclosed)

    def pass_tag(self, tag: re.Match[str]) -> None:
        """Take the next tag into account."""
        if self._depth:
            self._pass_within(tag)
        elif not self._in_code(tag):
            if tag["final"] or _is_closing(tag):
                self._hide(0, tag.end())
            else:
                self._depth, self._channel, self._opened = 1, bool(tag["channel"]), tag.start()

    def _pass_within(self, tag: re.Match[str]) -> None:
        """Pass a tag in a thought: a channel lasts until the final one, whatever is written in it."""
        if tag["final"]:
            self._depth = 0
        elif self._channel or tag["channel"]:
            return
        elif _is_closing(tag):
            self._depth -= 1
        elif not self._text[self._starts[self._line(tag.start())] : tag.start()].strip():
            # In the middle of a line it is more likely spoken of: a thought about thoughts.
            self._depth += 1
        if not self._depth:
            self._hide(self._opened, tag.end())

    def _hide(self, start: int, end: int) -> None:
        while self._hidden and self._hidden[-1][1] > start:
            self._hidden.pop()
        self._hidden.append((start, end))
        # What is code is looked for anew from here on: what opened a block may have been hidden.
        index = self._line(end)
        self._lines[index] = self._text[end : self._starts[index + 1] - 1]
        self._region, self._next = None, index

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset, hi=len(self._lines)) - 1

    def _in_code(self, tag: re.Match[str]) -> bool:
        line = self._line(tag.start())
        # Only as far as the tag: what comes after it may be read otherwise once something is hidden.
        while self._next <= line:
            last, closed = self._block_end(self._next)
            if last > self._next:
                self._region = _Region(self._next, last, closed)
            self._next = last + 1
        region = self._region
        if region is None or not region.first < line <= region.last:
            return False
        return not self._ends_draft(region, tag, line)

    def _ends_draft(self, region: _Region, tag: re.Match[str], line: int) -> bool:
        """Tell whether a closing tag in a code block ends a thought in which that block was never closed."""
        if not (_is_closing(tag) or tag["final"]) or self._quoted(region, tag):
            return False
        if not region.closed:
            return True
        behind = self._text[tag.end() : self._starts[line + 1] - 1].strip()
        if behind:
            return fence_at(behind) is not None or markers.opens(behind)
        if region.last not in self._openers:
            before = range(region.last - 1, region.first, -1)
            self._openers[region.last] = next((index for index in before if self._opens(index)), -1)
        return self._openers[region.last] > line

    def _opens(self, index: int) -> bool:
        """Tell whether a line can be nothing but the beginning of a code block."""
        fence = fence_at(self._lines[index])
        return bool(fence and fence[3].strip()) or markers.opens(self._lines[index])

    def _quoted(self, region: _Region, tag: re.Match[str]) -> bool:
        """Tell whether a tag stands in a text of several lines within the program."""
        first, counted, quotes = self._parity
        if first != region.first or counted > tag.start():
            first, counted, quotes = region.first, self._starts[region.first], 0
        quotes += len(_QUOTES.findall(self._text, counted, tag.start()))
        self._parity = (first, tag.start(), quotes)
        return quotes % 2 == 1

    def _block_end(self, index: int) -> tuple[int, bool]:
        """Return the last line of the code block that a line opens, if any, and whether it is closed."""
        opening = fence_at(self._lines[index])
        if opening:
            close = self._ends.after(index, opening)
            return (len(self._lines), False) if close is None else (close, True)
        if markers.opens(self._lines[index]):
            for end in range(index + 1, len(self._lines)):
                if markers.opens(self._lines[end]):
                    return end - 1, False
                if markers.closes(self._lines[end]):
                    return end, True
            return len(self._lines), False
        return index, False


def _is_closing(tag: re.Match[str]) -> bool:
    return bool(tag["slash"] or tag["bracket"] or tag["wedge"] or tag["edge"])
