#include "tests/autodiff/random_graph.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "chronograd/ops/abs.h"
#include "chronograd/ops/acos.h"
#include "chronograd/ops/acosh.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/asin.h"
#include "chronograd/ops/asinh.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/atan.h"
#include "chronograd/ops/atanh.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/clamp.h"
#include "chronograd/ops/compare.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/cos.h"
#include "chronograd/ops/cosh.h"
#include "chronograd/ops/cross_entropy.h"
#include "chronograd/ops/cumsum.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/elu.h"
#include "chronograd/ops/erf.h"
#include "chronograd/ops/exp.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/expm1.h"
#include "chronograd/ops/flip.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/gelu.h"
#include "chronograd/ops/hard_sigmoid.h"
#include "chronograd/ops/hypot.h"
#include "chronograd/ops/leaky_relu.h"
#include "chronograd/ops/linear_recurrence.h"
#include "chronograd/ops/log.h"
#include "chronograd/ops/log1p.h"
#include "chronograd/ops/log_probability.h"
#include "chronograd/ops/log_softmax.h"
#include "chronograd/ops/logical.h"
#include "chronograd/ops/logsumexp.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/max.h"
#include "chronograd/ops/maximum.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/mean_square.h"
#include "chronograd/ops/min.h"
#include "chronograd/ops/minimum.h"
#include "chronograd/ops/mse.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/neg.h"
#include "chronograd/ops/norm.h"
#include "chronograd/ops/pad.h"
#include "chronograd/ops/pick.h"
#include "chronograd/ops/pow.h"
#include "chronograd/ops/prod.h"
#include "chronograd/ops/reciprocal.h"
#include "chronograd/ops/relu.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/root_mean_square.h"
#include "chronograd/ops/rsqrt.h"
#include "chronograd/ops/scatter.h"
#include "chronograd/ops/scatter_add.h"
#include "chronograd/ops/sigmoid.h"
#include "chronograd/ops/silu.h"
#include "chronograd/ops/sin.h"
#include "chronograd/ops/sinh.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/softmax.h"
#include "chronograd/ops/softplus.h"
#include "chronograd/ops/sort.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/sqrt.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/take_along_axis.h"
#include "chronograd/ops/tan.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/unstack.h"
#include "chronograd/ops/variance.h"
#include "chronograd/ops/where.h"

namespace chronograd::test {
namespace {

using Values = std::span<const Tensor>;

std::vector<double> numbers(const Tensor& x) {
  const auto values = x.values<double>();
  return {values.begin(), values.end()};
}

constexpr double gap = 0.02;  // from kinks and poles

bool away_from(const Tensor& x, double where) {
  return std::ranges::all_of(numbers(x), [&](double v) { return std::abs(v - where) > gap; });
}

bool above(const Tensor& x, double bound) {
  return std::ranges::all_of(numbers(x), [&](double v) { return v > bound; });
}

bool below(const Tensor& x, double bound) {
  return std::ranges::all_of(numbers(x), [&](double v) { return v < bound; });
}

bool distinct(const Tensor& x) {
  std::vector<double> values = numbers(x);
  std::ranges::sort(values);
  const auto close = [](double a, double b) { return b - a < gap; };
  return std::ranges::adjacent_find(values, close) == values.end();
}

bool fit(const Tensor& a, const Tensor& b) {
  for (int axis = 1; axis <= std::min(a.rank(), b.rank()); ++axis) {
    const std::int64_t m = a.shape()[-axis];
    const std::int64_t n = b.shape()[-axis];
    if (m != n && m != 1 && n != 1) return false;
  }
  return true;
}

int axis_of(Draw& draw, const Tensor& x) { return static_cast<int>(draw.below(x.rank())); }

}  // namespace

/// How to draw an op: `make` sees the chosen arguments and says what to do with them, or nothing
/// when the op cannot take these.
struct RandomGraph::Kind {
  std::string op;
  std::size_t arguments;
  std::function<std::function<Tensor(Values)>(Draw&, Values)> make;
};

const std::vector<RandomGraph::Kind>& RandomGraph::kinds() {
  using F = std::function<Tensor(Values)>;
  using Able = bool (*)(const Tensor&);
  const auto unary = [](std::string name, Tensor (*op)(Operand), Able able) -> Kind {
    return {std::move(name), 1, [=](Draw&, Values x) -> F {
              if (!able(x[0])) return {};
              return [op](Values v) { return op(v[0]); };
            }};
  };
  using BothAble = bool (*)(const Tensor&, const Tensor&);
  const auto binary = [](std::string name, Tensor (*op)(Operand, Operand), BothAble able) -> Kind {
    return {std::move(name), 2, [=](Draw&, Values x) -> F {
              if (!fit(x[0], x[1]) || !able(x[0], x[1])) return {};
              return [op](Values v) { return op(v[0], v[1]); };
            }};
  };
  const auto along = [](std::string name, std::function<Tensor(const Tensor&, int)> op,
                        Able able) -> Kind {
    return {std::move(name), 1, [=](Draw& draw, Values x) -> F {
              if (x[0].rank() == 0 || x[0].size() == 0 || !able(x[0])) return {};
              return [op, axis = axis_of(draw, x[0])](Values v) { return op(v[0], axis); };
            }};
  };
  const Able any = [](const Tensor&) { return true; };
  const Able small = [](const Tensor& x) { return below(x, 2.5); };
  const Able positive = [](const Tensor& x) { return above(x, 0.2); };
  const Able no_kink = [](const Tensor& x) { return away_from(x, 0); };
  const BothAble both = [](const Tensor&, const Tensor&) { return true; };
  const BothAble apart = [](const Tensor& a, const Tensor& b) { return away_from(a - b, 0); };
  static const std::vector<Kind> all{
      unary("neg", neg, any),
      unary("exp", exp, small),
      unary("log", log, positive),
      unary("sqrt", sqrt, positive),
      unary("square", square, any),
      unary("sigmoid", sigmoid, any),
      unary("tanh", tanh, any),
      unary("abs", abs, no_kink),
      unary("relu", relu, no_kink),
      unary("rsqrt", rsqrt, positive),
      unary("reciprocal", reciprocal, [](const Tensor& x) { return above(abs(x), 0.3); }),
      unary("expm1", expm1, small),
      unary("log1p", log1p, [](const Tensor& x) { return above(x, -0.8); }),
      unary("sin", sin, any),
      unary("cos", cos, any),
      unary("tan", tan, [](const Tensor& x) { return below(abs(x), 1.2); }),
      unary("sinh", sinh, [](const Tensor& x) { return below(abs(x), 2.5); }),
      unary("cosh", cosh, [](const Tensor& x) { return below(abs(x), 2.5); }),
      unary("asin", asin, [](const Tensor& x) { return below(abs(x), 0.8); }),
      unary("acos", acos, [](const Tensor& x) { return below(abs(x), 0.8); }),
      unary("atan", atan, any),
      unary("asinh", asinh, any),
      unary("acosh", acosh, [](const Tensor& x) { return above(x, 1.3); }),
      unary("atanh", atanh, [](const Tensor& x) { return below(abs(x), 0.8); }),
      unary("erf", erf, any),
      unary("silu", silu, any),
      unary("softplus", softplus, any),
      unary("gelu", gelu, any),
      unary("gelu_tanh", gelu_tanh, any),
      unary("selu", selu, no_kink),
      along(
          "elu", [](const Tensor& x, int) { return elu(x, 0.7); }, no_kink),
      along(
          "leaky_relu", [](const Tensor& x, int) { return leaky_relu(x, 0.1); }, no_kink),
      along(
          "hard_sigmoid", [](const Tensor& x, int) { return hard_sigmoid(x, 0.25); },
          [](const Tensor& x) { return away_from(x, -2) && away_from(x, 2); }),
      binary("add", add, both),
      binary("sub", sub, both),
      binary("mul", mul, both),
      binary("div", div, [](const Tensor&, const Tensor& b) { return above(abs(b), 0.3); }),
      binary("pow", pow,
             [](const Tensor& a, const Tensor& b) { return above(a, 0.2) && below(b, 3); }),
      binary("hypot", hypot, [](const Tensor&, const Tensor& b) { return above(abs(b), 0.3); }),
      binary("maximum", maximum, apart),
      binary("minimum", minimum, apart),
      along(
          "sum", [](const Tensor& x, int axis) { return sum(x, axis); }, any),
      along(
          "sum_of_rows", [](const Tensor& x, int) { return sum(x, -1, true); }, any),
      along(
          "max_of_rows", [](const Tensor& x, int) { return max(x, -1, true); }, distinct),
      along(
          "centre_rows", [](const Tensor& x, int) { return x - mean(x, -1, true); }, any),
      along(
          "mean", [](const Tensor& x, int axis) { return mean(x, axis, true); }, any),
      along(
          "mean_square", [](const Tensor& x, int axis) { return mean_square(x, axis); }, any),
      along(
          "mean_square_of_rows", [](const Tensor& x, int) { return mean_square(x, -1, true); },
          any),
      along(
          "root_mean_square_of_rows",
          [](const Tensor& x, int) { return x / root_mean_square(x, -1, true); }, no_kink),
      along(
          "norm", [](const Tensor& x, int axis) { return norm(x, axis, true); }, no_kink),
      along(
          "wide_norm", [](const Tensor& x, int) { return wide_norm(x); }, no_kink),
      along(
          "prod", [](const Tensor& x, int axis) { return prod(x, axis, true); }, any),
      along(
          "variance", [](const Tensor& x, int axis) { return variance(x, axis); }, any),
      along(
          "cumsum", [](const Tensor& x, int axis) { return cumsum(x, axis, {.reverse = true}); },
          any),
      along(
          "linear_recurrence",
          [](const Tensor& x, int axis) { return linear_recurrence(sin(x), x, axis); }, any),
      along(
          "flip", [](const Tensor& x, int axis) { return flip(x, axis); }, any),
      along(
          "sort", [](const Tensor& x, int axis) { return sort(x, axis).values; }, distinct),
      along(
          "top_k", [](const Tensor& x, int axis) { return top_k(x, 1, axis).values; }, distinct),
      along(
          "pad", [](const Tensor& x, int axis) { return pad(x, axis, 1, 0, 0.5); }, any),
      along(
          "max", [](const Tensor& x, int axis) { return max(x, axis); }, distinct),
      along(
          "min", [](const Tensor& x, int axis) { return min(x, axis, true); }, distinct),
      along(
          "softmax", [](const Tensor& x, int axis) { return softmax(x, axis); }, any),
      along(
          "log_softmax", [](const Tensor& x, int axis) { return log_softmax(x, axis); }, any),
      along(
          "logsumexp", [](const Tensor& x, int axis) { return logsumexp(x, axis); }, any),
      along(
          "unstack", [](const Tensor& x, int axis) { return unstack(x, axis).back(); }, any),
      along(
          "cast",  // what a comparison says, as numbers
          [](const Tensor& x, int) { return x * cast(greater(x, 0.0), DType::f64); }, no_kink),
      {"at", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0) return {};
         const int axis = axis_of(draw, x[0]);
         const std::int64_t index = draw.below(x[0].shape()[axis]);
         return [=](Values v) { return at(v[0], index, axis); };
       }},
      {"slice", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0) return {};
         const int axis = axis_of(draw, x[0]);
         const std::int64_t start = draw.below(x[0].shape()[axis]);
         const std::int64_t stop = draw.between(start + 1, x[0].shape()[axis]);
         return [=](Values v) { return slice(v[0], axis, start, stop); };
       }},
      {"slice with a step", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0) return {};
         const int axis = axis_of(draw, x[0]);
         const SliceOptions options{.start = draw.below(x[0].shape()[axis]),
                                    .step = draw.coin() ? 2 : -2};
         return [=](Values v) { return slice(v[0], axis, options); };
       }},
      {"split", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0) return {};
         const int axis = axis_of(draw, x[0]);
         const std::int64_t size = x[0].shape()[axis];
         if (size < 2) return {};
         const std::int64_t first = draw.between(1, size - 1);
         const auto part = static_cast<std::size_t>(draw.below(2));
         return [=](Values v) { return split(v[0], {first, size - first}, axis)[part]; };
       }},
      {"concat", 2,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0 || x[0].rank() != x[1].rank()) return {};
         const int axis = axis_of(draw, x[0]);
         if (x[0].shape().with(axis, 1) != x[1].shape().with(axis, 1)) return {};
         const bool one = draw.below(3) == 0;
         return [=](Values v) {
           return one ? concat({v[0]}, axis) : concat({v[0], v[1], v[0]}, axis);
         };
       }},
      {"stack", 2,
       [](Draw& draw, Values x) -> F {
         if (x[0].shape() != x[1].shape() || x[0].rank() > 3) return {};
         const auto axis = static_cast<int>(draw.below(x[0].rank() + 1));
         return [=](Values v) { return stack({v[0], v[1]}, axis); };
       }},
      {"reshape", 1,
       [](Draw&, Values x) -> F {
         const Shape flat{x[0].size()};
         return [=](Values v) { return reshape(v[0], flat); };
       }},
      {"expand", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() > 2) return {};
         const Shape shape = x[0].shape().inserted(0, draw.between(1, 3));
         return [=](Values v) { return expand(v[0], shape); };
       }},
      {"permute", 1,
       [](Draw&, Values x) -> F {
         if (x[0].rank() < 2) return {};
         return [](Values v) { return transpose(v[0]); };
       }},
      {"matmul", 2,
       [](Draw&, Values x) -> F {
         if (x[0].rank() != 2 || x[1].rank() != 2) return {};
         if (x[0].shape()[1] == x[1].shape()[0]) {
           return [](Values v) { return matmul(v[0], v[1]); };
         }
         if (x[0].shape()[1] != x[1].shape()[1]) return {};
         return [](Values v) { return matmul(v[0], transpose(v[1])); };
       }},
      {"gather", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0) return {};
         const Tensor rows = draw.indices({draw.between(1, 3)}, x[0].shape()[0]);
         return [=](Values v) { return gather(v[0], rows); };
       }},
      {"scatter_add", 2,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0 || x[0].rank() != x[1].rank()) return {};
         if (x[0].shape().with(0, 1) != x[1].shape().with(0, 1)) return {};
         const Tensor rows = draw.indices({x[1].shape()[0]}, x[0].shape()[0]);
         return [=](Values v) { return scatter_add(v[0], rows, v[1]); };
       }},
      {"scatter", 2,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0 || x[0].rank() != x[1].rank()) return {};
         if (x[0].shape().with(0, 1) != x[1].shape().with(0, 1)) return {};
         const Tensor rows = draw.indices({x[1].shape()[0]}, x[0].shape()[0]);
         return [=](Values v) { return scatter(v[0], rows, v[1]); };
       }},
      {"pick", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0) return {};
         const Tensor which = draw.indices(x[0].shape().without(-1), x[0].shape()[-1]);
         return [=](Values v) { return pick(v[0], which); };
       }},
      {"log_probability", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0) return {};
         const Tensor labels = draw.indices(x[0].shape().without(-1), x[0].shape()[-1]);
         return [=](Values v) { return log_probability(v[0], labels); };
       }},
      {"take_along_axis", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0) return {};
         const int axis = axis_of(draw, x[0]);
         const Tensor which = draw.indices(x[0].shape().with(axis, 2), x[0].shape()[axis]);
         return [=](Values v) { return take_along_axis(v[0], which, axis); };
       }},
      {"cross_entropy", 1,
       [](Draw& draw, Values x) -> F {
         if (x[0].rank() == 0) return {};
         const Tensor labels = draw.indices(x[0].shape().without(-1), x[0].shape()[-1]);
         return [=](Values v) { return cross_entropy(v[0], labels, {.smoothing = 0.1}); };
       }},
      {"mse", 2,
       [](Draw&, Values x) -> F {
         if (x[0].shape() != x[1].shape()) return {};
         return [](Values v) { return mse(v[0], v[1]); };
       }},
      {"where", 2,
       [](Draw& draw, Values x) -> F {
         if (!fit(x[0], x[1])) return {};
         const Tensor which = draw.booleans(broadcast(x[0].shape(), x[1].shape()));
         return [=](Values v) {
           return where(which, v[0], v[1]) - where(logical_not(which), v[0] * 0.5, v[1]);
         };
       }},
      {"clamp", 1,
       [](Draw&, Values x) -> F {
         if (!away_from(x[0], -0.5) || !away_from(x[0], 0.5)) return {};
         return [](Values v) { return clamp(v[0], -0.5, 0.5); };
       }},
  };
  return all;
}

std::vector<std::string> RandomGraph::all_ops() {
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) names.push_back(kind.op);
  return names;
}

bool RandomGraph::add_step(const Kind& kind, Draw& draw, std::vector<Tensor>& values) {
  Step step{kind.op, {}, {}};
  std::vector<Tensor> arguments;
  for (std::size_t k = 0; k < kind.arguments; ++k) {
    const auto count = static_cast<std::int64_t>(values.size());
    // Mostly what is new, so that graphs are deep as well as wide.
    const std::int64_t index =
        draw.coin() ? draw.below(count) : count - 1 - draw.below(std::min<std::int64_t>(3, count));
    step.arguments.push_back(static_cast<std::size_t>(index));
    arguments.push_back(values[step.arguments.back()]);
  }
  step.f = kind.make(draw, arguments);
  if (!step.f) return false;
  const Tensor value = step.f(arguments);
  if (value.size() > 64 || !below(abs(value), 20)) return false;
  values.push_back(value);
  steps_.push_back(std::move(step));
  return true;
}

RandomGraph::RandomGraph(std::uint64_t seed) {
  Draw draw{0xA11CE + seed};
  const std::int64_t n = draw.between(1, 3);
  const Shape shapes[] = {{n, 2}, {2, n}, {2}, {n}, {}, {1, 2}};
  for (std::int64_t k = draw.between(2, 3); k > 0; --k) {
    inputs_.push_back(draw.tensor(shapes[draw.below(6)]));
  }
  std::vector<Tensor> values = inputs_;
  const std::int64_t size = draw.between(4, 14);
  while (static_cast<std::int64_t>(steps_.size()) < size) {
    const auto kind =
        static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(kinds().size())));
    add_step(kinds()[kind], draw, values);
  }
}

Tensor RandomGraph::operator()(std::span<const Tensor> inputs,
                               const std::function<void(const Tensor&)>& look) const {
  std::vector<Tensor> values(inputs.begin(), inputs.end());
  std::vector<bool> used(values.size() + steps_.size());
  std::vector<Tensor> arguments;
  for (const Step& step : steps_) {
    arguments.clear();
    for (const std::size_t k : step.arguments) {
      arguments.push_back(values[k]);
      used[k] = true;
    }
    values.push_back(step.f(arguments));
    look(values.back());
  }
  // All that nobody has used yet, end to end.
  std::vector<Tensor> ends;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (!used[k]) ends.push_back(reshape(values[k], {values[k].size()}));
  }
  return concat(ends, 0);
}

std::set<std::string> RandomGraph::ops() const {
  std::set<std::string> names;
  for (const Step& step : steps_) names.insert(step.op);
  return names;
}

std::string RandomGraph::text() const {
  std::string text;
  std::size_t next = inputs_.size();
  for (const Step& step : steps_) {
    text += "t" + std::to_string(next++) + " = " + step.op + "(";
    for (std::size_t k = 0; k < step.arguments.size(); ++k) {
      text += (k == 0 ? "t" : ", t") + std::to_string(step.arguments[k]);
    }
    text += ") ";
  }
  return text;
}

}  // namespace chronograd::test
