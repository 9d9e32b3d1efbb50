// Random points; each is pushed a little away from its nearest neighbour, a few times.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

constexpr int ROUNDS = 4;
constexpr double STEP = 0.02;

struct Point {
    double x, y;
};

double gap(const Point& a, const Point& b) { return std::hypot(a.x - b.x, a.y - b.y); }

int main() {
    int n, seed;
    if (std::scanf(" {\"n\": %d, \"seed\": %d", &n, &seed) != 2) return 1;
    std::mt19937_64 rng(seed);
    auto draw = [&] { return static_cast<double>(rng() >> 11) / 9007199254740992.0; };
    std::vector<Point> points(n);
    for (auto& point : points) point = {draw(), draw()};
    for (int round = 0; round < ROUNDS; round++) {
        for (auto& point : points) {
            const Point* near = nullptr;
            for (const auto& other : points)
                if (&other != &point && (!near || gap(point, other) < gap(point, *near))) near = &other;
            double far = gap(point, *near) + 1e-9;
            double x = point.x + STEP * (point.x - near->x) / far, y = point.y + STEP * (point.y - near->y) / far;
            point = {std::clamp(x, 0.0, 1.0), std::clamp(y, 0.0, 1.0)};
        }
    }
    std::printf("[");
    for (int i = 0; i < n; i++) std::printf("%s[%.17g, %.17g]", i ? ", " : "", points[i].x, points[i].y);
    std::printf("]\n");
}
