"""A synthetic proposer: a model whose skill is set, so that a search meets the same help at every task.

What real models are known for, as far as it has been published, is a number here: see `Skill`. It answers by a pure
function of the prompt and the request's seed, reads prompts as the offline proposer does, and knows the landscape only
in so far as it takes the best of a few changes that it thinks of.
"""

import re
from dataclasses import dataclass, field

from benchmarks.laboratory.pack.evaluate import FIRST, landscape
from evo.llm.model import LLM, Free, ModelFacts
from evo.llm.offline.phrases import say
from evo.llm.offline.prompt_reader import read
from evo.llm.prices import FREE
from evo.records import Completion
from evo.rng import stream

FILE = "program.py"
_PART = re.compile(r"^ +(\d+),  # part \d+$", re.MULTILINE)
_CHANGE = re.compile(r"(\d+): (\d+) to (\d+)")
_TRIES = 12
NONE = 80
"""An option that no part has."""


@dataclass(frozen=True, kw_only=True)
class Skill:
    """What a model is good for.

    Attributes:
        broken: share of answers that cannot be used, half of them no program and half an INVALID one. Of published
            logs 2 percent (strong models, short diffs) to 40 (open ones, long programs).
        again: share of changes that bring back what was there before: about 30 percent of added lines were deleted
            earlier in the same line of descent (arXiv:2605.20086).
        looks: changes that it thinks of before it answers; it takes the best of them `insight` of the time. What it
            gains so falls like 1/k over the improvements, since the parts of a design count like that.
        insight: see `looks`.
        heed: how often it leaves out a change that the prompt says was tried on the parent.
        borrow: how often a change is taken from a program that the prompt shows beside the parent.
        rare: how often it thinks of an idea that nobody has shown it (paradigm, chained).
    """

    broken: float = 0.12
    again: float = 0.3
    looks: int = 2
    insight: float = 0.5
    heed: float = 0.85
    borrow: float = 0.25
    rare: float = 0.01


@dataclass(frozen=True)
class Synthetic(LLM):
    """The proposer as a model.

    Attributes:
        params: of the task, as `evaluate.landscape` takes them.
    """

    params: dict
    skill: Skill = field(default_factory=Skill)

    @property
    def facts(self):
        return ModelFacts(prices=FREE, model="synthetic proposer")

    def connect(self, context):
        del context
        return SyntheticClient(landscape(**self.params), self.skill)


class SyntheticClient(Free):
    def __init__(self, land, skill):
        self._land, self._skill = land, skill

    async def complete(self, request):
        text = propose(request.prompt.user, request.sent_seed, self._land, self._skill)
        return Completion(text=text, model="synthetic", prompt_tokens=1, completion_tokens=1)

    async def close(self):
        pass


def written(design):
    """Return the program of a design."""
    lines = "".join(f"        {FIRST + option},  # part {part}\n" for part, option in enumerate(design))
    return f"def design(**params):\n    return [\n{lines}    ]\n"


def design_of(text):
    """Return the design of a program, None where it is none."""
    found = tuple(int(number) - FIRST for number in _PART.findall(text))
    return found if text == written(found) else None


def propose(prompt, seed, land, skill):
    seen = read(prompt)
    if seen.asked != "program":
        return _advice(seen)
    random = stream(seed, "synthetic", 0)
    shown = [design_of(each.files.get(FILE, "")) for each in (*seen.parents, *seen.others)]
    if not shown or shown[0] is None:
        return "The prompt shows no program to change.\n"
    if random.random() < skill.broken:
        return _broken(seen, shown[0], random)
    thought = _Thought(seen, shown, land, skill, random)
    design = thought.design()
    if design == shown[0]:
        return "No change comes to mind.\n"
    summary = "; ".join(f"{p}: {a} to {b}" for p, (a, b) in enumerate(zip(shown[0], design, strict=True)) if a != b)
    return say(summary, seen.parents[0].files, FILE, written(design), whole=seen.whole)


def _advice(seen):
    if seen.asked == "insights":
        return '{"insights": [{"kind": "algorithmic", "tag": "neutral", "severity": "low", "text": "a design"}]}'
    return "".join(f"- another {number}\n" for number in range(seen.wanted))


def _broken(seen, design, random):
    part = random.randrange(len(design))
    if random.random() < 0.5 or design[part] == NONE:
        return "I would need to think about this for longer.\n"
    worse = (*design[:part], NONE, *design[part + 1 :])
    return say(f"{part}: {design[part]} to {NONE}", seen.parents[0].files, FILE, written(worse), whole=seen.whole)


def _habitual(things, mean, random):
    """Draw one of the things, those that stand first more often: about the first `mean` of them as a rule."""
    return things[min(int(random.expovariate(1 / mean)), len(things) - 1)]


class _Thought:
    """One answer in the making."""

    def __init__(self, seen, shown, land, skill, random):
        self.seen, self.land, self.skill, self.random = seen, land, skill, random
        self.base, self.others = shown[0], [each for each in shown[1:] if each and max(each) < land.options]
        self.shown = [self.base, *self.others]
        self.habits = stream(0, "habit", str(self.base)).sample(range(land.parts), land.parts)

    def design(self):
        """Return the best of a few designs, or the first one that comes to mind."""
        thought = [each for each in (self._fresh() for _ in range(self.skill.looks)) if each != self.base]
        if not thought:
            return self.base
        return max(thought, key=self.land.worth) if self.random.random() < self.skill.insight else thought[0]

    def _fresh(self):
        """Return a design that the prompt does not say was tried, as far as it is heeded."""
        for _ in range(_TRIES):
            design = self._changed()
            said = "; ".join(
                f"{p}: {a} to {b}" for p, (a, b) in enumerate(zip(self.base, design, strict=True)) if a != b
            )
            tried = said in self.seen.done and self.random.random() < self.skill.heed
            if design not in self.shown and not tried:
                return design
        return self.base

    def _changed(self):
        random, joins = self.random, self.seen.joins and self.others
        if wrong := [part for part, option in enumerate(self.base) if option >= self.land.options]:
            # Asked to repair it: what the judge refused is what changes.
            return tuple(random.randrange(self.land.options) if p in wrong else o for p, o in enumerate(self.base))
        design = self._joined() if joins else list(self.base)
        if joins and random.random() < 0.5:
            return tuple(design)
        count = random.choice((2, 3, 4)) if self.seen.anew else random.choices((1, 2, 3), (6, 3, 1))[0]
        # A habit: from one program the same parts come to mind, and those that stand together change together.
        start = _habitual(self.habits, 3, random)
        for part in range(start, min(start + count, self.land.parts)):
            design[part] = self._option(part, design[part])
        return tuple(design)

    def _joined(self):
        """Return the parent with a stretch of another program, as functions are taken over: whole."""
        random, other = self.random, self.random.choice(self.others)
        size = random.choice((4, 4, 8))
        start = random.randrange(0, self.land.parts, 4)
        return [*self.base[:start], *other[start : start + size], *self.base[start + size :]]

    def _option(self, part, now):
        random, skill = self.random, self.skill
        if random.random() < skill.again and (before := self._before(part)):
            return random.choice(before)
        if self.others and random.random() < skill.borrow:
            return random.choice(self.others)[part]
        options = stream(part, "habit", str(self.base)).sample(range(self.land.options), self.land.options)
        found = _habitual(options, 1.5, random)
        return found if self._knows(part, found) or random.random() < skill.rare else now

    def _before(self, part):
        """Return what stood at a part earlier in the line of descent."""
        changes = [found for step in self.seen.ancestors for found in _CHANGE.findall(step.summary)]
        return [int(old) for where, old, _ in changes if int(where) == part and int(old) < self.land.options]

    def _knows(self, part, option):
        """Tell whether an option can be thought of: some only by who has seen what leads there."""
        if self.land.family == "paradigm" and part == 0 and option == self.land.best[0]:
            return any(each[0] == option for each in self.shown)
        if self.land.family == "chained":
            topic = part % self.land.strength
            return any(
                each[p] >= option - 1 for each in self.shown for p in range(topic, len(each), self.land.strength)
            )
        return True
