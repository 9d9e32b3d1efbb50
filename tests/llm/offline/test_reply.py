"""The offline proposer through the seams: real prompts in, answers parsed and applied."""

from __future__ import annotations

import ast
import asyncio
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.llm.model import LLMContext
from evo.llm.offline import Offline
from evo.llm.offline.reply import Knowledge, propose
from evo.propose.answer import read
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.context import PromptContext, Shown, Step, TriedChange
from evo.propose.prompt.problem_contract import ProblemContract
from evo.records import Direction, EvaluationStatus, Outcome, Program, Request, Ticket
from evo.rng import derive
from evo.text import sanitise
from tests.propose.shipped import SHIPPED

PARTS = '''"""Parts."""

import math


def place(n):
    return [(0.5 + 0.25 * math.cos(2 * math.pi * k / n), 0.5) for k in range(n)]


def radii(centers):
    return [min(x, 1 - x) * 0.5 for x, _ in centers]


def polish(circles, steps=12):
    for _ in range(steps):
        circles = sorted(circles)
    return circles


def pack(n, seed, work):
    centers = place(n)
    return polish(list(zip(centers, radii(centers))))
'''
OTHER = PARTS.replace("sorted(circles)", "shuffled(circles)").replace(
    "def pack", "def shuffled(xs):\n    return xs[::-1]\n\n\ndef pack"
)
SCRIPT = """\
import sys
best = 0
total = 3.5
while best < 10:
    best += 1
    total = max(total, best * 0.3)
    if total > 7: break
print('größe', total, f"{best:.3f}")
"""
CLASSES = '''
# Ein Kommentar mit Ümlaut
class Policy:
    """Keeps a table."""

    rate: float = 0.1

    @property
    def size(self): return 17

    def act(self, state, *, noise=0.05):
        lam = lambda x: x ** 2
        return {"a": [lam(s) for s in state if s > noise], "b": 1e-3}


async def main():
    async with open_it() as f:
        await f.run(Policy(), retries=5)
'''
MARKED = """\
import math
LIMIT = 100
# EVOLVE-BLOCK-START
def step(x):
    return 0.5 * x + 3
# EVOLVE-BLOCK-END
def run(n, seed):
    return step(n) + 8
"""
PROGRAMS = {"parts": PARTS, "script": SCRIPT, "classes": CLASSES, "marked": MARKED}
IDEAS = {
    "radii.py": """\
'Radii from the walls alone.'


def radii(centers):
    return [min(x, y, 1 - x, 1 - y) for x, y in centers]
""",
    "polish.py": """\
'Polish twice.'


def polish(circles, steps=2):
    return inner_polish(inner_polish(circles))
""",
    "place.py": """\
'Start at random.'
import random


def place(n):
    rng = random.Random(1)
    return [(rng.random(), 0.5) for _ in range(n)]
""",
    "step.py": """\
'Step by the logarithm.'
import math


def step(x):
    return math.log1p(x)
""",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ideas")
    for name, text in IDEAS.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")
    return Offline().connect(LLMContext(role="fast", ideas=folder, seed=0))


def builder(editable="whole"):
    return PromptBuilder(
        ProblemContract(
            label="toy",
            summary="A toy.",
            brief="Do well.",
            language="python",
            file="program.py",
            entry="pack",
            signature="pack(n, seed, work)",
            editable=editable,
            objective="score",
            direction=Direction.MAXIMIZE,
            params={},
            measures={},
        ),
        emitters=SHIPPED,
    )


def shown(program):
    return Shown(program=program, evaluation=None, ticket=0, operator="seed")


def ask(client, operator, programs, seed, *, editable="whole", **context):
    """Return the prompt's proposal and the answer's text."""
    programs = [Program.of(program) if isinstance(program, (str, dict)) else program for program in programs]
    parents = programs if operator == "crossover" else programs[:1]
    ticket = Ticket(number=seed, after_seq=0, island=0, operator=operator, parents=tuple(p.id for p in parents))
    prompt = builder(editable).build(ticket, PromptContext(parents=tuple(map(shown, parents)), **context))
    request = Request(purpose="propose", subject=str(seed), prompt=prompt, seed=derive(0, "propose", seed), llm="fast")
    completion = asyncio.run(client.complete(request))
    assert asyncio.run(client.complete(request)) == completion
    return read(ticket, request, completion, parents, editable=editable), completion.text


@pytest.mark.parametrize("name", PROGRAMS)
def test_diffs_are_nearly_always_changed_programs(client, name):
    editable = "markers" if name == "marked" else "whole"
    base, good, kinds = Program.of(PROGRAMS[name]), 0, Counter()
    for seed in range(200):
        proposal, answer = ask(client, "diff", [base], seed, editable=editable)
        assert proposal.outcome is Outcome.PROPOSED, proposal.detail
        assert "<<<<<<< SEARCH" in answer
        ast.parse(proposal.program.text)
        good += proposal.program != base
        kinds[proposal.summary.split(":")[0]] += 1
    assert good >= 180
    assert kinds["number"] > 20
    assert ("idea" in kinds) == (name in {"parts", "marked"})


@pytest.mark.parametrize("operator", ["rewrite", "crossover"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_other_operators_answer_whole_programs(client, operator, name):
    editable = "markers" if name == "marked" else "whole"
    base = Program.of(PROGRAMS[name])
    donor = Program.of(OTHER if name == "parts" else PROGRAMS[name].replace("3", "4"))
    summaries = set()
    for seed in range(40):
        proposal, answer = ask(client, operator, [base, donor], seed, editable=editable)
        assert proposal.outcome is Outcome.PROPOSED, proposal.detail
        assert "```" in answer
        assert "<<<<<<<" not in answer
        ast.parse(proposal.program.text)
        assert proposal.program != base
        summaries.add(proposal.summary)
    if operator == "rewrite":
        assert any("; " in summary for summary in summaries), "two moves at once"
    elif name == "parts":
        assert summaries == {f"crossover: polish from {donor.id[:6]}"}
        assert "def shuffled" in proposal.program.text


def test_crossover_with_an_inspiration_when_there_is_one_parent(client):
    donor = Program.of(OTHER)
    proposal, _ = ask(client, "crossover", [PARTS], 1, inspirations=(shown(donor),))
    assert proposal.summary == f"crossover: polish from {donor.id[:6]}"


def step(summary, delta):
    status = EvaluationStatus.VALID
    return Step(program="ab", parent="cd", operator="diff", summary=summary, status=status, objective=1.0, delta=delta)


def test_it_turns_to_what_the_prompt_does_not_show_as_tried(client):
    def shares(**context):
        proposals = [ask(client, "diff", [PARTS], seed, **context)[0].summary for seed in range(150)]
        return Counter(summary for summary in proposals if summary.startswith("idea"))

    radii = "idea: Radii from the walls alone"
    fresh, lineage = shares(), shares(ancestors=(step(radii, 0.5),))
    worse = shares(attempts=(step(radii, -0.5), step("idea: Polish twice; number: x", 0.5)))
    assert fresh[radii] > 20
    assert lineage[radii] < fresh[radii] / 2
    assert worse[radii] == 0, "tried alone"
    assert worse["idea: Polish twice"] > 0, "tried with something else"


def test_what_the_prompt_names_as_tried_is_not_proposed_again(client):
    tried = (TriedChange(summary="idea: Radii from the walls alone", times=2, gain=None),)
    for operator in ("diff", "rewrite", "crossover"):
        said = {ask(client, operator, [PARTS], seed, tried=tried)[0].summary for seed in range(60)}
        assert tried[0].summary not in said
        assert any(tried[0].summary in summary for summary in said) == (operator != "diff"), "in a pair it may be"


def test_a_move_that_failed_is_not_repeated(client):
    first, _ = ask(client, "diff", ["x = 3\n"], 5)
    again, _ = ask(client, "diff", ["x = 3\n"], 5, attempts=(step(first.summary, -1.0),))
    assert again.summary != first.summary


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("def broken(:\n    return 12.5\n", Outcome.PROPOSED),
        ("x = 5\n" * 18_000, Outcome.PROPOSED),
        ("-" * 90_000 + "7", Outcome.PROPOSED),
        ("pass\n", Outcome.UNPARSABLE),
        ("", Outcome.UNPARSABLE),
        ('D = """\n```python\n<<<<<<< SEARCH\n=======\n```\n"""\nx = 3\n', Outcome.PROPOSED),
        ("x = 1\nx = 1\nx = 1\nx = 1\n", Outcome.PROPOSED),
    ],
)
@pytest.mark.parametrize("operator", ["diff", "rewrite", "crossover"])
def test_no_program_is_too_strange(client, operator, text, outcome):
    proposal, _ = ask(client, operator, [text, text], 3)
    assert proposal.outcome is outcome
    assert outcome is Outcome.UNPARSABLE or proposal.program != Program.of(text)


def test_programs_of_several_files(client):
    files = {"main.py": SCRIPT, "lib/parts.py": PARTS}
    changed = Counter()
    for seed in range(30):
        proposal, _ = ask(client, "diff", [files], seed)
        changed.update(path for path, text in proposal.program.files.items() if text != files[path])
    assert set(changed) == set(files)
    assert sum(changed.values()) == 30


def test_another_language_gets_other_numbers(client):
    program = Program.of({"main.rs": "fn main() { let x = 0.5; run(x, 10); }\n"}, language="rust")
    proposal, _ = ask(client, "diff", [program], 2)
    assert proposal.outcome is Outcome.PROPOSED
    assert proposal.summary.startswith("number: line 1")


PIECES = [
    "## Parent ab",
    "## Second parent cd",
    "## Inspiration ef",
    "File: p.py",
    "File: ../x",
    "```python",
    "````",
    "```",
]
PIECES += [
    "## What to do",
    "Join what is good.",
    "Write a new version.",
    "List 3 fundamentally different approaches",
    "Sum up what this search has learned",
    '{"insights": []}',
    "x = 1",
    "def f(a):",
    "    return 2",
    "--- x",
    "+++ y",
    "<<<<<<< SEARCH",
]
PIECES += ["## What was already tried", "- a · b · VALID · 1 · nan · c", "Score: x = y", "\ud800", "\f7", ""]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=9), max_size=25).map("\n".join), st.integers(0, 9))
def test_any_prompt_gets_an_answer(prompt, seed):
    answer = propose(prompt, seed, Knowledge(weights={"numbers": 1.0, "statements": 1.0, "general": 1.0}, ideas=()))
    assert answer
    assert answer == sanitise(answer)


def test_without_ideas_it_still_answers():
    client = Offline(ideas=0.0).connect(LLMContext(role="fast", ideas=None, seed=0))
    assert ask(client, "diff", [PARTS], 0)[0].outcome is Outcome.PROPOSED


@pytest.mark.parametrize("general", [0.0, 1.0])
def test_general_ideas_come_by_their_weight(general):
    weights = {"ideas": 0.0, "numbers": 1.0 - general, "statements": 0.0, "general": general}
    client = Offline(**weights).connect(LLMContext(role="fast", ideas=None, seed=0))
    text = "import random\n\n\ndef pack(n, seed, work):\n    return random.Random(seed).random() * 3\n"
    said = [ask(client, "diff", [text], seed)[0].summary for seed in range(8)]
    assert all(summary.startswith("general: " if general else "number: ") for summary in said), said


def test_an_answer_costs_milliseconds(client):
    programs = [Program.of(PARTS * 4 + f"\n\nN = {k}\n") for k in range(30)]
    ask(client, "diff", programs, 0)
    prompts = [
        builder().build(
            Ticket(number=k, after_seq=0, island=0, operator="diff"), PromptContext(parents=(shown(program),))
        )
        for k, program in enumerate(programs)
    ]
    requests = [
        Request(purpose="p", subject="0", prompt=prompt, seed=k, llm="fast") for k, prompt in enumerate(prompts)
    ]

    async def answer_all():
        for request in requests:
            await client.complete(request)

    before = time.process_time()
    asyncio.run(answer_all())
    assert (time.process_time() - before) / len(requests) < 0.05, "about 5 ms each where nothing else runs"
