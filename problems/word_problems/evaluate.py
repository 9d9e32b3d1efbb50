"""Judge: puts every word problem to the model under the candidate's instructions, and reads the number that comes back.

A reply counts if its number is the answer, exactly: the number after the last `Answer:`, else the last number in it.
Nobody is asked for an opinion, so there is nobody to be talked round.
"""

import re

from tasks import KINDS, tasks

from evo.judging import Invalid, ask_all, draw_seed

CHARACTERS_MAX = 1200
QUOTED_WORDS = 6
DIGITS_MAX = 20
SHOWN = 3
_NUMBER = r"-?\d[\d,]*(?:\.\d+)?"
_MARKED = re.compile(rf"answer\s*:[^\w\n-]*({_NUMBER})", re.IGNORECASE)


def evaluate(output, params):
    prompt = instructions(output)
    practice = tasks(params["practice"], draw_seed("practice", {})) if params["practice"] else []
    scored = tasks(params["count"], draw_seed(f"word problems, {params['set']}", params))
    refuse_quotes(prompt, [*practice, *scored])
    replies = ask_all([task.text for task in (*practice, *scored)], system=prompt)
    right = [number(reply) == task.answer for task, reply in zip((*practice, *scored), replies, strict=True)]
    mine, theirs = right[: len(practice)], right[len(practice) :]
    kinds = {
        f"right_{kind}": share([ok for ok, task in zip(theirs, scored, strict=True) if task.kind == kind])
        for kind in KINDS
    }
    return {
        "objective": share(theirs),
        "metrics": {**kinds, **({"practice": share(mine)} if practice else {})},
        "feedback": told(practice, replies, mine),
    }


def instructions(output):
    """Return the candidate's text, or refuse it."""
    if not isinstance(output, str) or not output.strip():
        raise Invalid("expected instructions in one text file; got none")
    if len(output) > CHARACTERS_MAX:
        raise Invalid(f"the instructions have {len(output)} characters; expected {CHARACTERS_MAX} at most")
    return output.strip()


def refuse_quotes(prompt, known):
    """Refuse instructions that hold a problem that is put; examples of one's own are welcome."""
    said = runs(prompt)
    for task in known:
        if said & runs(task.text):
            raise Invalid(
                f"the instructions quote a problem, {QUOTED_WORDS} words in a row: {task.text[:60]!r}; "
                "make up examples of your own"
            )


def runs(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[k : k + QUOTED_WORDS]) for k in range(len(words) - QUOTED_WORDS + 1)}


def number(reply):
    """Return the number that a reply comes to; None where it has none, or was cut off before its end."""
    found = _MARKED.findall(reply) or (re.findall(_NUMBER, reply) if reply.finish == "stop" else [])
    whole, _, part = found[-1].replace(",", "").partition(".") if found else ("", "", "")
    return int(whole) if whole and len(whole) < DIGITS_MAX and not part.strip("0") else None


def share(right):
    return sum(right) / len(right) if right else 0.0


def told(practice, replies, right):
    """Return what goes back to who writes the next instructions: problems for practice, never those that count."""
    wrong = [(task, reply) for task, reply, ok in zip(practice, replies, right, strict=False) if not ok]
    lines = [
        f"{task.text} -> {' '.join(str(reply).split())[:160]!r}; right is {task.answer}"
        for task, reply in wrong[:SHOWN]
    ]
    return (
        "\n".join([f"{len(practice) - len(wrong)} of {len(practice)} for practice right", *lines]) if practice else ""
    )
