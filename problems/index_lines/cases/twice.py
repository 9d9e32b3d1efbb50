KEYS = []


def begin(lines):
    KEYS.clear()


def insert(key):
    KEYS.append(key)
    return {"write": [[0, 0, KEYS, [], -1], [0, 16, KEYS, [], -1]], "root": 0, "front": -1}


def seen(keys):
    return {"write": [], "root": 0, "front": -1}
