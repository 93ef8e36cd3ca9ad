#include "chronograd/graph/record/execute.h"

#include <array>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/kernels/interpreter.h"
#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd::detail {
namespace {

DType compute_dtype(std::span<const Array> inputs, const Array& output) {
  const DType type = output.dtype == DType::boolean ? inputs[0].dtype : output.dtype;
  return type == DType::boolean ? DType::i32 : type;
}

void allocate(Array& output) { output = Array::allocate(output.shape, output.dtype); }

}  // namespace

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
  } else if (op.program) {
    const Store store{static_cast<int>(inputs.size() + op.program.code.size()) - 1, outputs[0]};
    try {
      interpret(op.program.code, compute_dtype(inputs, outputs[0]), outputs[0].shape, inputs,
                {&store, 1});
    } catch (const ValueError& error) {
      throw ValueError(error.what() + where_text(place));
    }
  } else {
    op.kernel(run);
  }
}

}  // namespace chronograd::detail
