#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <numeric>
#include <random>
#include <string>
#include <vector>

// EVOLVE-BLOCK-START
// Each number, the largest first, goes to the part that is smaller so far.
std::vector<int> split(const std::vector<long long>& numbers, long long seed) {
    (void)seed;
    std::vector<std::size_t> order(numbers.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return numbers[a] > numbers[b]; });
    std::vector<int> parts(numbers.size());
    long long ahead = 0;
    for (std::size_t i : order) {
        parts[i] = ahead > 0;
        ahead += parts[i] ? -numbers[i] : numbers[i];
    }
    return parts;
}
// EVOLVE-BLOCK-END

// Returns the whole numbers that follow a key in the input, up to the end of its list.
static std::vector<long long> read(const std::string& text, const std::string& key) {
    std::vector<long long> found;
    std::size_t at = text.find('"' + key + '"');
    if (at == std::string::npos) return found;
    const char* step = text.c_str() + text.find(':', at) + 1;
    while (*step == ' ' || *step == '[') ++step;
    while (*step == '-' || (*step >= '0' && *step <= '9')) {
        char* end = nullptr;
        found.push_back(std::strtoll(step, &end, 10));
        step = end;
        while (*step == ' ' || *step == ',') ++step;
    }
    return found;
}

int main() {
    std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    std::vector<long long> numbers = read(text, "numbers");
    std::vector<int> parts = split(numbers, read(text, "seed").at(0));
    std::cout << '[';
    for (std::size_t i = 0; i < parts.size(); ++i) std::cout << (i ? "," : "") << parts[i];
    std::cout << "]\n";
}
