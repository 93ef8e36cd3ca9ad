#include "chronograd/graph/detail/cores.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

namespace chronograd::detail {
namespace {

std::vector<int> processors() {
  std::vector<int> numbers;
#if defined(__linux__)
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(static_cast<std::size_t>(cpu), &mask)) numbers.push_back(cpu);
    }
  }
#endif
  if (numbers.empty()) {
    const int count = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    for (int cpu = 0; cpu < count; ++cpu) numbers.push_back(cpu);
  }
  return numbers;
}

// What names the core of a processor: the list of its hardware threads.
std::string core_of(int processor) {
  const std::string number = std::to_string(processor);
  std::ifstream file("/sys/devices/system/cpu/cpu" + number + "/topology/thread_siblings_list");
  std::string siblings;
  return std::getline(file, siblings) ? siblings : number;
}

}  // namespace

int available_processors() { return static_cast<int>(processors().size()); }

int available_cores() {
  std::set<std::string> cores;
  for (const int processor : processors()) cores.insert(core_of(processor));
  return static_cast<int>(cores.size());
}

}  // namespace chronograd::detail
