#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chronograd/graph/op.h"

/// Ops that tell what the engine does with them.
namespace chronograd::test {

/// What the probes of this thread saw since `clear`.
struct Seen {
  std::vector<double> ran;     ///< first number of each probe that was computed, in order
  std::vector<Buffer> memory;  ///< what they computed into
  void clear() { *this = {}; }
};

inline thread_local Seen seen;

/// A copy of x that leaves word in `seen` when it is computed. Its gradient reads its output.
inline Tensor probe(Operand x) {
  static const Op op{
      .name = "probe",
      .infer = infer_broadcast,
      .kernel =
          [](const Run& run) {
            copy(run.inputs[0], run.outputs[0]);
            const Tensor number = detail::tensor_of(dense(run.outputs[0]));
            seen.ran.push_back(number.size() == 0             ? 0
                               : number.dtype() == DType::f32 ? number.values<float>()[0]
                                                              : number.values<double>()[0]);
            seen.memory.push_back(run.outputs[0].buffer);
          },
      .gradient = [](const Differential& d, int) { return d.dy(); },
      .gradient_reads = {{{.outputs = 1}}},
  };
  return apply(op, x);
}

/// Records well, and throws ValueError when it is computed.
inline Tensor failing(Operand x) {
  static const Op op{
      .name = "failing",
      .infer = infer_broadcast,
      .kernel = [](const Run& run) { run.fail<ValueError>("a bad number", "it must be good"); },
  };
  return apply(op, x);
}

/// The message of the error that `f` throws; empty when it throws none.
template <class E = Error, class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return {};
}

/// The same without the place at its end, whose line must be one of the calling file.
template <class E, class F>
std::string message_before_place(const F& f, const char* file = __builtin_FILE()) {
  const std::string text = message_of<E>(f);
  const std::size_t at = text.rfind(" (");
  const bool here = at != std::string::npos && text.find(file, at) != text.npos;
  return here ? text.substr(0, at) : "no place: " + text;
}

}  // namespace chronograd::test
