#include "chronograd/autodiff/backward.h"

#include <string>
#include <vector>

#include "chronograd/autodiff/detail/reverse.h"
#include "chronograd/graph/tape/tape_state.h"
#include "chronograd/ops/full.h"

namespace chronograd {

Gradients backward(const Tensor& loss, const Scope& parameters, const char* file, unsigned line) {
  return backward(loss, parameters.list(), file, line);
}

Gradients backward(const Tensor& loss, std::span<const Parameter> parameters, const char* file,
                   unsigned line) {
  detail::TapeState& tape = detail::tape_to_differentiate(loss, "backward", {file, line});
  if (loss.size() != 1) {
    throw ShapeError("backward: a loss of shape " + to_string(loss.shape()) +
                     "; it must have one element, take its mean or sum" + where_text({file, line}));
  }
  std::vector<OutputId> leaves;
  std::vector<Parameter> owners;
  for (const Parameter& parameter : parameters) {
    if (!parameter.trainable()) continue;
    for (const OutputId leaf : tape.effects().leaves_of(parameter)) {
      leaves.push_back(leaf);
      owners.push_back(parameter);
    }
  }
  const Tensor one = full(loss.shape(), 1, loss.dtype());
  std::vector<Tensor> gradients = detail::reverse(tape, loss.value().output, one, leaves);
  Gradients result;
  for (std::size_t k = 0; k < leaves.size(); ++k) {  // of a parameter's values, the newest counts
    if (gradients[k].has_value()) result.set(owners[k], std::move(gradients[k]));
  }
  return result;
}

}  // namespace chronograd
