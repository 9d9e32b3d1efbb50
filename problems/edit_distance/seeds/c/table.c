#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// EVOLVE-BLOCK-START
// The whole table, row by row.
long distance(const char *a, long n, const char *b, long m) {
    int *table = malloc((size_t)(n + 1) * (size_t)(m + 1) * sizeof *table);
    for (long i = 0; i <= n; ++i) {
        for (long j = 0; j <= m; ++j) {
            long here = i * (m + 1) + j;
            if (i == 0 || j == 0) {
                table[here] = (int)(i + j);
                continue;
            }
            int least = table[here - m - 2] + (a[i - 1] != b[j - 1]);
            if (table[here - m - 1] + 1 < least) least = table[here - m - 1] + 1;
            if (table[here - 1] + 1 < least) least = table[here - 1] + 1;
            table[here] = least;
        }
    }
    long found = table[n * (m + 1) + m];
    free(table);
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
