#include "chronograd/graph/record/execute.h"

#include <string>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/kernels/elementwise.h"
#include "chronograd/graph/kernels/interpreter.h"
#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd::detail {
namespace {

void allocate(Array& output) { output = Array::allocate(output.shape, output.dtype); }

}  // namespace

bool runs_program(const Op& op) {
  return op.program && (op.kernel == nullptr || !kernels_before_programs());
}

void execute(const Op& op, Attributes attributes, const PlaceIds& place,
             std::span<const Array> inputs, std::span<Array> outputs, int take_over) {
  if (kernel_fails()) throw Error(std::string(op.name) + ": was made to fail by a test");
  const Run run{op, attributes, place, inputs, outputs};
  if (op.view != nullptr && op.view(run)) return;
  for (Array& output : outputs) {
    if (take_over >= 0 && &output == outputs.data()) {
      output = inputs[static_cast<std::size_t>(take_over)];
    } else {
      allocate(output);
    }
  }
  if (op.join != nullptr) {
    std::vector<Array> parts(inputs.size());
    op.join(run, parts);
    for (std::size_t k = 0; k < inputs.size(); ++k) copy(inputs[k], parts[k]);
  } else if (runs_program(op)) {
    try {
      interpret(op.program.code, inputs, outputs[0]);
    } catch (const ValueError& error) {
      throw ValueError(error.what() + where_text(place));
    }
  } else {
    op.kernel(run);
  }
}

}  // namespace chronograd::detail
