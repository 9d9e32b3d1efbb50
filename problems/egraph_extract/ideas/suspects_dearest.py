"""In the end, look at the ten classes whose nodes are dearest."""


def suspects(classes, used, pick):
    return sorted(used, key=lambda at: -classes[at][pick[at]][0])[:10]
