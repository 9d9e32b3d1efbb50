"""Judge of the synthetic tasks: what a design is worth on a landscape of known shape and known best design.

Every landscape is a function of its parameters, is worth 1 at its best design and less everywhere else. The shapes are
what searches are known to differ on; `SHAPES` says each in a word. Standard library alone, so that the laboratory may
call it in its own process, thousands of times a second.
"""

from functools import lru_cache
from hashlib import blake2b
from random import Random

from evo.judging import Invalid, items

FIRST = 10
"""The number of the first option: from there on an operator that moves numbers has something to move."""
BLOCK = 4
"""Parts of a module, where parts belong together."""
STYLES = 3
OLD_CAP = 0.7
"""What the usual paradigm can reach where a rare idea is needed."""


def evaluate(output, params):
    land = landscape(**params)
    parts = items(output, "the design", count=land.parts)
    design = []
    for index, part in enumerate(parts):
        if type(part) is not int or not 0 <= part - FIRST < land.options:
            raise Invalid(f"part {index} is {part!r:.40}; expected a whole number from {FIRST}, of {land.options}")
        design.append(part - FIRST)
    return scored(land, tuple(design))


def scored(land, design, repetition=0):
    """Return what a judge says of a design; on a noisy landscape each repetition draws anew."""
    true = land.worth(design)
    return {
        "objective": true + land.noise(design, repetition),
        "measures": {
            "even_share": sum(option % 2 == 0 for option in design) / land.parts,
            "height": sum(design) / (land.parts * (land.options - 1)),
        },
        "metrics": {"true": true},
    }


@lru_cache(maxsize=64)
def landscape(family, parts, options, draw, strength):
    return Landscape(family, parts, options, draw, strength)


def drawn(*key):
    """Return a number in [0, 1) that depends on the key alone."""
    digest = blake2b("\x1f".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


class Landscape:
    """One task.

    Attributes:
        best: the best design, options counted from 0.
        weights: what each part counts, falling like 1/k over the parts, in a drawn order.
        quality: for each part, what each of its options is good for; 1 for the best.
    """

    def __init__(self, family, parts, options, draw, strength):
        self.family, self.parts, self.options, self.draw, self.strength = family, parts, options, draw, strength
        random = Random(f"{family} {parts} {options} {draw}")
        self.best = tuple(random.randrange(options) for _ in range(parts))
        order = random.sample(range(parts), parts)
        total = sum(1 / k for k in range(1, parts + 1))
        self.weights = [1 / (order.index(part) + 1) / total for part in range(parts)]
        self.quality = [[random.uniform(0.0, 0.8) for _ in range(options)] for _ in range(parts)]
        for part, option in enumerate(self.best):
            self.quality[part][option] = 1.0
        self.neighbours = (
            [random.sample([p for p in range(parts) if p != part], min(strength, parts - 1)) for part in range(parts)]
            if family == "rugged"
            else []
        )
        self.other = [random.randrange(options) for _ in range(parts)]
        self._shape = SHAPES[family]
        if family == "chained":
            self.best = (options - 1,) * parts
        if family == "modular":
            self.best = tuple(options - STYLES + self.style(part // BLOCK) for part in range(parts))

    def style(self, module):
        """Return the style in which a module is worth most."""
        return int(drawn(self.draw, "style", module) * STYLES)

    def worth(self, design):
        return self._shape(self, design)

    def noise(self, design, repetition):
        if self.family != "noisy":
            return 0.0
        random = Random(f"{self.draw} {design} {repetition}")
        return random.gauss(0.0, self.strength / 100)

    def mean(self, values):
        """Return the mean of a value for each part, by the parts' weights."""
        return sum(weight * value for weight, value in zip(self.weights, values, strict=True))

    def qualities(self, design):
        return [self.quality[part][option] for part, option in enumerate(design)]


def smooth(land, design):
    """Every part counts by itself: each step towards the best design is a gain."""
    return land.mean(land.qualities(design))


def rugged(land, design):
    """What a part is good for hangs on `strength` others: many local optima."""
    values = []
    for part, option in enumerate(design):
        around = (part, *land.neighbours[part])
        if all(design[each] == land.best[each] for each in around):
            values.append(1.0)
        else:
            luck = drawn(land.draw, part, [design[each] for each in around])
            values.append(0.4 * land.quality[part][option] + 0.5 * luck)
    return land.mean(values)


def deceptive(land, design):
    """Blocks of `strength` parts that are worth more the less is right in them, until all is."""
    size = land.strength
    blocks = [range(start, min(start + size, land.parts)) for start in range(0, land.parts, size)]
    total = 0.0
    for number, block in enumerate(blocks, 1):
        right = sum(design[part] == land.best[part] for part in block)
        trap = 1.0 if right == len(block) else 0.7 * (1 - right / len(block))
        own = sum(land.quality[part][design[part]] for part in block) / len(block)
        total += (0.6 * trap + 0.4 * own) / number
    return total / sum(1 / number for number in range(1, len(blocks) + 1))


def plateaued(land, design):
    """The smooth one in `strength` levels: most steps change nothing that can be seen."""
    return int(land.strength * smooth(land, design) + 1e-9) / land.strength


def modular(land, design):
    """Modules in one of three styles each: single steps out of a style lose, and the best styles differ.

    Good modules are found in different lines of descent, so the best design is a recombination.
    """
    modules = [range(start, min(start + BLOCK, land.parts)) for start in range(0, land.parts, BLOCK)]
    total = 0.0
    for number, module in enumerate(modules):
        wanted = land.style(number)
        styles = [design[part] % STYLES for part in module]
        most = max(set(styles), key=styles.count)
        unity = styles.count(most) / len(module)
        # Within a style the higher option is the better one.
        height = sum(design[part] // STYLES + 1 for part in module) / (len(module) * (land.options // STYLES))
        total += (1.0 if most == wanted else 0.6) * unity**2 * (0.4 + 0.6 * height)
    return total / len(modules)


def paradigm(land, design):
    """One rare option of the first part opens another landscape: worse for a well-tuned design, higher in the end."""
    own = land.qualities(design)
    usual = [1.0 if option == land.other[part] else 0.9 * own[part] for part, option in enumerate(design)]
    if design[0] != land.best[0]:
        return OLD_CAP * land.mean(usual)
    return land.mean([0.65 * new + 0.35 * max(new, 0.9 * old) for new, old in zip(own, usual, strict=True)])


def chained(land, design):
    """Options are rungs: the proposer can take one only after it has seen the rung below, in any program shown."""
    return land.mean([(option + 1) / land.options for option in design])


SHAPES = {
    "smooth": smooth,
    "rugged": rugged,
    "deceptive": deceptive,
    "plateaued": plateaued,
    "modular": modular,
    "paradigm": paradigm,
    "chained": chained,
    "noisy": smooth,
}
"""Family -> what a design is worth."""
