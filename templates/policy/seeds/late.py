"""Falls freely, then burns at full power below a height that depends on the speed."""


def thrust(height, speed, fuel):
    """Return how strongly to burn, from 0 to 1."""
    if height < 12.0 + 0.15 * speed * speed:
        return 1.0 if speed > 3.0 else 0.3
    return 0.0
