"""Sort the inverse permutation as well and read that word backwards, each letter undone; keep the shorter one."""


def sort_word(perm, letters):
    word = inner_sort_word(perm, letters)
    if "R" not in letters:
        return word
    inverse = sorted(range(len(perm)), key=perm.__getitem__)
    other = inner_sort_word(inverse, letters)[::-1].translate(str.maketrans("LR", "RL"))
    return min(word, other, key=len)
