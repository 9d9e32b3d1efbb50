"""Post where particles would end if they went on straight from the middle."""


def sample(x0, calls, notes, seed):
    half = yield from walk(x0, max(2, calls // 4), notes)
    yield {"best": half}
    return (yield from inner_sample(x0, calls - max(2, calls // 4), notes, seed))
