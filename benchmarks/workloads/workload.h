#pragma once

#include <functional>
#include <string>
#include <vector>

namespace workloads {

/// Trains or infers once. What it returns is shown, to be compared with that of other programs: the
/// loss, or a number of the answer.
using Step = std::function<double()>;

struct Workload {
  std::string name;
  std::string what;
  std::function<Step()> prepare;  ///< makes the model and the data
};

std::vector<Workload> language_model();
std::vector<Workload> recurrent();
std::vector<Workload> own_cell();
std::vector<Workload> seq2seq();
std::vector<Workload> transformer();
std::vector<Workload> sentences();
std::vector<Workload> trees();

/// Prints what recording and running costs an op.
void overhead();

}  // namespace workloads
