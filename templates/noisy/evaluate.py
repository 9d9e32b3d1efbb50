"""Judge: plays a few drawn seasons with the live program; says how far the mean may be off."""

import math
import random
import statistics

from evo.judging import Invalid, draw_seed

PRICE, COST, SPOILS = 5.0, 2.0, 1 / 3


def evaluate(candidate, params):
    # Fresh seasons for every score of the search, from the system; those of the hold-out are the run's own for ever.
    rng = random.Random(draw_seed(f"seasons {params['draw']}", params)) if "secret" in params else random.SystemRandom()
    seasons = [season(candidate, params["days"], rng) for _ in range(params["seasons"])]
    profits = [profit for profit, *_ in seasons]
    demand, missed, ordered, thrown = (sum(each[place] for each in seasons) for place in (1, 2, 3, 4))
    return {
        "objective": statistics.mean(profits),
        "error": statistics.stdev(profits) / math.sqrt(len(profits)),
        "measures": {"missed": missed / demand, "thrown": thrown / max(ordered, 1.0)},
        "feedback": f"{missed / demand:.0%} of the demand found the stall empty, {thrown:.0f} of {ordered:.0f} spoiled",
    }


def season(candidate, days, rng):
    """Return profit, demand, missed demand, what was ordered, and what spoiled."""
    stock, sold, profit, demand, missed, ordered, thrown = 0.0, [], 0.0, 0, 0.0, 0.0, 0.0
    for day in range(days):
        wanted = number(candidate.call("order", day, stock, sold))
        came = rng.randint(2, 6) if rng.random() < 0.15 else rng.randint(15, 25) + 12 * (day % 5 == 4)
        stock += wanted
        done = min(stock, came)
        profit += PRICE * done - COST * wanted
        spoiled = (stock - done) * SPOILS
        demand, missed, ordered, thrown = demand + came, missed + came - done, ordered + wanted, thrown + spoiled
        stock -= done + spoiled
        sold.append(done)
    return profit, demand, missed, ordered, thrown


def number(value):
    if type(value) not in (int, float) or not 0 <= value <= 1000:
        raise Invalid(f"order: expected a number from 0 to 1000; got {value!r:.40}")
    return float(value)
