#pragma once

#include <string>
#include <vector>

#include "workload.h"

namespace workloads {

struct Timing {
  double seconds = 2;    ///< of timed steps, of which there are 9 to 20,000
  double warm_up = 0.4;  ///< seconds of steps before those, at least 3
  bool first = false;    ///< whether to tell of the very first step, too
};

/// Times single steps and prints a line: the program, workload, threads, median, 10th and 90th
/// percentile in milliseconds, steps, the process' peak memory in MB, and what the last step
/// returned, separated by tabs.
void time_steps(const std::string& name, const Step& step, const Timing& timing);

/// Milliseconds on a clock that never goes back.
double now();

/// The value below which a part of the values lies: 0.5 for the median.
double percentile(std::vector<double> values, double part);

}  // namespace workloads
