#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// EVOLVE-BLOCK-START
// Two rows of the table, which take turns.
long distance(const char *a, long n, const char *b, long m) {
    int *before = malloc((size_t)(m + 1) * sizeof *before), *row = malloc((size_t)(m + 1) * sizeof *row);
    for (long j = 0; j <= m; ++j) before[j] = (int)j;
    for (long i = 1; i <= n; ++i) {
        row[0] = (int)i;
        for (long j = 1; j <= m; ++j) {
            int least = before[j - 1] + (a[i - 1] != b[j - 1]);
            if (before[j] + 1 < least) least = before[j] + 1;
            if (row[j - 1] + 1 < least) least = row[j - 1] + 1;
            row[j] = least;
        }
        int *other = before;
        before = row;
        row = other;
    }
    long found = before[m];
    free(before);
    free(row);
    return found;
}
// EVOLVE-BLOCK-END

// Reads {"pairs": [["...", "..."], ...]} from stdin and writes the list of their distances.
int main(void) {
    size_t room = 1 << 16, size = 0, got;
    char *text = malloc(room + 1);
    while ((got = fread(text + size, 1, room - size, stdin)) > 0) {
        size += got;
        if (size == room) text = realloc(text, (room *= 2) + 1);
    }
    text[size] = 0;
    // The first word between quotes is the key.
    char *at = strchr(text, '[');
    const char *words[2];
    long lengths[2], word = 0, pairs = 0;
    putchar('[');
    while ((at = strchr(at, '"')) != NULL) {
        char *end = strchr(at + 1, '"');
        words[word] = at + 1;
        lengths[word] = end - at - 1;
        *end = 0;
        at = end + 1;
        if (word++ == 1) {
            printf("%s%ld", pairs++ ? ", " : "", distance(words[0], lengths[0], words[1], lengths[1]));
            word = 0;
        }
    }
    puts("]");
    return 0;
}
