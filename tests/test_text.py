from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evo
from evo.text import DETAIL_MAX_BYTES, cut, fence, normalise_detail, redact, sanitise

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("bell\x07 nul\x00 del\x7f c1\x85", "bell nul del c1"),
        ("lone \ud800 surrogate", "lone \\ud800 surrogate"),
        ("\ufeffbom", "bom"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("\U000e0001\U000e0068\U000e0069 tags", " tags"),
        ("inter\ufff9linear\ufffb, plus\u2064", "interlinear, plus"),
        ("joined \U0001f469\u200d\U0001f52c stays", "joined \U0001f469\u200d\U0001f52c stays"),
        ("grüße ☃ 𝄞", "grüße ☃ 𝄞"),
    ],
)
def test_sanitise(dirty, clean):
    assert sanitise(dirty) == clean


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_sanitised_text_is_fit_for_files_and_stays_as_it_is(text):
    clean = sanitise(text)
    clean.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", clean)
    assert sanitise(clean) == clean


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300).map(sanitise), st.integers(0, 200))
def test_cut_keeps_to_the_limit_and_leaves_short_texts_alone(text, limit):
    short = cut(text, limit)
    assert len(short.encode()) <= limit
    assert (short == text) == (len(text.encode()) <= limit)


def test_cut_keeps_head_and_tail_and_says_how_much_is_gone():
    short = cut("HEAD" + "x" * 5000 + "TAIL", 200)
    assert short.startswith("HEAD")
    assert short.endswith("TAIL")
    gone = int(re.search(r"\n\[\.\.\. (\d+) bytes left out \.\.\.\]\n", short)[1])
    assert gone + len(short.replace(re.search(r"\n\[.*\]\n", short)[0], "")) == 5008


@settings(max_examples=200, deadline=None)
@given(st.text("`~\nab", max_size=60))
def test_nothing_inside_a_fence_closes_it(text):
    first, *body, last = fence(text, "python").split("\n")
    ticks = first.removesuffix("python")
    assert set(ticks) == {"`"}
    assert last == ticks
    assert all(ticks not in line for line in body)
    assert "\n".join(body).rstrip("\n") == text.rstrip("\n")


def test_details_of_equal_causes_are_equal():
    one = normalise_detail("\x1b[1mFile /tmp/s1/p.py: <f at 0x7f00aa>\r\n", "/tmp/s1")
    two = normalise_detail("File /tmp/s2/p.py: <f at 0x55BBcc>", "/tmp/s2")
    assert one == two == "File <scratch>/p.py: <f at 0x…>"


def test_details_are_bounded():
    assert len(normalise_detail("☃" * 10_000).encode()) <= DETAIL_MAX_BYTES


def test_redact_by_value_longest_first():
    said = redact("key sk-abc-long and sk-abc and again sk-abc", ["sk-abc", "", "sk-abc-long"])
    assert said == "key [redacted] and [redacted] and again [redacted]"


def test_no_detail_says_where_this_interpreter_lies():
    said = normalise_detail(f"no name in {sys.prefix}/lib/x.py, {os.__file__}, {re.__file__} nor {evo.text.__file__}")
    assert not [place for place in (sys.prefix, sys.base_prefix, str(Path(evo.__file__).parent)) if place in said]
    assert "<python>/os.py" in said
    assert "<evo>/text.py" in said
