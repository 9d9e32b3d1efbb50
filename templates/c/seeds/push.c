/* Random points; each is pushed a little away from its nearest neighbour, a few times. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

enum { MOST = 1000, ROUNDS = 4 };
static const double STEP = 0.02;

static uint64_t state;

/* A number in [0, 1). */
static double draw(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

static double clamp(double value) { return value < 0 ? 0 : value > 1 ? 1 : value; }

int main(void) {
    int n, seed;
    if (scanf(" {\"n\": %d, \"seed\": %d", &n, &seed) != 2 || n > MOST) return 1;
    static double x[MOST], y[MOST];
    state = (uint64_t)seed + 1;
    for (int i = 0; i < n; i++) x[i] = draw(), y[i] = draw();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < n; i++) {
            int near = i == 0;
            for (int j = 0; j < n; j++)
                if (j != i && hypot(x[i] - x[j], y[i] - y[j]) < hypot(x[i] - x[near], y[i] - y[near])) near = j;
            double gap = hypot(x[i] - x[near], y[i] - y[near]) + 1e-9;
            x[i] = clamp(x[i] + STEP * (x[i] - x[near]) / gap);
            y[i] = clamp(y[i] + STEP * (y[i] - y[near]) / gap);
        }
    }
    printf("[");
    for (int i = 0; i < n; i++) printf("%s[%.17g, %.17g]", i ? ", " : "", x[i], y[i]);
    printf("]\n");
    return 0;
}
