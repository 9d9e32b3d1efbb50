"""What judges say of their packs' seeds, twice, and what the second time costs: as JSON, for a test to compare.

python -m tests.problems.judged '{"arena_match": {"draws": 1}, ...}' [SEEDS_OF_EACH]
"""

import hashlib
import json
import sys
import time
from pathlib import Path

import yaml

from tests.problems.inside import Inside, judge_modules

PROBLEMS = Path(__file__).parents[2] / "problems"


def judged(name, changes, most):
    """Yield (seed, digest of all that is said, whether it is said again, CPU seconds of the second time)."""
    folder = PROBLEMS / name
    spec = yaml.safe_load((folder / "problem.yaml").read_text())
    own = (spec.get("instances") or {}).get(spec.get("default_instance"), {})
    asked = {**spec.get("params", {}), **spec.get("judge_params", {})}
    asked |= {**own.get("params", {}), **own.get("judge_params", {}), **changes}
    others = sorted({path.stem for path in folder.glob("*.py")} - {"evaluate", "picture"})
    judge, *_ = judge_modules(folder, "evaluate", *others)
    for seed in sorted((folder / "seeds").glob("*.py"))[:most]:
        text = seed.read_text()
        first = said(judge, text, asked)
        began = time.process_time()
        again = said(judge, text, asked)
        yield seed.stem, first, first == again, time.process_time() - began


def said(judge, text, asked):
    """Return a digest of everything that a judge says of a program: figures to the last bit, and words."""
    found = judge.evaluate(Inside(text), asked)
    return hashlib.sha256(json.dumps(found, sort_keys=True, default=str).encode()).hexdigest()


if __name__ == "__main__":
    packs, most = json.loads(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None
    print(json.dumps({name: list(judged(name, changes, most)) for name, changes in packs.items()}))
