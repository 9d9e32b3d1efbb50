"""Sort two halves, then merge them: least with least, greatest with greatest, the rest again (Bose and Nelson)."""


def merge(left, right):
    if not left or not right:
        return []
    if len(left) == len(right) == 1:
        return [[left[0], right[0]]]
    if len(left) == 1 and len(right) == 2:
        return [[left[0], right[1]], [left[0], right[0]]]
    if len(left) == 2 and len(right) == 1:
        return [[left[0], right[0]], [left[1], right[0]]]
    a = len(left) // 2
    b = len(right) // 2 if len(left) % 2 else (len(right) + 1) // 2
    outer = merge(left[:a], right[:b]) + merge(left[a:], right[b:])
    return outer + merge(left[a:], right[:b])


def closing(n):
    def halves(wires):
        if len(wires) < 2:
            return []
        middle = len(wires) // 2
        left, right = wires[:middle], wires[middle:]
        return halves(left) + halves(right) + merge(left, right)

    return halves(list(range(n)))
