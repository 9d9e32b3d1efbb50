"""What ending evaluations early is worth: the same searches with and without an economy, on packs with instances.

    python benchmarks/racing.py                       ten seeds each, offline (about half an hour of CPU)
    python benchmarks/racing.py --seeds 0 1 --tickets 40 --pack online_bin_packing/or3

Both have the same seed and as many tickets. A winner is the best program of a run, scored whole; charged units are one
for a whole evaluation, and the fraction of the work for one that ended early.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.store.reading.view import open_run

PACKS = {
    "online_bin_packing/or3": ["params={items: 50}"],
    "expert_cache": ["params={tokens: 24}"],
}
"""Packs whose judges tell their progress, with what makes an instance cheaper."""
RULES = {
    "whole": [],
    "racing": ["economy=racing"],
    "parent": ["economy={use: racing, against: parent}"],
    "halving": ["economy=halving"],
}


async def searched(pack, settings, folder):
    async with start(load_run(pack, settings), runs_dir=folder) as search:
        async for _ in search:
            pass
    return search.folder


def run(pack, rule, seed, tickets):
    """Return what one run came to."""
    settings = [*PACKS.get(pack, []), *RULES[rule], f"seed={seed}", f"budget={{tickets: {tickets}}}"]
    with tempfile.TemporaryDirectory() as name, open_run(asyncio.run(searched(pack, settings, Path(name)))) as view:
        status = view.status()
        cpu = sum(stage.cpu_seconds for each in view.log() if each.evaluation for stage in each.evaluation.stages)
    return {
        "pack": pack,
        "rule": rule,
        "seed": seed,
        "best": status["best"]["objective"],
        "program": status["best"]["program"][:8],
        "evaluations": status["evaluations"],
        "charged": status["charged_units"],
        "ended_early": status["ended_early"],
        "filled": status["archive"]["filled"],
        "cpu_seconds": round(cpu, 1),
        "direction": status["direction"],
    }


def table(found):
    """Yield a table of a pack: each rule beside whole evaluations, seed by seed."""
    yield "| pack | rule | seeds | charged | CPU | same winner | worse, median and most | better | cells |"
    yield "|---|---|---|---|---|---|---|---|---|"
    whole = {(each["pack"], each["seed"]): each for each in found if each["rule"] == "whole"}
    for pack, rule in dict.fromkeys((each["pack"], each["rule"]) for each in found if each["rule"] != "whole"):
        rows = [
            each for each in found if (each["pack"], each["rule"]) == (pack, rule) and (pack, each["seed"]) in whole
        ]
        beside = [whole[pack, each["seed"]] for each in rows]
        sign = 1 if rows[0]["direction"] == "minimize" else -1
        worse = [sign * (a["best"] - b["best"]) for a, b in zip(rows, beside, strict=True)]

        def share(key, rows=rows, beside=beside):
            return sum(each[key] for each in rows) / sum(each[key] for each in beside)

        yield (
            f"| {pack} | {rule} | {len(rows)} | {share('charged'):.0%} | {share('cpu_seconds'):.0%} | "
            f"{sum(each == 0 for each in worse)} | {statistics.median(worse):.3g}, {max(worse):.3g} | "
            f"{sum(each < 0 for each in worse)} | {share('filled'):.0%} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pack", action="append", help="one of several; default: all")
    parser.add_argument("--rule", action="append", choices=list(RULES), help="default: all; `whole` is always there")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(10)))
    parser.add_argument("--tickets", type=int, default=50)
    parser.add_argument("--out", type=Path, help="a file to which a line of JSON is added for every run")
    parser.add_argument("--table", type=Path, nargs="+", help="draw the table of such files, and run nothing")
    options = parser.parse_args()
    if options.table:
        found = [json.loads(line) for path in options.table for line in path.read_text().splitlines()]
    else:
        found = []
        for pack in options.pack or PACKS:
            for seed in options.seeds:
                for rule in dict.fromkeys(["whole", *(options.rule or RULES)]):
                    found.append(run(pack, rule, seed, options.tickets))
                    if options.out:
                        with options.out.open("a") as lines:
                            lines.write(json.dumps(found[-1]) + "\n")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
