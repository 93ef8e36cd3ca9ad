// What is recorded piece by piece, sequence after sequence or tree by tree, is differentiated in
// batches; nobody should notice but by the time it takes.
#include "chronograd/autodiff/detail/batch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/stop_gradient.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/unstack.h"
#include "tests/autodiff/random_graph.h"
#include "tests/planning.h"
#include "tests/repetitions.h"

namespace chronograd::test {
namespace {

using Numbers = std::vector<std::vector<double>>;

/// While it lives, everything is batched that can be, and what was recorded before is forgotten.
class BatchAll {
 public:
  BatchAll() {
    forget_plans();
    detail::smallest_batch = {.nodes = 0, .likeness = 0};
  }
  ~BatchAll() {
    forget_plans();
    detail::smallest_batch = {};
  }
  BatchAll(const BatchAll&) = delete;
  BatchAll& operator=(const BatchAll&) = delete;
};

Numbers numbers(std::span<const Tensor> tensors) {
  evaluate(tensors);
  Numbers result;
  for (const Tensor& tensor : tensors) {
    const auto values = tensor.values<double>();
    result.emplace_back(values.begin(), values.end());
  }
  return result;
}

double difference(const Numbers& as, const Numbers& bs) {
  REQUIRE(as.size() == bs.size());
  double largest = 0;
  for (std::size_t k = 0; k < as.size(); ++k) {
    REQUIRE(as[k].size() == bs[k].size());
    for (std::size_t i = 0; i < as[k].size(); ++i) {
      largest = std::max(largest, std::abs(as[k][i] - bs[k][i]) / (1 + std::abs(as[k][i])));
    }
  }
  return largest;
}

/// A recurrence over sequences of different lengths, recorded one by one.
struct Ragged {
  std::vector<int> lengths{3, 1, 5, 2, 4, 5};
  Tensor table = draw({7, 4}, 0.3);
  Tensor w = draw({4, 6}, 0.7);
  Tensor u = draw({3, 6}, 0.9);
  Tensor b = draw({6}, 1.1);

  static Tensor draw(Shape shape, double seed) {
    std::vector<double> values(static_cast<std::size_t>(shape.size()));
    for (std::size_t k = 0; k < values.size(); ++k) {
      values[k] = std::sin(seed + 1.7 * static_cast<double>(k));
    }
    return Tensor::adopt(std::move(values), shape);
  }

  std::vector<Tensor> leaves() const { return {table, w, u, b}; }

  /// The last outputs, [1, 3] each.
  std::vector<Tensor> run() const {
    std::vector<Tensor> last;
    for (const int length : lengths) {
      std::vector<std::int64_t> words(static_cast<std::size_t>(length));
      for (std::size_t k = 0; k < words.size(); ++k) {
        words[k] = static_cast<std::int64_t>((k * 3 + static_cast<std::size_t>(length)) % 7);
      }
      const Tensor xs = gather(table, Tensor::adopt(std::move(words), {length, 1}));
      Tensor h = zeros({1, 3}, DType::f64);
      for (const Tensor& x : unstack(xs)) {
        const auto [a, g] = split(matmul(x, w) + matmul(h, u) + b, "a", "g");
        h = tanh(a) * g + 0.5 * h;
      }
      last.push_back(h);
    }
    return last;
  }
  Tensor loss() const { return mean(tanh(concat(run(), 0))); }
};

std::size_t nodes_of(const Tape& tape) { return tape.recording().size(); }

TEST_CASE("sequences recorded one by one are differentiated together") {
  const Ragged ragged;
  Numbers expected;
  std::size_t one_by_one = 0;
  {
    const Tape tape;
    const Tensor loss = ragged.loss();
    const std::size_t forward = nodes_of(tape);
    expected = numbers(gradient(loss, ragged.leaves()));
    expected.push_back({loss.item()});
    one_by_one = nodes_of(tape) - forward;
  }
  const BatchAll batched;
  const Tape tape;
  const Tensor loss = ragged.loss();
  const std::size_t forward = nodes_of(tape);
  const std::vector<Tensor> gradients = gradient(loss, ragged.leaves());
  CHECK(nodes_of(tape) - forward < one_by_one / 2);
  Numbers got = numbers(gradients);
  got.push_back({loss.item()});
  CHECK(difference(got, expected) < 1e-12);
}

// Trees whose inner nodes join what was made on any level below them.
Tensor loss_of_trees(const Ragged& weights) {
  std::vector<Tensor> roots;
  for (std::size_t tree = 0; tree < 5; ++tree) {
    std::vector<Tensor> open =
        unstack(reshape(gather(weights.table, arange(7, DType::i64)), {7, 1, 4}));
    for (std::size_t turn = 0; open.size() > 1; ++turn) {
      const std::size_t at = (tree * 5 + turn * 3) % (open.size() - 1);
      const Tensor both = concat({open[at], open[at + 1]}, 0) + 0.25;
      const auto [a, g] = split(matmul(reshape(both, {2, 4}), weights.w) + weights.b, "a", "g");
      const Tensor joined = matmul(sum(tanh(a) * g, 0, true), weights.u);
      open[at] = slice(joined, 1, 0, 4) - open[at] * open[at + 1];
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    }
    roots.push_back(open[0]);
  }
  return mean(tanh(concat(roots, 0)));
}

TEST_CASE("trees recorded one by one are differentiated together") {
  const Ragged weights;
  const auto run = [&] {
    const Tape tape;
    const Tensor loss = loss_of_trees(weights);
    std::vector<Tensor> all = gradient(loss, weights.leaves());
    all.push_back(loss);
    return numbers(all);
  };
  const Numbers expected = run();
  const BatchAll batched;
  CHECK(difference(run(), expected) < 1e-12);
}

TEST_CASE("a few pieces of a computation are not worth a batch") {
  const Ragged ragged;
  const auto recorded = [&] {
    const Tape tape;
    const auto gradients = gradient(ragged.loss(), ragged.leaves());
    return nodes_of(tape);
  };
  const std::size_t usual = recorded();
  detail::smallest_batch = {.nodes = 0, .likeness = 50};
  CHECK(recorded() == usual);
  detail::smallest_batch = {};
}

std::size_t computed_tanhs(const Tape& tape, std::size_t first_nodes) {
  const RecordingView recording = tape.recording();
  std::size_t count = 0;
  for (NodeId id = 0; id < first_nodes; ++id) {
    count += recording[id].name() == "tanh" && recording.computed(recording[id].first_output());
  }
  return count;
}

TEST_CASE("what is held has its numbers, and what is made of it after the gradient") {
  const Ragged ragged;
  std::size_t recomputed = 0;
  const auto run = [&] {
    const Tape tape;
    const std::vector<Tensor> last = ragged.run();
    const Tensor loss = mean(tanh(concat(last, 0)));
    const std::size_t forward = nodes_of(tape);
    std::vector<Tensor> all = gradient(loss, ragged.leaves());
    all.insert(all.end(), last.begin(), last.end());
    all.push_back(loss);
    all.push_back(exp(loss) + last[2]);
    const Numbers result = numbers(all);
    recomputed = computed_tanhs(tape, forward);
    return result;
  };
  const Numbers expected = run();
  CHECK(recomputed > 0);
  const BatchAll batched;
  CHECK(difference(run(), expected) < 1e-12);
  CHECK(recomputed == 0);
}

TEST_CASE("a gradient of what is made of a batched loss goes through the batch") {
  const Ragged ragged;
  const auto run = [&] {
    const Tape tape;
    const Tensor loss = ragged.loss();
    std::vector<Tensor> all = gradient(loss, ragged.leaves());
    for (const Tensor& g : gradient(exp(loss) * loss, ragged.leaves())) all.push_back(g);
    return numbers(all);
  };
  const Numbers expected = run();
  const BatchAll batched;
  CHECK(difference(run(), expected) < 1e-12);
}

TEST_CASE("second derivatives go through a batch, also those with respect to values on the way") {
  const Ragged ragged;
  const auto run = [&] {
    const Tape tape;
    const std::vector<Tensor> last = ragged.run();
    const Tensor loss = mean(tanh(concat(last, 0)));
    Tensor along = sum(last[1] * 0.1);
    for (const Tensor& g : gradient(loss, ragged.leaves())) along = along + sum(g * g);
    std::vector<Tensor> xs = ragged.leaves();
    std::vector<Tensor> all = gradient(along, xs);
    xs.push_back(last[1]);
    xs.push_back(last[4]);
    for (const Tensor& g : gradient(along, xs)) all.push_back(g);
    const std::vector<Tensor> direct = gradient(loss, last);
    for (const Tensor& g : direct) all.push_back(g);
    all.push_back(gradient(along + sum(direct[1] * direct[1]), last[1]));
    return numbers(all);
  };
  const Numbers expected = run();
  const BatchAll batched;
  CHECK(difference(run(), expected) < 1e-12);
}

TEST_CASE("a gradient of a part that a batch looked through is right or refused") {
  const Tensor x = Tensor::copy_of<double>({1, 2, 3, 4, 5}, {5});
  const auto run = [&](bool batch_first, bool of_batched) {
    const Tape tape;
    const Tensor part = slice(x, 0, 1, 2);
    const Tensor y = sum(x * x) + sum(part * part * part);
    Tensor of_leaf;
    if (batch_first) of_leaf = gradient(y, x);
    const Tensor z = of_batched ? y * y : y;
    const std::vector<Tensor> xs{part, x};
    const std::vector<Tensor> both = gradient(z, xs);
    CHECK(both[1].values<double>()[1] == doctest::Approx((of_batched ? 2 * 63 : 1) * 16));
    const double of_part = gradient(z, part).item();
    CHECK(both[0].item() == of_part);
    return of_part;
  };
  CHECK(run(false, false) == 12);
  CHECK(run(false, true) == 12 * 2 * 63);
  const BatchAll batched;
  CHECK(run(false, true) == 12 * 2 * 63);
  CHECK(run(true, false) == 12);
  CHECK_THROWS_WITH_AS(run(true, true), doctest::Contains("take this one first"), TapeError);
}

TEST_CASE("a gradient with respect to a gradient that a batch computed again is refused") {
  const Ragged ragged;
  const auto run = [&] {
    const Tape tape;
    const Tensor first = gradient(ragged.loss(), ragged.leaves())[0];
    const Tensor second = gradient(sum(first * first), ragged.leaves())[0];
    const std::vector<Tensor> third{gradient(sum(second * second), first)};
    return numbers(third);
  };
  const Numbers expected = run();
  double largest = 0;
  for (const auto& tensor : expected) {
    for (const double x : tensor) largest = std::max(largest, std::abs(x));
  }
  CHECK(largest > 1e-9);
  const BatchAll batched;
  CHECK_THROWS_WITH_AS(run(), doctest::Contains("take this one first"), TapeError);
}

TEST_CASE("what was batched is recorded anew when planning is turned off") {
  const Ragged ragged;
  const BatchAll batched;
  const auto nodes = [&] {
    const Tape tape;
    const Tensor loss = ragged.loss();
    (void)gradient(loss, ragged.leaves());
    return tape.recording().size();
  };
  set_planning(false);
  const std::size_t alone = nodes();
  set_planning(true);
  const std::size_t together = nodes();
  CHECK(together != alone);
  CHECK(nodes() == together);
  set_planning(false);
  CHECK(nodes() == alone);
  set_planning(true);
}

TEST_CASE("numbers that were equal on one tape differ on the next") {
  const Ragged ragged;
  const auto run = [&](double scale) {
    const Tape tape;
    const std::vector<Tensor> last = ragged.run();
    Tensor loss = sum(last[0] * 2);
    for (std::size_t k = 1; k < last.size(); ++k) {
      loss = loss + sum(last[k] * (k % 2 == 0 ? 2 : scale));
    }
    return numbers(gradient(loss, ragged.leaves()));
  };
  const Numbers twice = run(2);
  const Numbers thrice = run(3);
  const BatchAll batched;
  CHECK(difference(run(2), twice) < 1e-12);
  CHECK(difference(run(2), twice) < 1e-12);
  CHECK(difference(run(3), thrice) < 1e-12);
  CHECK(difference(run(2), twice) < 1e-12);
}

TEST_CASE("scalars that gradients are taken of stay apart, though they hold the same number") {
  const Ragged ragged;
  std::vector<Tensor> scales;
  for (std::size_t k = 0; k < ragged.lengths.size(); ++k) {
    scales.push_back(Tensor::scalar(2, DType::f64));
  }
  const auto run = [&] {
    const Tape tape;
    std::vector<Tensor> last = ragged.run();
    for (std::size_t k = 0; k < last.size(); ++k) last[k] = last[k] * scales[k];
    return numbers(gradient(mean(tanh(concat(last, 0))), scales));
  };
  const Numbers expected = run();
  const BatchAll batched;
  CHECK(difference(run(), expected) < 1e-12);
}

TEST_CASE("the same sequences again are planned once") {
  const Ragged ragged;
  const BatchAll batched;
  const auto run = [&] {
    const Tape tape;
    const Tensor loss = ragged.loss();
    std::vector<Tensor> all = gradient(loss, ragged.leaves());
    all.push_back(loss);
    return numbers(all);
  };
  const Numbers first = run();
  const auto misses = plan_counters().misses;
  for (int k = 0; k < 3; ++k) CHECK(run() == first);
  CHECK(plan_counters().misses == misses);
}

TEST_CASE("a loss that was read before its gradient is not computed again in a batch") {
  const Ragged ragged;
  std::size_t nodes = 0;
  const auto run = [&] {
    const Tape tape;
    const Tensor loss = ragged.loss();
    const double value = loss.item();
    Numbers all = numbers(gradient(loss, ragged.leaves()));
    all.push_back({value, loss.item()});
    nodes = nodes_of(tape);
    return all;
  };
  const Numbers expected = run();
  const std::size_t usual = nodes;
  const BatchAll batched;
  CHECK(difference(run(), expected) < 1e-12);
  CHECK(nodes == usual);
}

TEST_CASE("what stops gradients stops them in a batch") {
  const Tensor x = Ragged::draw({2, 3}, 0.5);
  const BatchAll batched;
  const Tape tape;
  const Tensor y = sum(x * stop_gradient(x)) + sum(tanh(stop_gradient(x)));
  CHECK(same_values(gradient(y, x), x));
}

TEST_CASE("after a failure the handles wait as before") {
  const Ragged ragged;
  const BatchAll batched;
  const Tape tape;
  const std::vector<Tensor> last = ragged.run();
  const Tensor index = sum(last[0]) * 0 + 9;  // no such row
  const Tensor wrong = gather(ragged.table, cast(index, DType::i64));
  const Tensor loss = mean(concat(last, 0)) + sum(wrong);
  const std::vector<Tensor> gradients = gradient(loss, ragged.leaves());
  CHECK_THROWS_AS(loss.item(), IndexError);
  CHECK_THROWS_AS(loss.item(), IndexError);
  CHECK(!loss.computed());
}

TEST_CASE("copies of random graphs that are batched have the gradients they have one by one") {
  for (std::uint64_t seed = 0; seed < repetitions(5'000u); ++seed) {
    CAPTURE(seed);
    const RandomGraph graph{seed};
    CAPTURE(graph.text());
    const auto run = [&] {
      const Tape tape;
      const std::vector<Tensor> leaves = graph.inputs();
      std::vector<Tensor> ys;
      for (int copy = 0; copy < 3; ++copy) {
        std::vector<Tensor> inputs = leaves;
        for (Tensor& x : inputs) x = x * (copy < 2 ? 1.0 : 0.999);
        ys.push_back(graph(inputs));
      }
      const Tensor y = sum(ys[0]) + sum(ys[1]) * 0.5 + sum(ys[2] * ys[0]);
      std::vector<Tensor> all = gradient(y, leaves);
      all.push_back(y);
      all.push_back(ys[1]);
      return numbers(all);
    };
    Numbers expected;
    {
      const Planning node_by_node{false};
      expected = run();
    }
    const BatchAll batched;
    CHECK(difference(run(), expected) < 1e-10);
  }
}

TEST_CASE("equal nodes are one in a batch, so that it is no larger than what they read") {
  const BatchAll all;
  constexpr std::int64_t rows = 16;
  const Tensor x = Ragged::draw({rows, 4}, 0.2);
  const Tape tape;
  Tensor s = zeros({4}, DType::f64);
  for (std::int64_t i = 0; i < rows; ++i) {
    const Tensor turned = transpose(reshape(tanh(x), {rows, 2, 2}), 1, 2);
    s = s + reshape(at(turned, i), {4});
  }
  const Tensor g = gradient(sum(s), x);
  const RecordingView recording = tape.recording();
  for (OutputId o = 0; o < recording.outputs(); ++o) {
    CHECK(recording.shape(o).size() <= x.size());
  }
  for (std::size_t k = 0; k < 4 * rows; ++k) {
    const double y = std::tanh(x.values<double>()[k]);
    CHECK(g.values<double>()[k] == doctest::Approx(1 - y * y).epsilon(1e-12));
  }
}

}  // namespace
}  // namespace chronograd::test
