"""Judge: lets the program and the reference do the same work in turn, and compares their answers and their CPU time."""

import random

from evo.judging import Invalid
from evo.judging.timing import compare


def evaluate(candidate, params):
    rng, known = random.SystemRandom(), {}

    def work(live, number):
        """Do one round; both programs get the numbers of it, and whoever comes second is compared with the first."""
        if number not in known:
            known[number] = [[rng.randrange(10_000) for _ in range(params["length"])], None]
        numbers, other = known[number]
        found = live.call("count", numbers, 10_000)
        if other is not None and (type(found) is not type(other) or found != other):
            raise Invalid(
                f"two counts of the same pairs differ: {found!r:.40} and {other!r:.40}; one is the reference's"
            )
        known[number][1] = found

    found = compare(candidate, candidate.reference, work, width=params["width"], cpu_seconds=params["cpu_seconds"])
    return {"objective": found.median, "error": found.error, "feedback": found.words}
