"""Legal texts that parsers dislike: a verdict about the text, in bounded time, in words that are equal each time.

They go to the judge process as a run sends them; nothing of them is ever run. No word of the answer says where anything
lies on this machine.
"""

import asyncio
import sys
from pathlib import Path

import pytest

import evo
from evo.evaluate.stages.syntax import SYNTAX_SECONDS, refusal_of
from evo.execute.executor import JudgeAnswer, JudgeQuestion
from evo.execute.local import LocalExecutor
from evo.text import normalise_detail

ENTRY = "def f():\n    pass\n"
ORDINARY = ENTRY + "import json\nx = [f'{y:>{3}}' for y in range(3)]\n"
DEEP, FIELDS = "nested too deeply", "too many fields"
TEXTS = {
    "ordinary": (ORDINARY, ""),
    "1100 elif": (ENTRY + "if 0:\n    pass\n" + "elif 0:\n    pass\n" * 1100, ""),
    "10000 elif": (ENTRY + "if 0:\n    pass\n" + "elif 0:\n    pass\n" * 10000, DEEP),
    "1100 else if": (ENTRY + "".join("try:\n    pass\nexcept A:\n    pass\n" for _ in range(1100)), ""),
    "nested calls": (ENTRY + "x = " + "f(" * 180 + ")" * 180 + "\n", ""),
    "unary": (ENTRY + "x = " + "-" * 200_000 + "1\n", DEEP),
    "sum": (ENTRY + "x = " + "1+" * 100_000 + "1\n", DEEP),
    "conditional": (ENTRY + "x = " + "1 if 1 else " * 5000 + "1\n", DEEP),
    "fields": (ENTRY + 'x = f"' + "{y}" * 80_000 + '"\n', FIELDS),
    "fields of fields": (ENTRY + 'x = f"' + "{y:{y}}" * 30_000 + '"\n', FIELDS),
    "fields far away": (ENTRY + 'x = rf"""' + "\n" * 120_000 + "{y}" * 40_000 + '"""\n', FIELDS),
    "many short f-strings": (ENTRY + "x = [\n" + 'f"{y}",\n' * 6_000 + "]\n", ""),
    "f-strings one after another": (ENTRY + "x = (\n" + 'f"{y}"\n' * 6_000 + ")\n", ""),
    "dotted name": (ENTRY + "import " + "a." * 120_000 + "a\n", DEEP),
    "dotted name over lines": (ENTRY + "from " + "a.\\\n" * 60_000 + "a import b\n", DEEP),
    "dotted numbers in a text": (ENTRY + "x = '" + "1." * 100_000 + "'\n", ""),
    "braces of dictionaries": (ENTRY + "x = [" + "{}," * 35_000 + "]\ny = f'{x}'\n", ""),
    "number of 240,000 bits": (ENTRY + "x = 0x" + "f" * 60_000 + "\n", ""),
    "number of 200,000 digits": (ENTRY + "x = " + "1" * 200_000 + "\n", "4300 digits"),
    "100 levels of indentation": (
        ENTRY + "".join(" " * i + "if 1:\n" for i in range(101)) + " " * 101 + "x\n",
        "levels",
    ),
    "null": (ENTRY + "x = '\0'\n", "null bytes"),
    "surrogate": (ENTRY + "x = '\ud800'\n", "surrogates"),
    "another coding": ("# -*- coding: nonsense -*-\n" + ENTRY, ""),
    "form feeds": ("\x0c" + ENTRY + "\x0c  \x0cx = 1\n", ""),
    "tabs": (ENTRY + "if 1:\n \tx\n        y\n", "tabs"),
    "200,000 quotes": (ENTRY + "'" * 200_000 + "\n", ""),
    "continued for ever": (ENTRY + "\\\n" * 100_000 + "x\n", ""),
    "12,000 statements": (ENTRY + "x=1;" * 12_000 + "\n", ""),
}
MACHINE = {sys.prefix, sys.base_prefix, str(Path(evo.__file__).parent), "site-packages"}


def questions(text: str) -> list[JudgeQuestion]:
    files = {"program.py": text}
    checked = {"files": files, "entry_file": "program.py", "entry": "f", "allowed": None, "warm": []}
    asked = {"syntax": checked, "source_metrics": {"files": files, "count": "tokens"}}
    asked["form"] = {"files": files, "entry": "f"}
    return [JudgeQuestion(op=op, cpu_seconds=SYNTAX_SECONDS, args=args) for op, args in asked.items()]


async def answers(texts: list[str]) -> list[list[JudgeAnswer]]:
    executor = LocalExecutor(sandbox="none")
    try:
        return [[await executor.judge(question) for question in questions(text)] for text in texts]
    finally:
        await executor.close()


@pytest.fixture(scope="module")
def told():
    """The answers for all texts of one judge, and of another one."""
    texts = [text for text, _ in TEXTS.values()]
    short = [text for text in texts if len(text) < 40_000]
    first, again = asyncio.run(answers(texts)), asyncio.run(answers(short))
    return dict(zip(texts, first, strict=True)), dict(zip(short, again, strict=True))


@pytest.mark.parametrize("name", TEXTS)
def test_unkind_text_is_judged_in_bounded_time_without_a_word_of_the_machine(name: str, told):
    text, words = TEXTS[name]
    syntax, metrics, form = told[0][text]
    assert words in refusal_of(syntax)
    assert bool(words) == bool(refusal_of(syntax))
    for answer in (syntax, metrics, form):
        assert answer.error == ""
        assert answer.cpu_seconds < SYNTAX_SECONDS / 2
        said = normalise_detail(refusal_of(answer))
        assert not [place for place in MACHINE if place in said]
    if text in told[1]:
        assert [each.value for each in told[1][text]] == [each.value for each in told[0][text]]


def test_a_parser_that_does_not_come_back_ends_with_its_time():
    """The limit of CPU seconds holds within one call of the parser, and the next text is read as if nothing were."""
    slow, quick = questions(ENTRY + "x=1;" * 62_000 + "\n")[2], questions(ORDINARY)[0]
    hasty = JudgeQuestion(op=slow.op, cpu_seconds=0.05, args=slow.args)

    async def ask() -> list[JudgeAnswer]:
        executor = LocalExecutor(sandbox="none")
        try:
            return [await executor.judge(question) for question in (hasty, quick)]
        finally:
            await executor.close()

    over, read = asyncio.run(ask())
    assert over.error == "over the limit of 0.05 CPU seconds"
    assert refusal_of(over) == "the program cannot be parsed: over the limit of 0.05 CPU seconds"
    assert read.value == {"imports": []}


def test_of_a_traceback_the_last_line_is_told():
    traced = JudgeAnswer(error='  File "/opt/lib/ast.py", line 3, in walk\n    x = 1\nValueError: no\n')
    assert refusal_of(traced) == "the program cannot be parsed: ValueError: no"
