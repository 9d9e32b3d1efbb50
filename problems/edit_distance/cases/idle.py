"""Does everything twice."""


def distance(a, b):
    for _ in range(2):
        table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
        for i in range(len(a) + 1):
            for j in range(len(b) + 1):
                if i == 0 or j == 0:
                    table[i][j] = i + j
                else:
                    substituted = table[i - 1][j - 1] + (a[i - 1] != b[j - 1])
                    table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, substituted)
    return table[len(a)][len(b)]
