#include "chronograd/graph/kernels/cores.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <dlfcn.h>
#include <sched.h>
#endif

namespace chronograd::detail {
namespace {

#if defined(__linux__)
// oneDNN may bring OpenMP along. With OMP_PROC_BIND set, OpenMP binds the first thread to one
// processor when the program begins, and every other thread inherits that.
void add_places_of_openmp(cpu_set_t& mask) {
  const auto places = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_num_places"));
  const auto size = reinterpret_cast<int (*)(int)>(dlsym(RTLD_DEFAULT, "omp_get_place_num_procs"));
  const auto list =
      reinterpret_cast<void (*)(int, int*)>(dlsym(RTLD_DEFAULT, "omp_get_place_proc_ids"));
  if (places == nullptr || size == nullptr || list == nullptr) return;
  for (int place = 0; place < places(); ++place) {
    std::vector<int> numbers(static_cast<std::size_t>(std::max(0, size(place))));
    list(place, numbers.data());
    for (const int cpu : numbers) {
      if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_SET(static_cast<std::size_t>(cpu), &mask);
    }
  }
}

// Reads which processors this thread may run on; false when the system does not tell.
bool read_mask(cpu_set_t& mask) {
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return false;
  add_places_of_openmp(mask);
  return true;
}
#endif

std::vector<int> processors() {
  std::vector<int> numbers;
#if defined(__linux__)
  cpu_set_t mask;
  if (read_mask(mask)) {
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

// The core of a processor, named by the list of its hardware threads.
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

void run_on_all_processors() {
#if defined(__linux__)
  cpu_set_t mask;
  if (read_mask(mask)) sched_setaffinity(0, sizeof mask, &mask);
#endif
}

}  // namespace chronograd::detail
