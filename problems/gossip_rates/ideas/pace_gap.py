"""Wake sooner where neighbours are farther away than what is remembered."""


def pace(node):
    gap = max(abs(each) for each in node["gaps"])
    return min(3.0, max(0.5, gap / (node["memory"][0] + 1e-12))) if node["memory"] else 1.0
