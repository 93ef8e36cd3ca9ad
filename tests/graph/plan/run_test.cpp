// What planned evaluations compute, however they are cut.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/tape.h"
#include "chronograd/layers/embedding.h"
#include "chronograd/layers/linear.h"
#include "chronograd/layers/lstm.h"
#include "chronograd/ops.h"
#include "chronograd/optim/sgd.h"
#include "tests/graph/probe.h"
#include "tests/ops/gradient_case.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using test::Draw;
using test::message_of;
using test::Planning;

using Numbers = std::vector<double>;

void append(Numbers& all, const Tensor& x) {
  for (const double v : x.values<double>()) all.push_back(v);
}

/// Reads symbols, and says which comes next.
struct Speller {
  explicit Speller(const Scope& scope)
      : embedding(scope / "embedding", {.vocabulary = 6, .size = 3}),
        cell(scope / "cell", {.input = 3, .hidden = 5}),
        output(scope / "output", {.input = 5, .output = 6}) {}

  LSTMState step(const Tensor& ids, const LSTMState& state) const {
    return cell.step(embedding(ids), state);
  }

  Embedding embedding;
  LSTMCell cell;
  Linear output;
};

struct Model {
  Model() {
    Draw draw{3};
    for (const Parameter& p : parameters.list()) p.set_value(draw.tensor(p.shape(), -0.8, 0.8));
  }
  Numbers weights() const {
    Numbers all;
    for (const Parameter& p : parameters.list()) append(all, p.value());
    return all;
  }

  Random random{1};
  Parameters parameters{random, DType::f64};
  Speller speller{parameters.root()};
};

Tensor symbols(std::vector<std::int64_t> ids) {
  const auto size = static_cast<std::int64_t>(ids.size());
  return Tensor::adopt(std::move(ids), {size});
}

Tensor loss_of(const Speller& speller, const LSTMState& state, int t) {
  return -sum(pick(log_softmax(speller.output(state.h)), symbols({t % 6, (t + 2) % 6})));
}

Tensor next_symbol(const Speller& speller, const LSTMState& state) {
  return argmax(speller.output(state.h), -1);
}

double largest_difference(const Numbers& as, const Numbers& bs) {
  REQUIRE(as.size() == bs.size());
  double largest = 0;
  for (std::size_t k = 0; k < as.size(); ++k) {
    largest = std::max(largest, std::abs(as[k] - bs[k]) / (1 + std::abs(as[k])));
  }
  return largest;
}

// Both ways, and again with the plans that are there by then: the same but for rounding.
void check_planned(const std::function<Numbers()>& run) {
  Numbers expected;
  {
    const Planning node_by_node{false};
    expected = run();
  }
  REQUIRE(!expected.empty());
  const Planning planned{true};
  forget_plans();
  const std::uint64_t fallbacks = plan_counters().fallbacks;
  const Numbers first = run();
  CHECK(largest_difference(expected, first) < 1e-10);
  const std::uint64_t misses = plan_counters().misses;
  CHECK(run() == first);
  CHECK(plan_counters().misses == misses);
  CHECK(plan_counters().fallbacks == fallbacks);
}

TEST_SUITE("forward only") {
  TEST_CASE("greedy decoding, where each symbol is read before the next step") {
    const Model model;
    check_planned([&] {
      const Tape tape{Tape::forward_only};
      Numbers said;
      LSTMState state = model.speller.cell.zero_state(2);
      Tensor ids = symbols({0, 3});
      for (int t = 0; t < 6; ++t) {
        state = model.speller.step(ids, state);
        ids = next_symbol(model.speller, state);
        for (const std::int64_t id : ids.values<std::int64_t>()) {
          said.push_back(static_cast<double>(id));
        }
      }
      append(said, state.h);
      append(said, state.c);
      return said;
    });
  }

  TEST_CASE("greedy decoding that reads once at the end") {
    const Model model;
    check_planned([&] {
      const Tape tape{Tape::forward_only};
      LSTMState state = model.speller.cell.zero_state(2);
      Tensor ids = symbols({0, 3});
      std::vector<Tensor> all;
      for (int t = 0; t < 6; ++t) {
        state = model.speller.step(ids, state);
        all.push_back(ids = next_symbol(model.speller, state));
      }
      Numbers said;
      append(said, cast(stack(all, 0), DType::f64));
      return said;
    });
  }

  TEST_CASE("a branch on a number that was read") {
    const Model model;
    check_planned([&] {
      const Tape tape{Tape::forward_only};
      LSTMState state = model.speller.cell.zero_state(1);
      for (int t = 0; t < 8; ++t) {
        state = model.speller.step(symbols({t % 6}), state);
        if (sum(state.h).item() > 0) state.c = state.c * 0.5;
      }
      Numbers said;
      append(said, state.c);
      return said;
    });
  }

  TEST_CASE("assignments take effect one after the other") {
    check_planned([] {
      const Model model;
      const Parameter p = model.parameters.list()[0];
      Tape tape{Tape::forward_only};
      Numbers said;
      for (int k = 0; k < 3; ++k) {
        assign(p, p * 0.5 + k);
        said.push_back(sum(p * 2).item());
      }
      assign(p, p * 0.5);
      tape.commit();
      append(said, p.value());
      return said;
    });
  }
}

TEST_SUITE("training") {
  // Steps of training, in which `between` sees the loss before its gradient is taken.
  Numbers train(
      const std::function<void(Numbers&, const Tensor& loss, const LSTMState&)>& between) {
    const Model model;
    SGD sgd{model.parameters, {.rate = 0.1, .momentum = 0.9}};
    Numbers said;
    for (int k = 0; k < 4; ++k) {
      const Tape tape;
      LSTMState state = model.speller.cell.zero_state(2);
      Tensor loss;
      for (int t = 0; t < 4; ++t) {
        state = model.speller.step(symbols({(t + k) % 6, t}), state);
        const Tensor now = loss_of(model.speller, state, t);
        loss = t == 0 ? now : loss + now;
      }
      between(said, loss, state);
      sgd.step(backward(loss, model.parameters));
      said.push_back(loss.item());
    }
    for (const double w : model.weights()) said.push_back(w);
    return said;
  }

  TEST_CASE("nothing is read before the step") {
    check_planned([] { return train([](Numbers&, const Tensor&, const LSTMState&) {}); });
  }

  TEST_CASE("the loss is read before its gradient") {
    check_planned([] {
      return train([](Numbers& said, const Tensor& loss, const LSTMState&) {
        said.push_back(loss.item());
        said.push_back(loss.item());
      });
    });
  }

  TEST_CASE("something on the way is read, and then the loss") {
    check_planned([] {
      return train([](Numbers& said, const Tensor& loss, const LSTMState& state) {
        append(said, state.c);
        append(said, tanh(state.h));
        said.push_back(loss.item());
      });
    });
  }

  TEST_CASE("steps alternate between planned ones and node by node") {
    Numbers expected;
    {
      const Planning node_by_node{false};
      expected = train([](Numbers&, const Tensor&, const LSTMState&) {});
    }
    bool on = false;
    const Planning restored{true};
    const Numbers mixed = train([&](Numbers&, const Tensor&, const LSTMState& state) {
      set_planning(on = !on);
      evaluate(state.h);
      set_planning(!on);
    });
    CHECK(largest_difference(expected, mixed) < 1e-10);
  }

  TEST_CASE("truncated back-propagation through time gives the same planned") {
    check_planned([] {
      const Model model;
      SGD sgd{model.parameters, {.rate = 0.1}};
      Numbers said;
      LSTMState state = model.speller.cell.zero_state(2);
      for (int k = 0; k < 5; ++k) {
        const Tape tape;
        Tensor loss;
        for (int t = 0; t < 3; ++t) {
          state = model.speller.step(symbols({t, k}), state);
          const Tensor now = loss_of(model.speller, state, t + k);
          loss = t == 0 ? now : loss + now;
        }
        sgd.step(backward(loss, model.parameters));
        state = detach(state);
        said.push_back(loss.item());
      }
      append(said, state.h);
      for (const double w : model.weights()) said.push_back(w);
      return said;
    });
  }

  TEST_CASE("two steps on one tape, each with its own gradients") {
    check_planned([] {
      const Model model;
      SGD sgd{model.parameters, {.rate = 0.1}};
      Numbers said;
      const Tape tape;
      for (int k = 0; k < 3; ++k) {
        const LSTMState state =
            model.speller.step(symbols({k, 2}), model.speller.cell.zero_state(2));
        const Tensor loss = loss_of(model.speller, state, k);
        sgd.step(backward(loss, model.parameters));
        said.push_back(loss.item());
      }
      for (const double w : model.weights()) said.push_back(w);
      return said;
    });
  }

  TEST_CASE("intermediate values that are held, whole and in parts, have their numbers") {
    check_planned([] {
      const Model model;
      const Tape tape;
      LSTMState state = model.speller.cell.zero_state(2);
      std::vector<Tensor> held;
      for (int t = 0; t < 4; ++t) {
        state = model.speller.step(symbols({t, 5}), state);
        if (t % 2 == 0) held.push_back(state.h);
        held.push_back(slice(state.c, -1, 1, 3));
        held.push_back(transpose(state.h));
        held.push_back(concat({state.h, state.c}, 0));
      }
      const Tensor loss = loss_of(model.speller, state, 2);
      const Gradients gradients = backward(loss, model.parameters);
      evaluate(loss);
      Numbers said{loss.item()};
      for (const Tensor& x : held) append(said, x);
      for (const auto& [path, entry] : gradients) append(said, entry.gradient);
      return said;
    });
  }
}

TEST_SUITE("memory") {
  TEST_CASE("what is asked for holds no more memory than its own, also a part of something") {
    const Tape tape;
    const Tensor x = full({64, 64}, 2);
    const Tensor y = tanh(matmul(x, x));
    const Tensor part = slice(y * 1, 0, 3, 4);
    evaluate(y, part);
    CHECK(y.value().buffer.capacity() <= 64 * 64 * 4 + 64);
    CHECK(part.value().buffer.capacity() <= 64 * 4 + 64);
  }

  TEST_CASE("what is added to stays as it was for others who read it") {
    const Tensor rows = Tensor::copy_of({1.0f, 2.0f, 3.0f, 4.0f}, {2, 2});
    const Tensor ids = symbols({1, 1});
    for (const bool held : {false, true}) {
      const Tape tape{Tape::forward_only};
      Tensor table = tanh(matmul(full({3, 2}, 0), full({2, 2}, 1)));
      const Tensor more = scatter_add(table, ids, rows);
      const Tensor again = matmul(table + 1, full({2, 1}, 1));
      if (!held) table = Tensor{};
      evaluate(more, again);
      CHECK(same_values(more, Tensor::copy_of({0.0f, 0.0f, 4.0f, 6.0f, 0.0f, 0.0f}, {3, 2})));
      CHECK(same_values(again, full({3, 1}, 2)));
      if (held) CHECK(same_values(table, full({3, 2}, 0)));
    }
  }

  TEST_CASE("results outlive the tape and what is computed after them") {
    Tensor first, second;
    const Tensor x = full({3, 4}, 0.5);
    {
      const Tape tape;
      first = matmul(x, full({4, 2}, 1));
      evaluate(first);
      second = matmul(first, full({2, 2}, 3));
      evaluate(second);
      sum(matmul(second, full({2, 50}, 7))).item();
    }
    CHECK(same_values(first, full({3, 2}, 2)));
    CHECK(same_values(second, full({3, 2}, 12)));
  }
}

TEST_SUITE("failures") {
  TEST_CASE("an index out of range among joined nodes is told with the line of its own node") {
    const Tensor table = full({5, 3}, 1);
    const Tensor right = symbols({1, 2});
    const Tensor wrong = symbols({4, 1});
    const Planning planned{true};
    const Tape tape{Tape::forward_only};
    const std::uint64_t fallbacks = plan_counters().fallbacks;
    Tensor rows = gather(table, right + 1);
    rows = rows + gather(table, wrong + 1);
    const int line = __LINE__ - 1;
    rows = rows + gather(table, right + 2);
    const std::string message = message_of<IndexError>([&] { evaluate(rows); });
    CHECK(message == fmt::format("gather: index 5 at [0]; the table has 5 rows, 0 to 4 "
                                 "(tests/graph/plan/run_test.cpp:{})",
                                 line));
    CHECK(plan_counters().fallbacks == fallbacks + 1);
    CHECK(message_of<IndexError>([&] { evaluate(rows); }) == message);
  }

  TEST_CASE("an evaluation that failed leaves nothing behind, and can be asked again") {
    const Model model;
    const auto loss = [&] {
      LSTMState state = model.speller.cell.zero_state(2);
      for (int t = 0; t < 3; ++t) state = model.speller.step(symbols({t, 5}), state);
      return loss_of(model.speller, state, 1);
    };
    const double expected = loss().item();
    for (int k = 0; k < 12; ++k) {
      CAPTURE(k);
      const Tape tape;
      const Tensor again = loss();
      detail::faults.kernels_left = k;
      bool failed = false;
      try {
        again.item();
      } catch (const Error&) {
        failed = true;
      }
      detail::faults.kernels_left = -1;
      if (k == 0) CHECK(failed);
      CHECK(again.computed() != failed);
      CHECK(std::abs(again.item() - expected) < 1e-12);
    }
  }

  TEST_CASE("memory that runs out while planning or running leaves nothing behind") {
    const Tensor x = full({3, 4}, 0.5);
    const auto y = [&] { return sum(tanh(matmul(x, full({4, 4}, 0.5))) * x); };
    const double expected = y().item();
    for (int k = 0; k < 6; ++k) {
      CAPTURE(k);
      forget_plans();
      const Tape tape;
      const Tensor again = y();
      detail::faults.allocations_left = k;
      try {
        again.item();
      } catch (const std::bad_alloc&) {
      }
      detail::faults.allocations_left = -1;
      CHECK(std::abs(again.item() - expected) < 1e-6);
    }
  }
}

}  // namespace
}  // namespace chronograd
