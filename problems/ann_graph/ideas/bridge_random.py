"""Every second point gives its last link to somebody at random."""


def bridge(points, links, degree, rng):
    for node in range(0, len(links), 2):
        other = rng.randrange(len(points))
        if other != node and other not in links[node]:
            links[node][degree - 1 :] = [other]
    return links
