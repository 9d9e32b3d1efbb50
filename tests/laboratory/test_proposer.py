"""The synthetic proposer: a pure function of what it is shown, with the shares that its skill says."""

from random import Random

from benchmarks.laboratory.pack.evaluate import landscape
from benchmarks.laboratory.proposer import FILE, Skill, design_of, propose, written

LAND = landscape("smooth", 20, 6, 1, 0)
BASE = (2,) * 20
SHARP = Skill(broken=0.0, again=0.0, looks=1, insight=0.0)


def prompt(design=BASE, *, tried=(), ancestors=(), others=(), joins=False, whole=True):
    """Say what a search's prompt says."""
    lines = []
    for number, other in enumerate(others):
        heading = "Second parent" if joins else "Inspiration"
        lines += [f"## {heading} b{number}", "", f"File: {FILE}", "```python", written(other).rstrip(), "```", ""]
    if ancestors:
        lines += ["## How the parent came to be, oldest first", ""]
        lines += [f"- a1 · diff · VALID · 0.5 · 0.1 · {summary}" for summary in ancestors] + [""]
    if tried:
        lines += ["## What else was tried on the parent", "", *(f"- {each} (1 x, in vain)" for each in tried), ""]
    lines += [
        "## Parent a0",
        "",
        f"File: {FILE}",
        "```python",
        written(design).rstrip(),
        "```",
        "",
        "## What to do",
        "",
    ]
    lines += ["Join what is good." if joins else "Change the parent.", ""]
    lines += ["```python", "...", "```"] if whole else ["<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"]
    return "\n".join(lines) + "\n"


def answered(seed, skill=SHARP, land=LAND, **shown):
    """Return the design of an answer in whole files; None where there is none."""
    text = propose(prompt(**shown), seed, land, skill)
    return design_of(text.split("```\n")[1]) if "```\n" in text else None


def test_programs_are_read_back():
    assert design_of(written(BASE)) == BASE
    assert design_of("x = 1\n") is None


def test_equal_arguments_give_equal_answers_and_seeds_differ():
    assert propose(prompt(), 5, LAND, SHARP) == propose(prompt(), 5, LAND, SHARP)
    assert len({propose(prompt(), seed, LAND, SHARP) for seed in range(20)}) > 5


def test_so_many_answers_are_broken():
    skill = Skill(broken=0.3, again=0.0)
    broken = [80 in (answered(seed, skill) or (80,)) for seed in range(400)]
    assert 0.24 < sum(broken) / 400 < 0.36


def test_what_was_there_before_comes_back_as_often_as_said():
    old = [f"{part}: 5 to 2" for part in range(20)]
    never, often = (
        sum(
            5 in answered(seed, Skill(broken=0, again=again, looks=1, insight=0, borrow=0), ancestors=old)
            for seed in range(300)
        )
        / 300
        for again in (0.0, 0.9)
    )
    assert often > 2 * never


def test_what_the_prompt_says_was_tried_is_left_out():
    said = {answered(seed) for seed in range(200)}
    changes = {
        "; ".join(f"{p}: {a} to {b}" for p, (a, b) in enumerate(zip(BASE, each, strict=True)) if a != b): each
        for each in said
    }
    told = sorted(changes)[: len(changes) // 2]
    heeding = Skill(broken=0, again=0, looks=1, insight=0, heed=1.0)
    after = {answered(seed, heeding, tried=tuple(told)) for seed in range(200)}
    assert not after & {changes[summary] for summary in told}


def test_more_looks_find_more():
    blind, sharp = (
        sum(LAND.worth(answered(seed, Skill(broken=0, again=0, looks=looks, insight=1.0))) for seed in range(100))
        for looks in (1, 6)
    )
    assert sharp > blind


def test_a_rung_is_reached_only_by_who_has_seen_the_one_below():
    land = landscape("chained", 16, 8, 13, 2)
    skill = Skill(broken=0, again=0, looks=1, insight=0, borrow=0, rare=0.0)
    low = (0,) * 16
    assert max(max(answered(seed, skill, land, design=low) or low) for seed in range(200)) == 1
    high = (6,) + (0,) * 15
    shown = [answered(seed, skill, land, design=low, others=(high,)) or low for seed in range(400)]
    assert max(max(each[::2]) for each in shown) > 1
    assert max(max(each[1::2]) for each in shown) == 1


def test_the_rare_idea_comes_as_rarely_as_said_or_from_whoever_shows_it():
    land = landscape("paradigm", 8, 6, 11, 0)
    base = ((land.best[0] + 1) % 6,) + (2,) * 7
    never = Skill(broken=0, again=0, looks=1, insight=0, borrow=0, rare=0.0)
    assert not any((answered(seed, never, land, design=base) or base)[0] == land.best[0] for seed in range(300))
    shown = (land.best[0],) + (3,) * 7
    assert any(
        (answered(seed, never, land, design=base, others=(shown,)) or base)[0] == land.best[0] for seed in range(300)
    )


def test_joining_takes_stretches_of_the_other_parent():
    other = tuple(Random(1).randrange(3, 6) for _ in range(20))
    skill = Skill(broken=0, again=0, looks=1, insight=0)
    joined = [answered(seed, skill, others=(other,), joins=True) for seed in range(40)]
    assert any(sum(a == b for a, b in zip(each, other, strict=True)) >= 4 for each in joined if each)
