// Times the training and use of sequence models, one workload a process.
#include <chronograd/graph/threads.h>
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "timing.h"
#include "workload.h"

namespace {

using namespace workloads;

std::vector<Workload> all_workloads() {
  std::vector<Workload> all;
  for (const auto make :
       {language_model, recurrent, own_cell, seq2seq, transformer, sentences, trees}) {
    for (Workload& workload : make()) all.push_back(std::move(workload));
  }
  return all;
}

std::string help(const std::vector<Workload>& all) {
  std::string text =
      "Times one workload. A step of training is forward, loss, backward and update (Adam).\n\n"
      "  workloads W2                  an LSTM, on all cores\n"
      "  workloads W9t --threads 1     trees, on one\n"
      "  ./benchmarks/compare --help   all of them beside other programs\n\n"
      "It prints, separated by tabs: chronograd, workload, threads, median, 10th and 90th\n"
      "percentile of a step in ms, steps, peak memory in MB, loss=of the last step.\n\n"
      "Workloads:\n";
  for (const Workload& w : all) text += fmt::format("  {:<14}{}\n", w.name, w.what);
  return text + "  overhead      ns to record and run an op, forward and backward\n";
}

int run(int argc, char** argv) {
  const std::vector<Workload> all = all_workloads();
  std::vector<std::string> names{"overhead"};
  for (const Workload& workload : all) names.push_back(workload.name);

  CLI::App app{help(all), "workloads"};
  std::string name;
  int thread_count = 0;
  Timing timing;
  app.add_option("workload", name, "one of the above")
      ->required()
      ->check(CLI::IsMember(names))
      ->type_name("NAME");
  app.add_option("--threads", thread_count, "0: all cores, or as CHRONOGRAD_THREADS says")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app.add_option("--seconds", timing.seconds, "how long to time steps, at least 9 of them")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--warm-up", timing.warm_up, "seconds before that, at least 3 steps")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--first", timing.first, "tell how long the very first step took, as a last field");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }

  if (thread_count > 0) chronograd::set_threads(thread_count);
  if (name == "overhead") {
    overhead();
    return 0;
  }
  for (const Workload& workload : all) {
    if (workload.name == name) time_steps(name, workload.prepare(), timing);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "workloads: {}\n", e.what());
    return 1;
  }
}
