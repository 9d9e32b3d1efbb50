"""In the end, look at all classes that are needed."""


def suspects(classes, used, pick):
    return list(used)
