"""What a laboratory found, as data, as a page and as a figure."""

import json
from datetime import UTC, datetime
from statistics import fmean, median

from benchmarks.laboratory import league
from evo.figures.figure import OKABE_ITO, Figure, drawn

WHOLE_TASKS = 24
RATIOS = [1, 1.1, 1.25, 1.5, 2, 3, 4, 6, 8]
TOLD = (1, 1.5, 2, 4)
WHOLE = """This is a part of the plan: in full it is 24 synthetic tasks and three packs with 20 seeds, for which
`--held-back --write` is enough."""


def results(plan, tasks, trials, held):
    """Return everything that the page says, as plain data."""
    arms = {name: {"target": task["target"], "sign": task.get("sign", 1)} for name, task in tasks.items()}
    found = league.standing(trials, arms, plan["samples"])
    seeds, names = found["seeds"], list(found["arms"])
    for arm in names:
        there = found["arms"][arm]
        there["settings"] = plan["arms"][arm] or {}
        if plan["reference"] in names:
            there["speed"] = league.speed_up(found["counts"], plan["samples"], arm, plan["reference"], seeds)
        if held:
            kept = {task: {a: trials[task][a] for a in names} for task in held}
            there["rank_held"] = league.standing(kept, arms, plan["samples"])["arms"][arm]["rank"]
    against = {}
    for other in [*plan["shown"], plan["reference"]]:
        if plan["default"] in names and other in names and other != plan["default"]:
            against[other] = league.comparisons(found["areas"], arms, plan["default"], other)
    return {
        **found,
        "cpu_minutes": round(sum(each.get("cpu", 0.0) for each in _records(trials)) / 60, 1),
        "date": datetime.now(UTC).date().isoformat(),
        "default": plan["default"],
        "reference": plan["reference"],
        "tasks": {name: {**task, **arms[name]} for name, task in tasks.items()},
        "held": held,
        "part": len(seeds) < plan["seeds"] or len(tasks) < len(plan["packs"]) + WHOLE_TASKS,
        "profile": league.profile(found["costs"], RATIOS),
        "against": against,
    }


def _records(trials):
    return [record for by_arm in trials.values() for by_seed in by_arm.values() for record in by_seed.values()]


def _verdict(result):
    """Say where the default stands."""
    ranked = sorted(result["arms"], key=lambda arm: result["arms"][arm]["rank"][1])
    default = result["default"]
    if default not in ranked:
        return []
    said = f"By mean rank `{ranked[0]}` is first of {len(ranked)}; the default, `{default}`, is number "
    said += f"{ranked.index(default) + 1}"
    speed = result["arms"][default].get("speed")
    said += f", and takes {_spread(speed)} times fewer samples than `{result['reference']}`" if speed else ""
    return [f"{said}.", ""]


def table(head, rows):
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]


def _spread(triple, digits=2):
    low, middle, high = (f"{each:.{digits}f}" for each in triple)
    return f"{middle} ({low} .. {high})"


def _league(result):
    arms = sorted(result["arms"], key=lambda arm: result["arms"][arm]["rank"][1])
    head = [
        "arm",
        "mean rank",
        *(["held back"] if result["held"] else []),
        f"times fewer samples than `{result['reference']}`",
    ]
    head += [f"within {ratio} x" for ratio in TOLD] + ["DUPLICATE"]
    rows = []
    for arm in arms:
        each, shares = result["arms"][arm], result["profile"][arm]
        row = [f"`{arm}`", _spread(each["rank"])]
        row += [_spread(each["rank_held"])] if result["held"] else []
        row += [_spread(each["speed"]) if "speed" in each else "-"]
        row += [f"{100 * shares[RATIOS.index(ratio)]:.0f} %" for ratio in TOLD]
        rows.append([*row, f"{100 * each['duplicates']:.0f} %"])
    return table(head, rows)


def _tasks(result):
    arms, lines = list(result["arms"]), []
    rows = []
    for name, task in result["tasks"].items():
        row = [f"{name}{' (held back)' if name in result['held'] else ''}", f"{task['target']:g}"]
        for arm in arms:
            there, middle = league.middle_count(list(result["counts"][name][arm].values()))
            mean = fmean(result["areas"][name][arm].values())
            row.append(f"{there}/{len(result['seeds'])}{'' if middle is None else f', {middle:g}'}; {mean:.4g}")
        rows.append(row)
    return [*lines, *table(["task", "target", *(f"`{arm}`" for arm in arms)], rows)]


def _against(result):
    lines = []
    for other, found in result["against"].items():
        clear = {task: wins for task, (wins, p) in found.items() if p < league.ALPHA}
        better, worse = (
            ", ".join(f"{task} ({wins:.2f})" for task, wins in clear.items() if (wins > 0.5) is up) or "none"
            for up in (True, False)
        )
        share = fmean(wins for wins, _ in found.values())
        lines += [
            f"### `{result['default']}` against `{other}`",
            "",
            f"In {100 * share:.0f} % of the pairs of one task and seed the area of `{result['default']}` is larger.",
            f"Beyond chance (sign flips of the paired differences, Holm over {len(found)} tasks, p < {league.ALPHA})",
            f"it is better on {better}, and worse on {worse}.",
            "",
        ]
    return lines


def _about(result):
    seeds = result["seeds"]
    counts = f"{len(result['tasks'])} tasks, {len(result['arms'])} arms, seeds {seeds[0]} to {seeds[-1]}"
    return f"""# Which search finds more

Measured {result["date"]}: {counts}, {result["samples"]} samples a trial; {result["cpu_minutes"]} CPU minutes.
Repeat with `python -m benchmarks.laboratory {result["words"]}`; it can be stopped and goes on where
it was. {WHOLE if result["part"] else ""}

All arms meet the same proposer, judge, first programs and number of samples. A sample is an answer of a model, or a
ticket that asked none: an arm that asks twice for one ticket pays twice. Synthetic tasks
(`benchmarks/laboratory/tasks.yaml`) have a known best design and a proposer whose skill is set; packs have the
offline proposer, whose ideas are hand-written optimisers. So this says how searches spend samples, not what a model
finds.

![performance profiles, and mean ranks with their intervals](search.png)

## The league

Mean rank over tasks and seeds: who reaches the target first, then who has the larger area; 1 is best. Brackets are
95 percent of {league.DRAWS} resamplings of the seeds. Times fewer samples: the geometric mean over tasks of the
expected samples to the target (failures begun anew). Within r x: the share of tasks on which an arm needs at most r
times the expected samples of the best arm there.
"""


_TASKS_ABOUT = """## Task by task

In how many trials the target was reached, after how many samples in the median of those; then the mean area under the
best so far, in what the best is really worth (of noisy tasks: without the noise).
"""


def text(result):
    """Return the page."""
    settings = [[f"`{arm}`", f"`{json.dumps(each['settings'])}`"] for arm, each in result["arms"].items()]
    return "\n".join(
        [
            _about(result),
            *_verdict(result),
            *_league(result),
            *_against(result),
            _TASKS_ABOUT,
            *_tasks(result),
            "## The arms",
            "",
            *table(["arm", "config and settings"], settings),
        ]
    )


def figure(result):
    """Draw profiles beside mean ranks."""
    arms = sorted(result["arms"], key=lambda arm: result["arms"][arm]["rank"][1])
    with drawn(11.0, 4.6) as canvas:
        left, right = canvas.subplots(1, 2)
        for place, arm in enumerate(arms):
            dashes = ("-", "--", ":")[place // len(OKABE_ITO) % 3]
            colour = OKABE_ITO[place % len(OKABE_ITO)]
            left.plot(RATIOS, result["profile"][arm], dashes, color=colour, drawstyle="steps-post", label=arm)
            low, middle, high = result["arms"][arm]["rank"]
            right.errorbar([middle], [place], xerr=[[middle - low], [high - middle]], fmt="o", color=colour, capsize=3)
        left.set(
            xscale="log", xlabel="times the expected samples of the best arm", ylabel="share of the tasks", ylim=(0, 1)
        )
        left.set_xticks(RATIOS, [f"{ratio:g}" for ratio in RATIOS])
        left.legend(fontsize=7)
        right.set(xlabel="mean rank (1 is best), 95 percent interval")
        right.set_yticks(range(len(arms)), arms)
        right.invert_yaxis()
    return Figure(canvas=canvas, says="Performance profiles and mean ranks of searches.")


def write(result, folder):
    """Write the page, its data and its figure."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "search.md").write_text(text(result))
    (folder / "search.json").write_text(json.dumps(plain(result), indent=1) + "\n")
    figure(result).save(folder / "search.png")


def plain(result):
    """Return the results as JSON takes them; of areas the medians."""
    areas = {
        task: {arm: median(by_seed.values()) for arm, by_seed in by_arm.items()}
        for task, by_arm in result["areas"].items()
    }
    return {**result, "areas": areas}
