KEYS = []


def begin(lines):
    KEYS.clear()


def insert(key):
    KEYS.append(key)
    return {
        "write": [[n, 16 * n, [k], [], n + 1 if n + 1 < len(KEYS) else -1] for n, k in enumerate(KEYS)],
        "root": 0,
        "front": -1,
    }


def seen(keys):
    return {"write": [], "root": 0, "front": -1}
