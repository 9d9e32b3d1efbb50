KEYS = []


def begin(lines):
    KEYS.clear()


def insert(key):
    KEYS.append(key)
    return True


def seen(keys):
    return {"write": [], "root": 0, "front": -1}
