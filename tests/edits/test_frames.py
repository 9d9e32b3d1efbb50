"""Whatever frame a draft stands in, it never reaches the program."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.edits import Edit, apply, parse
from evo.edits.frames import show
from evo.records import Outcome, Program
from tests.edits.corpus import BAD, BASE, DRAFT, DRAFTED, FENCED, GOOD, MORE

PARENT = Program.of(BASE)
NAMES = ["think", "thinking", "THINK", "Thinking", "thought", "reasoning", "Reasoning", "reflection", "scratchpad"]
TAGS = [
    *((f"<{name}>", f"</{name}>") for name in NAMES),
    ('<think type="long">', "</think>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
]
CHANNELS = [
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ("<|start|>assistant<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
    ("<|channel|>commentary to=functions.run<|message|>", "<|start|>assistant<|channel|>final<|message|>"),
]
OPEN_DRAFTS = [
    f"```python\n{DRAFT}",
    "<<<<<<< SEARCH\nSTEPS = 10\n=======\nSTEPS = 666",
    "```diff\n-STEPS = 10\n+STEPS = 666",
]
DRAFTS = st.lists(
    st.sampled_from(
        [BAD, DRAFTED, DRAFT, "Hm, let me see.", "```\nx\n```", "So `<think>` it is.", "a\n\nb", "1. first\n2. second"]
    ),
    min_size=1,
    max_size=4,
).map("\n".join)
FRAMES = st.sampled_from([*TAGS, *CHANNELS])
ANSWERS = st.sampled_from(
    [GOOD, FENCED, f"Use more steps.\n\n{GOOD}", f"{FENCED}\n\nThat is all.", f"<answer>\n{GOOD}\n</answer>"]
)
BREAKS = st.sampled_from(["\n", "\n\n", " ", ""])


def text_of(answer):
    edit = parse(answer, base=PARENT, entry="pack")
    child = apply(PARENT, edit, editable="whole") if isinstance(edit, Edit) else edit
    return child.text if isinstance(child, Program) else str(child.outcome)


@st.composite
def framed(draw):
    """A draft in a frame: whole or without its beginning, perhaps left open, perhaps in another frame."""
    opening, closing = draw(FRAMES)
    draft = draw(DRAFTS)
    if draw(st.booleans()):
        inner = draw(st.sampled_from(TAGS))
        draft = f"{draft}\n{inner[0]}\n{draw(DRAFTS)}\n{inner[1]}\n{draw(DRAFTS)}"
    if draw(st.booleans()):
        draft += f"\n{draw(st.sampled_from(OPEN_DRAFTS))}"
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    head = draw(st.sampled_from(["", "Sure!\n", "\n\n"])) + opening + gap if draw(st.booleans()) else ""
    return f"{head}{draft}\n{closing}"


@settings(max_examples=300, deadline=None)
@given(st.lists(framed(), min_size=1, max_size=2), BREAKS, ANSWERS, st.sampled_from(["\n", "\r\n"]))
def test_a_draft_never_reaches_the_program(thoughts, gap, answer, end):
    # What stands behind a tag on its line has to be able to stand there.
    whole = "\n".join(thoughts) + (gap if gap.strip(" ") or answer[0] in "`<" else "\n") + answer
    assert text_of(whole.replace("\n", end)) == MORE


@settings(max_examples=150, deadline=None)
@given(FRAMES, DRAFTS, st.sampled_from(["", GOOD, FENCED]))
def test_a_thought_that_is_never_closed_is_cut_off(frame, draft, before):
    answer = f"{before}\n{frame[0]}\n{draft}"
    assert text_of(answer) in {Outcome.TRUNCATED, Outcome.UNPARSABLE}
    refusal = parse(answer, base=PARENT, entry="pack")
    assert refusal.outcome is Outcome.TRUNCATED
    assert f"line {before.count(chr(10)) + 2}" in refusal.detail


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([tag for pair in TAGS for tag in pair]), st.sampled_from(["'", '"""\n', "# "]))
def test_a_tag_in_the_program_is_the_program_s(tag, quote):
    close = "" if quote == "# " else quote.strip() if quote == "'" else '\n"""'
    line = (
        f"{quote}a {tag} b{close}"
        if quote == "# "
        else f"TAG = {quote}a\\n{tag}\\n{close}"
        if quote == "'"
        else f"TAG = {quote}{tag}{close}"
    )
    program = f"{MORE}\n{line}\n"
    assert text_of(f"```python\n{program}```") == program
    assert text_of(program) == program, "and so without a fence"


def test_lines_keep_their_numbers():
    shown = show(f"a\n<think>\n{BAD}\n</think>\nb\n")
    assert shown.lines == ["a", *[""] * (BAD.count("\n") + 2), "", "b", ""]
    assert shown.hidden == ((2, BAD.count("\n") + 4),)


PIECES = [
    *("<think>\n", "</think>\n", "<think>x</think>", "```x\n", "<<<<<<< SEARCH\n", "'''</think>\n", "[/THINK]```\n"),
    *("```x\n</think>\n", "<<<<<<< SEARCH\n</think>\n", "~~~\n</think>\n```x\n", "```x\n</think>\nplain\n"),
]


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_frames_are_read_in_linear_time(piece):
    before = time.process_time()
    for answer in (piece * 8_000, f"```\n{piece * 8_000}", f"```\n{piece * 8_000}{'x' * 10}\n```\n"):
        show(answer)
    assert time.process_time() - before < 5
