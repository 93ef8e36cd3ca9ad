#include "chronograd/graph/tape/effects.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape.h"
#include "chronograd/graph/tape/tape_state.h"
#include "chronograd/ops/add.h"

namespace chronograd::detail {
namespace {

Initializer constant(double value) {
  return [value](auto values, Shape, RandomStream&) {
    for (double& v : values) v = value;
  };
}

/// Two parameters, and numbers on a tape that can be assigned to them.
struct Model {
  static constexpr std::uint64_t serial = 1'000'000'007;  // of no tape

  Random random{1};
  Parameters parameters{random};
  Parameter a = (parameters / "model").parameter("a", {}, constant(2));
  Parameter b = (parameters / "model").parameter("b", {}, constant(3));
  Tape tape = new_tape();
  Tensor seven = add(Tensor::scalar(3), 4);
  Tensor eight = add(Tensor::scalar(3), 5);
  Past past{{}, 0};

  Model() { evaluate(seven, eight); }
  // Nothing lies ahead of its recording, since `past` does not know what would.
  static Tape new_tape() {
    forget_plans();
    return Tape{};
  }
  static Recording& recording() { return current_tape()->recording; }
  Effects effects(std::uint64_t of = serial) { return {recording(), past, of}; }
  static OutputId id(const Tensor& tensor) { return tensor.value().output; }
};

void compute(const Effects& effects) { current_tape()->evaluate(effects.waiting(), {}); }

TEST_CASE("what is assigned waits, takes effect together, and is a leaf from then on") {
  Model m;
  Effects effects = m.effects();
  effects.assign(m.a, Model::id(m.seven), {});
  effects.assign(m.b, Model::id(m.eight), {});
  const std::vector<OutputId> assigned = effects.waiting();
  REQUIRE(assigned.size() == 2);
  CHECK(effects.leaves_of(m.a).empty());
  compute(effects);
  CHECK(m.a.value().item() == 2);
  effects.reserve();
  effects.take_effect();
  CHECK(m.a.value().item() == 7);
  CHECK(m.b.value().item() == 8);
  CHECK(effects.waiting().empty());
  CHECK(effects.committed() == assigned);
  CHECK(effects.leaves_of(m.a) == std::vector{assigned[0]});
}

TEST_CASE("a later assignment to a parameter takes the place of the one that waits") {
  Model m;
  Effects effects = m.effects();
  effects.assign(m.a, Model::id(m.seven), {});
  effects.assign(m.a, Model::id(m.eight), {});
  REQUIRE(effects.waiting().size() == 1);
  compute(effects);
  effects.take_effect();
  CHECK(m.a.value().item() == 8);
}

TEST_CASE("a parameter is claimed until its assignment takes effect, is withdrawn or given up") {
  Model m;
  Effects other = m.effects(Model::serial + 1);
  const auto claimed = [&] {
    try {
      other.assign(m.a, Model::id(m.eight), {});
    } catch (const TapeError&) {
      return true;
    }
    other.withdraw();
    return false;
  };
  {
    Effects effects = m.effects();
    CHECK_FALSE(claimed());
    effects.assign(m.a, Model::id(m.seven), {});
    CHECK(claimed());
    effects.withdraw();
    CHECK_FALSE(claimed());
    effects.assign(m.a, Model::id(m.seven), {});
    compute(effects);
    effects.take_effect();
    CHECK_FALSE(claimed());
    effects.assign(m.a, Model::id(m.seven), {});
    CHECK(claimed());
  }
  CHECK_FALSE(claimed());
  CHECK(m.a.value().item() == 7);
}

TEST_CASE("numbers that are kept need no recording to take effect") {
  Model m;
  Effects effects = m.effects();
  CHECK(effects.kept_numbers(m.a) == nullptr);
  effects.assign(m.a, Model::id(m.seven), {});
  compute(effects);
  effects.keep_numbers();
  CHECK(effects.waiting().empty());
  REQUIRE(effects.kept_numbers(m.a) != nullptr);
  CHECK(*effects.kept_numbers(m.a)->as<float>() == 7);
  effects.take_effect();
  CHECK(m.a.value().item() == 7);
  CHECK(effects.committed().empty());
}

}  // namespace
}  // namespace chronograd::detail
