"""Picture: the instructions, and how many problems of each kind come out right under them."""

import textwrap

from evaluate import instructions, number
from tasks import KINDS, tasks

from evo.judging import ask_all, draw_seed


def draw(output, params, path):
    import matplotlib.pyplot as plt  # noqa: PLC0415 - heavy, and only here

    prompt = instructions(output)
    scored = tasks(params["count"], draw_seed(f"word problems, {params['set']}", params))
    replies = ask_all([task.text for task in scored], system=prompt)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), width_ratios=(3, 2))
    left.axis("off")
    lines = [line for each in prompt.splitlines() for line in textwrap.wrap(each, 62) or [""]]
    left.text(0, 1, "\n".join(lines[:22]), va="top", family="monospace", fontsize=8, transform=left.transAxes)
    shares = []
    for kind in KINDS:
        own = [number(reply) == task.answer for task, reply in zip(scored, replies, strict=True) if task.kind == kind]
        shares.append(sum(own) / len(own) if own else 0.0)
    right.barh(KINDS[::-1], shares[::-1], color="#4477aa")
    right.set_xlim(0, 1)
    right.set_xlabel("share that comes out right")
    figure.tight_layout()
    figure.savefig(path, dpi=120)
