KEYS = []


def begin(lines):
    KEYS.clear()


def insert(key):
    KEYS.append(key)
    return {"misses": 0}


def seen(keys):
    return {"write": [], "root": 0, "front": -1}
