"""Along the directions of the largest spread, take the nearest on either side."""


def select(points, node, near, room):
    if len(near) <= room:
        return [int(each) for each in near]
    moved = points[near] - points[node]
    axes = moved.var(axis=0).argsort()[::-1][: room // 3]
    chosen = {int(near[0])}
    for axis in axes:
        for side in (moved[:, axis] > 0, moved[:, axis] < 0):
            chosen.update(int(each) for each in near[side][:1])
    return sorted(chosen)[:room]
