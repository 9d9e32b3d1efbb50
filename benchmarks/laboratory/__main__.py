"""Which search finds more: strategies against one another, on packs and on tasks of known structure.

    python -m benchmarks.laboratory --fast                  a few seeds of a task of every family, for choosing
    python -m benchmarks.laboratory --fast --arms base,mine # some of the arms of plan.yaml
    python -m benchmarks.laboratory --held-back --write     # everything, and docs/results/search.md

Resumable: what is finished is not run again as long as nothing that it rests on has changed. `--held-back` adds the
eight tasks that nobody looks at before the default is chosen.
"""

import argparse
import os
import sys
from pathlib import Path

import yaml

from benchmarks.laboratory import page
from benchmarks.laboratory.campaign import gathered
from benchmarks.laboratory.ledger import ROOT

HERE = Path(__file__).parent


def declared(path=HERE):
    """Return the plan and the synthetic tasks."""
    plan, tasks = (yaml.safe_load((path / name).read_text()) for name in ("plan.yaml", "tasks.yaml"))
    return plan, tasks


def chosen(plan, tasks, options):
    """Return task -> its entry, packs last; synthetic ones have a family."""
    found = dict(tasks["choose"])
    if options.held_back:
        found |= tasks["held_back"]
    if options.fast:
        found = {name: found[name] for name in plan["fast"]["tasks"]}
    elif not options.no_packs:
        found |= plan["packs"]
    if options.tasks:
        everything = {**tasks["choose"], **tasks["held_back"], **plan["packs"]}
        held = [each for each in options.tasks if each in tasks["held_back"] and not options.held_back]
        unknown = [each for each in options.tasks if each not in everything]
        if held or unknown:
            sys.exit(f"{', '.join(held or unknown)}: {'held back; see --held-back' if held else 'no such task'}")
        found = {name: everything[name] for name in options.tasks}
    return found


def read_options(plan):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.laboratory", description=__doc__.splitlines()[0])
    parser.add_argument("--fast", action="store_true", help="a few seeds of a task of every family, no packs")
    parser.add_argument("--held-back", action="store_true", help="the tasks that are looked at once, too")
    parser.add_argument("--no-packs", action="store_true", help="synthetic tasks alone")
    parser.add_argument("--arms", type=lambda text: text.split(","), help="some of the arms, by name")
    parser.add_argument("--tasks", type=lambda text: text.split(","), help="some of the tasks, by name")
    parser.add_argument("--seeds", type=int, help="how many, from 0")
    parser.add_argument("--cpu-minutes", type=float, default=plan["cpu_minutes"])
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at a time")
    parser.add_argument("--ledger", type=Path, default=ROOT / "runs" / "laboratory" / "ledger.db")
    parser.add_argument("--write", action="store_true", help="write docs/results/search.{md,json,png}")
    options = parser.parse_args()
    unknown = [arm for arm in options.arms or () if arm not in plan["arms"]]
    if unknown:
        sys.exit(f"no arm {', '.join(unknown)}; there are {', '.join(plan['arms'])}")
    options.arms = options.arms or list(plan["arms"])
    options.seeds = options.seeds or (plan["fast"]["seeds"] if options.fast else plan["seeds"])
    return options


def repeated(words):
    """Return the words of the command that decide what is run: where and how many at a time is everybody's own."""
    own = {place + more for place, word in enumerate(words) if word in {"--ledger", "--jobs"} for more in (0, 1)}
    return " ".join(word for place, word in enumerate(words) if place not in own)


def main():
    plan, tasks = declared()
    options = read_options(plan)
    among = chosen(plan, tasks, options)
    trials = gathered(plan, among, tasks["skills"], options)
    result = page.results(plan, among, trials, held=[name for name in tasks["held_back"] if name in among])
    result["words"] = repeated(sys.argv[1:])
    if options.write:
        page.write(result, ROOT / "docs" / "results")
    else:
        print(page.text(result))


if __name__ == "__main__":
    main()
