// Learns to pronounce English words: sequence to sequence with attention.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <iostream>
#include <new>

#include "command_line.h"
#include "streams.h"

namespace {

using namespace seq2seq;

int run_program(int argc, char** argv) {
  const CommandLine line = parse_command_line(argc, argv);
  const auto run_it = [](const auto& command) { return run(command, std::cout); };
  const int status = line.command ? std::visit(run_it, *line.command) : line.status;
  finish(std::cout, "stdout");
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  prepare_streams();
  spdlog::set_default_logger(spdlog::stderr_color_st("seq2seq"));
  spdlog::set_pattern("%v");
  try {
    return run_program(argc, argv);
  } catch (const std::bad_alloc&) {
    spdlog::error(
        "seq2seq: there is not enough memory; smaller sizes or a smaller --batch need less");
  } catch (const std::exception& e) {
    spdlog::error("seq2seq: {}", e.what());
  }
  return 1;
}
