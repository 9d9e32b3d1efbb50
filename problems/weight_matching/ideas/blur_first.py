"""In the first sweeps choose by gains with a little noise, less and less of it."""


def blur(gain, turn, rng):
    width = 0.1 * gain.std() * 0.5**turn if turn < 6 else 0.0
    return gain + width * rng.normal(size=gain.shape)
