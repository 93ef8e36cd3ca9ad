#include "chronograd/layers/highway.h"

#include "chronograd/graph/annotate.h"
#include "chronograd/layers/detail/check.h"
#include "chronograd/layers/initializers.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/sub.h"

namespace chronograd {
namespace {

std::int64_t size_of(const HighwayOptions& options) {
  detail::require_size("Highway", "size", options.size, options.where);
  return options.size;
}

}  // namespace

Highway::Highway(const Scope& scope, const HighwayOptions& o)
    : scope_(scope.path()),
      activation_(o.activation),
      transform_(scope / "transform", {.input = size_of(o), .output = o.size}),
      gate_(scope / "gate",
            {.input = o.size, .output = o.size, .bias_initializer = init::constant(o.gate_bias)}) {}

Tensor Highway::operator()(const Tensor& x, const char* file, unsigned line) const {
  const CalledFrom caller{{file, line}};
  const InScope scope{scope_};
  const Tensor gate = named("gate", sigmoid(gate_(x)));
  return gate * activation_(transform_(x)) + (1 - gate) * x;
}

}  // namespace chronograd
