#include "chronograd/layers/dot_product_attention.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/square.h"
#include "tests/graph/probe.h"
#include "tests/layers/model.h"
#include "tests/planning.h"

namespace chronograd {
namespace {

using namespace test;

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Sizes {
  std::int64_t batch = 2, heads = 4, key_heads = 2, queries = 3, keys = 3, size = 2, values = 3;
};

/// The number at [b, h, t, k] of a tensor with four axes.
double number(const Tensor& x, std::int64_t b, std::int64_t h, std::int64_t t, std::int64_t k) {
  const Shape s = x.shape();
  return x.values<double>()[static_cast<std::size_t>(((b * s[1] + h) * s[2] + t) * s[3] + k)];
}

using Allowed = std::function<bool(std::int64_t b, std::int64_t h, std::int64_t t, std::int64_t s)>;

/// Compares with the formula in plain loops.
void check_formula(const Tensor& q, const Tensor& k, const Tensor& v, const WeightedValues& found,
                   const Allowed& allowed,
                   const std::function<double(double, std::int64_t)>& score) {
  const Shape s = q.shape();
  const std::int64_t group = s[1] / k.shape()[1];
  for (std::int64_t b = 0; b < s[0]; ++b) {
    for (std::int64_t h = 0; h < s[1]; ++h) {
      for (std::int64_t t = 0; t < s[2]; ++t) {
        std::vector<double> weights;
        double total = 0;
        for (std::int64_t j = 0; j < k.shape()[2]; ++j) {
          double dots = 0;
          for (std::int64_t n = 0; n < s[3]; ++n) {
            dots += number(q, b, h, t, n) * number(k, b, h / group, j, n);
          }
          dots = score(dots / std::sqrt(static_cast<double>(s[3])), j);
          weights.push_back(allowed(b, h, t, j) ? std::exp(dots) : 0);
          total += weights.back();
        }
        for (std::int64_t n = 0; n < v.shape()[3]; ++n) {
          double context = 0;
          for (std::int64_t j = 0; j < k.shape()[2]; ++j) {
            const double weight = total > 0 ? weights[static_cast<std::size_t>(j)] / total : 0;
            CHECK(near(number(found.weights, b, h, t, j), weight));
            context += weight * number(v, b, h / group, j, n);
          }
          CHECK(near(number(found.context, b, h, t, n), context));
        }
      }
    }
  }
}

TEST_CASE("context and weights are the formula's under every mask, and of shared key heads") {
  Draw draw{1};
  const Sizes n;
  const Tensor q = draw.tensor({n.batch, n.heads, n.queries, n.size});
  const Tensor k = draw.tensor({n.batch, n.key_heads, n.keys, n.size});
  const Tensor v = draw.tensor({n.batch, n.key_heads, n.keys, n.values});
  const Tensor lengths = Tensor::copy_of<std::int64_t>({2, 0}, {2});
  const Tensor allowed = draw.booleans({n.batch, n.heads, n.queries, n.keys});
  const auto flag = [&](auto b, auto h, auto t, auto s) {
    return allowed.values<bool>()[static_cast<std::size_t>(((b * 4 + h) * 3 + t) * 3 + s)];
  };
  const Tensor bias = Tensor::copy_of({0.5, -infinity, -1.}, {3});
  const auto plain = [](double dots, std::int64_t) { return dots; };
  check_formula(
      q, k, v, dot_product_attention(q, k, v), [](auto, auto, auto, auto) { return true; }, plain);
  check_formula(
      q, k, v, dot_product_attention(q, k, v, {.causal = true}),
      [](auto, auto, auto t, auto s) { return s <= t; }, plain);
  check_formula(
      q, k, v, dot_product_attention(q, k, v, {.lengths = lengths}),
      [](auto b, auto, auto, auto s) { return b == 0 && s < 2; }, plain);
  check_formula(q, k, v, dot_product_attention(q, k, v, {.allowed = allowed}), flag, plain);
  check_formula(
      q, k, v,
      dot_product_attention(
          q, k, v,
          {.lengths = lengths, .causal = true, .allowed = allowed, .bias = bias, .softcap = 0.7}),
      [&](auto b, auto h, auto t, auto s) {
        return flag(b, h, t, s) && s <= t && b == 0 && s < 2 && s != 1;
      },
      [](double dots, std::int64_t s) {
        return 0.7 * std::tanh(dots / 0.7) + (s == 0 ? 0.5 : -1);
      });
}

TEST_CASE("without an axis of heads it is the same as with one head") {
  Draw draw{2};
  const Tensor q = draw.tensor({2, 3, 4}), k = draw.tensor({2, 5, 4}), v = draw.tensor({2, 5, 1});
  const Tensor lengths = Tensor::copy_of<std::int64_t>({2, 5}, {2});
  const auto headed = [](const Tensor& x) { return reshape(x, x.shape().inserted(1, 1)); };
  const auto found = dot_product_attention(q, k, v, {.lengths = lengths});
  const auto wanted = dot_product_attention(headed(q), headed(k), headed(v), {.lengths = lengths});
  CHECK(found.context.shape() == Shape{2, 3, 1});
  CHECK(near(headed(found.context), wanted.context));
  CHECK(near(headed(found.weights), wanted.weights));
}

TEST_CASE("gradients match finite differences under all masks at once, of second order too") {
  Draw draw{3};
  const Tensor lengths = Tensor::copy_of<std::int64_t>({2, 3}, {2});
  const Tensor allowed = draw.booleans({2, 1, 3, 3});
  const auto f = [&](std::span<const Tensor> x) {
    const auto found = dot_product_attention(
        x[0], x[1], x[2],
        {.lengths = lengths, .causal = true, .allowed = allowed, .bias = x[3], .softcap = 2});
    return concat({found.context, found.weights}, -1);
  };
  const std::vector<Tensor> inputs{draw.tensor({2, 2, 3, 2}), draw.tensor({2, 1, 3, 2}),
                                   draw.tensor({2, 1, 3, 2}), draw.tensor({3, 3})};
  const GradientCheck first = check_gradient(f, inputs);
  CHECK_MESSAGE(first, first.message);
  const GradientCheck second =
      check_gradient(f, inputs, {.relative = 1e-5, .absolute = 1e-7, .order = 2});
  CHECK_MESSAGE(second, second.message);
}

TEST_CASE("a query with nothing to look at causes zeros only, whatever stands there") {
  Draw draw{4};
  for (const bool planned : {false, true}) {
    for (const double odd : {not_a_number, infinity}) {
      const Planning planning{planned};
      const auto with_odd_row = [&](const Tensor& x) {
        return concat({slice(x, 2, 0, 2), full({1, 1, 1, 2}, odd, DType::f64)}, 2).detach();
      };
      // Query 2 may look at nothing, and nobody at key 2.
      const Tensor allowed =
          Tensor::copy_of({true, true, false, true, false, false, false, false, false}, {3, 3});
      const Tensor q = with_odd_row(draw.tensor({1, 1, 3, 2}));
      const Tensor k = with_odd_row(draw.tensor({1, 1, 3, 2}));
      const Tensor v = with_odd_row(draw.tensor({1, 1, 3, 2}));
      const Tape tape;
      const auto found = dot_product_attention(q, k, v, {.allowed = allowed});
      const Tensor loss = sum(square(found.context)) + sum(square(found.weights));
      const Tensor wrt[] = {gradient(loss, q), gradient(loss, k), gradient(loss, v)};
      const Tensor zero = zeros({1, 1, 1, 2}, DType::f64);
      CHECK(same_values(slice(found.context, 2, 2, 3), zero));
      CHECK(same_values(slice(found.weights, 2, 2, 3), zeros({1, 1, 1, 3}, DType::f64)));
      CHECK(std::isfinite(loss.item()));
      for (const Tensor& g : wrt) {
        CHECK(same_values(slice(g, 2, 2, 3), zero));
        for (const double number : numbers(g)) CHECK(std::isfinite(number));
      }
    }
  }
}

TEST_CASE("dropout of weights acts on the context while training") {
  Draw draw{5};
  Random random{1};
  const Tensor q = draw.tensor({1, 1, 4, 2}), v = draw.tensor({1, 1, 9, 2});
  const auto plain = dot_product_attention(q, v, v);
  CHECK(same_values(dot_product_attention(q, v, v, {}, 0.5).context, plain.context));
  Tape tape{random};
  const auto dropped = dot_product_attention(q, v, v, {}, 0.5);
  CHECK(near(dropped.weights, plain.weights));
  CHECK(!near(dropped.context, plain.context, 1e-3));
}

TEST_CASE("what does not fit is named") {
  const auto message = [](Shape q, Shape k, Shape v, const AttentionMask& mask = {}) {
    return message_before_place<ShapeError>(
        [&] { dot_product_attention(zeros(q), zeros(k), zeros(v), mask); });
  };
  CHECK(message({1, 2, 3, 4}, {1, 2, 3, 5}, {1, 2, 3, 5}) ==
        "dot_product_attention: queries [1, 2, 3, 4], keys [1, 2, 3, 5] and values [1, 2, 3, 5]; "
        "queries and keys must have the same size");
  CHECK(message({2, 3, 4}, {1, 3, 4}, {1, 3, 4}).ends_with("they must have the same batch"));
  CHECK(message({1, 3, 4}, {1, 3, 4}, {1, 2, 4}).ends_with("each key needs a value"));
  CHECK(message({3, 4}, {3, 4}, {3, 4})
            .ends_with("all must be [batch, heads, time, size] or [batch, time, size]"));
  CHECK(message({1, 3, 2, 4}, {1, 2, 2, 4}, {1, 2, 2, 4})
            .ends_with("the heads of the queries must be a multiple of those of the keys"));
  CHECK(message({2, 3, 4}, {2, 3, 4}, {2, 3, 4}, {.lengths = zeros({3}, DType::i64)}) ==
        "dot_product_attention: lengths [3] for a batch of 2; they must be [2]");
  CHECK_THROWS_AS(message({1, 3, 4}, {1, 3, 4}, {1, 3, 4}, {.softcap = -1}), ValueError);
}

}  // namespace
}  // namespace chronograd
