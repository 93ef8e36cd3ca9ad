#include "chronograd/graph/record/leaves.h"

namespace chronograd::detail {
namespace {

bool same_memory(const Run& run) {
  run.outputs[0] = run.inputs[0];
  return true;
}

Tensor pass_on(const Differential& d, int) { return d.dy(); }

}  // namespace

const Op constant_op{.name = "constant"};
const Op number_op{.name = "number"};
const Op parameter_op{.name = "parameter"};
const Op assign_op{
    .name = "assign", .view = same_memory, .gradient = pass_on, .algebra = {.effect = true}};

}  // namespace chronograd::detail
