"""Judge: calls the live program at every step of the fall; what it answers is looked at, never trusted."""

from evo.judging import Invalid

GRAVITY, BRAKE, STEP, FUEL = 1.6, 4.0, 0.5, 60.0


def evaluate(candidate, params):
    ends = [fall(candidate, float(height), params["steps"]) for height in params["heights"]]
    touchdown = sum(speed for speed, _ in ends) / len(ends)
    burn = sum(burnt for _, burnt in ends) / len(ends)
    worst = max(range(len(ends)), key=lambda number: ends[number][0])
    return {
        "objective": sum(speed**2 + burnt for speed, burnt in ends) / len(ends),
        "measures": {"touchdown": touchdown, "burn": burn},
        "feedback": f"From {params['heights'][worst]} m it touches the ground at {ends[worst][0]:.2f} m/s.",
    }


def fall(candidate, height, steps):
    """Return the speed at touchdown and the fuel used."""
    speed, fuel = 0.0, FUEL
    for _ in range(steps):
        wanted = number(candidate.call("thrust", height, speed, fuel))
        power = min(max(wanted, 0.0), 1.0, fuel / STEP)
        fuel -= power * STEP
        speed += (GRAVITY - BRAKE * power) * STEP
        height -= speed * STEP
        if height <= 0:
            return abs(speed), FUEL - fuel
    raise Invalid(f"it has not landed after {steps} steps; it is at {height:.0f} m")


def number(value):
    if type(value) not in (int, float):
        raise Invalid(f"thrust: expected a number; got {type(value).__name__}")
    return float(value)
