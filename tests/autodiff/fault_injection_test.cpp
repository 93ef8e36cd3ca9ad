#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <new>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/annotate.h"
#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "tests/planning.h"

// Every allocation of this program goes through these, so that the k-th can fail.
namespace {
thread_local std::int64_t news_left = -1;

void* allocate(std::size_t bytes, std::size_t alignment) {
  if (news_left >= 0 && news_left-- == 0) throw std::bad_alloc{};
  bytes = (bytes + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, bytes == 0 ? alignment : bytes);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}

// Not inlined, or the compiler sees memory of its own `new` go to `free` and warns.
[[gnu::noinline]] void release(void* memory) { std::free(memory); }
}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return operator new(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

namespace chronograd {
namespace {

struct Model {
  static void normal(std::span<double> values, Shape, RandomStream& stream) {
    for (double& v : values) v = stream.normal();
  }

  Random random{1};
  Parameters parameters{random};
  Scope cell = parameters / "cell";
  Parameter w = cell.parameter("w", {24}, normal);
  Parameter u = cell.parameter("u", {24}, normal);
  Parameter b = cell.parameter("b", {24}, normal);
  Parameter count = cell.state("count", {}, [](auto, Shape, RandomStream&) {});
  Tensor xs = Tensor::copy_of(std::vector<float>(3 * 24, 0.5f), {3, 24});
};

// An elementwise recurrence with gates: split, views, numbers, broadcasting, state, effects.
double train(const Model& m) {
  Tape tape;
  Tensor h = zeros({24});
  for (const int t : steps(3)) {
    const auto [i, g] = split(at(m.xs, t) * m.w + h * m.u + m.b, "gate", "candidate");
    const Tensor c = sigmoid(i) * tanh(g);
    h = concat({c, (c + 0.5) * 0.5}, 0) + at(m.xs, t) * sum(c);
  }
  const Tensor loss = sum(h * h);
  assign(m.count, m.count + 1);
  for (const auto& [path, entry] : backward(loss, m.parameters)) {
    assign(entry.parameter, entry.parameter - entry.gradient * 1e-3);
  }
  tape.commit();
  return loss.item();
}

enum class Fault { pooled_block, allocation, kernel };

void arm(Fault fault, std::int64_t k) {
  switch (fault) {
    case Fault::pooled_block:
      detail::faults.allocations_left = k;
      break;
    case Fault::allocation:
      news_left = k;
      break;
    case Fault::kernel:
      detail::faults.kernels_left = k;
      break;
  }
}

bool disarm() {  // whether the fault was still to come
  const bool waiting =
      detail::faults.allocations_left >= 0 || detail::faults.kernels_left >= 0 || news_left >= 0;
  detail::faults = {};
  news_left = -1;
  return waiting;
}

struct Outcome {
  bool failed = false;
  bool reached = true;  ///< whether the step got as far as the k-th
};

Outcome train_with(Fault fault, std::int64_t k, const Model& m) {
  Outcome outcome;
  arm(fault, k);
  try {
    train(m);
  } catch (const std::bad_alloc&) {
    outcome.failed = true;
  } catch (const Error&) {
    outcome.failed = true;
  }
  outcome.reached = !disarm();
  return outcome;
}

bool same(const std::map<std::string, Tensor>& a, const std::map<std::string, Tensor>& b) {
  for (const auto& [path, value] : a) {
    if (!same_values(value, b.at(path))) return false;
  }
  return a.size() == b.size();
}

// Lets the k-th fail for every k, and takes the step again each time.
std::int64_t fail_each(Fault fault, bool as_the_first = true) {
  const Model m;
  const auto before = m.parameters.snapshot();
  const double loss = train(m);
  const auto after = m.parameters.snapshot();
  CHECK(!same(before, after));
  for (std::int64_t k = 0;; ++k) {
    CAPTURE(k);
    m.parameters.restore(before);
    if (as_the_first) forget_plans();
    const Outcome outcome = train_with(fault, k, m);
    if (!outcome.reached) {
      CHECK(!outcome.failed);
      return k;
    }
    // A fault may be met and survived: then the step was taken, as a whole.
    CHECK(same(m.parameters.snapshot(), outcome.failed ? before : after));
    m.parameters.restore(before);
    CHECK(train(m) == loss);
    CHECK(same(m.parameters.snapshot(), after));
  }
}

TEST_CASE("the k-th kernel of a training step fails, for every k") {
  CHECK(fail_each(Fault::kernel) > 20);
  CHECK(fail_each(Fault::kernel, false) > 20);
  const test::Planning node_by_node{false};
  CHECK(fail_each(Fault::kernel) > 60);
}

TEST_CASE("the k-th pooled block fails, for every k") {
  CHECK(fail_each(Fault::pooled_block) > 100);
  CHECK(fail_each(Fault::pooled_block, false) > 50);
  const test::Planning node_by_node{false};
  CHECK(fail_each(Fault::pooled_block) > 200);
}

TEST_CASE("the k-th allocation fails, for every k, on a thread that has run") {
  CHECK(fail_each(Fault::allocation) > 20);
  CHECK(fail_each(Fault::allocation, false) > 10);
}

TEST_CASE("the k-th allocation fails, for every k, on a new thread") {
  const Model m;
  const auto before = m.parameters.snapshot();
  const double loss = train(m);
  const auto after = m.parameters.snapshot();
  Outcome outcome;
  std::int64_t k = 0;
  for (; outcome.reached; ++k) {
    CAPTURE(k);
    m.parameters.restore(before);
    std::map<std::string, Tensor> left;
    double again = 0;
    std::thread([&] {
      outcome = train_with(Fault::allocation, k, m);
      left = m.parameters.snapshot();
      m.parameters.restore(before);
      again = train(m);
    }).join();
    CHECK(same(left, outcome.failed ? before : after));
    CHECK(again == loss);
    CHECK(same(m.parameters.snapshot(), after));
  }
  CHECK(k > 50);
}

TEST_CASE("a tape on which an allocation failed can be used on") {
  const Model m;
  const auto before = m.parameters.snapshot();
  train(m);
  const auto after = m.parameters.snapshot();
  for (std::int64_t k = 0;; ++k) {
    CAPTURE(k);
    m.parameters.restore(before);
    const Tape outer;
    arm(Fault::allocation, k);
    try {
      const Tensor y = sum(tanh(m.w * m.u) + m.w * 2);
      const Gradients g = backward(y, m.parameters);
      evaluate(y, g.at(m.w), g.at(m.u));
    } catch (const std::bad_alloc&) {
    }
    const bool reached = !disarm();
    const Tensor y = sum(m.w * m.u + m.w);
    const Gradients g = backward(y, m.parameters);
    CHECK(same_values(g.at(m.u), m.w.value()));
    CHECK(same_values(g.at(m.w), (m.u + 1).detach()));
    if (!reached) break;
  }
}

}  // namespace
}  // namespace chronograd
