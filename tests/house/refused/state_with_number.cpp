// says: every member of a state must be a Tensor or a struct, vector, array or optional of these
#include "chronograd/layers/recurrent.h"
#include "chronograd/ops/add.h"

using namespace chronograd;

struct MyState {
  Tensor h;
  int steps;
};
struct Mine {
  MyState zero_state(std::int64_t batch) const;
  MyState step(const Tensor& x, const MyState& state) const;
};

void use(const Mine& cell, const Tensor& xs, const MyState& state, const Scope& scope) {
  const auto [outputs, last] = unroll(cell, xs, {.lengths = xs, .initial = state});
  const Recurrent<Mine> stacked{[&](const Scope&, std::int64_t) { return cell; }, scope, 3};
  const auto result = stacked(xs, {}, {state});
  const Tensor h = result.last[0].h + last.h;
}
