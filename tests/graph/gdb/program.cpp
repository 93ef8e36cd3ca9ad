// What gdb looks at in run: a tensor of each dtype and state, in a function that takes an operand.
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"

using namespace chronograd;

namespace {

struct Model {
  Tensor weight;
  Shape shape;
};

[[gnu::noinline]] void stop_here(Operand operand) { asm volatile("" : : "r"(&operand) : "memory"); }

}  // namespace

int main() {
  const Tensor empty;
  const Tensor scalar = Tensor::scalar(-1.5, DType::f64);
  const Tensor many = Tensor::adopt(std::vector<float>(100, 0.25f), {4, 25});
  const Tensor integers = Tensor::copy_of<std::int64_t>({1, -2, 1'000'000'007}, {3});
  const Tensor small = Tensor::copy_of<std::int32_t>({7, 8}, {2, 1});
  const Tensor truths = Tensor::copy_of<bool>({true, false}, {2});
  const Tensor none = Tensor::adopt(std::vector<float>{}, {0, 3});
  const Model model{.weight = Tensor::copy_of<float>({1, 2}, {2}), .shape = {2, 3}};
  Tensor abandoned;
  {
    Tape tape;
    abandoned = many + 1;
  }
  Tape tape;
  const Tensor pending = many * 2;
  stop_here(many);
  return pending.computed() || empty.has_value() ? 1 : 0;
}
