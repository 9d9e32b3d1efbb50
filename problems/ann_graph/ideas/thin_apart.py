"""Leave out a candidate that is nearer to the nearest neighbour than to the point itself."""


def thin(points, node, near):
    if len(near) < 2:
        return near
    kept = away(points, node, near) < away(points, int(near[0]), near)
    kept[0] = True
    return near[kept]
