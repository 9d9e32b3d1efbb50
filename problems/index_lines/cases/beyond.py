KEYS = []


def begin(lines):
    KEYS.clear()


def insert(key):
    KEYS.append(key)
    return {"write": [[0, (1 << 17) - 1, KEYS, [], -1]], "root": 0, "front": -1}


def seen(keys):
    return {"write": [], "root": 0, "front": -1}
