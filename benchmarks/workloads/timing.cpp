#include "timing.h"

#include <chronograd/graph/threads.h>
#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace workloads {
namespace {

constexpr std::size_t fewest_warm_up_steps = 3;
constexpr std::size_t fewest_steps = 9;
constexpr std::size_t most_steps = 20'000;

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

double now() {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  return Milliseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double percentile(std::vector<double> values, double part) {
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size()));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

void time_steps(const std::string& name, const Step& step, const Timing& timing) {
  const double start = now();
  double result = step();
  const double first = now() - start;
  for (std::size_t n = 1; n < fewest_warm_up_steps || now() - start < 1e3 * timing.warm_up; ++n) {
    result = step();
  }
  std::vector<double> times;
  const double end = now() + 1e3 * timing.seconds;
  while (times.size() < fewest_steps || (now() < end && times.size() < most_steps)) {
    const double before = now();
    result = step();
    times.push_back(now() - before);
  }
  fmt::print("chronograd\t{}\t{}\t{:.4f}\t{:.4f}\t{:.4f}\t{}\t{:.0f}\tloss={:.5f}", name,
             chronograd::threads(), percentile(times, 0.5), percentile(times, 0.1),
             percentile(times, 0.9), times.size(), peak_megabytes(), result);
  if (timing.first) fmt::print("\tfirst_ms={:.4f}", first);
  fmt::print("\n");
}

}  // namespace workloads
