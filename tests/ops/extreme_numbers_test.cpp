#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops.h"
#include "tests/ops/gradient_case.h"
#include "tests/planning.h"

/// What no trial draws, put into every input of every op in turn.
namespace chronograd::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

Tensor with_number(const Tensor& x, double number, Draw& draw) {
  const auto old = x.values<double>();
  std::vector<double> values(old.begin(), old.end());
  if (!values.empty()) values[static_cast<std::size_t>(draw.below(x.size()))] = number;
  return Tensor::adopt(std::move(values), x.shape());
}

bool has_nan(const Tensor& y) {
  for (const double v : y.values<double>()) {
    if (std::isnan(v)) return true;
  }
  return false;
}

struct Outcome {
  Tensor y;
  std::vector<Tensor> dxs;
};

Outcome run(const Trial& trial) {
  std::vector<Tensor> xs;
  for (const Tensor& x : trial.inputs) {
    if (x.dtype() == DType::f64) xs.push_back(x);
  }
  const Tape tape;
  const Tensor y = trial.f(trial.inputs);
  Outcome outcome{y, is_floating(y.dtype()) ? gradient(sum(y), xs) : std::vector<Tensor>{}};
  for (Tensor& dx : outcome.dxs) dx = dx.detach();
  outcome.y = y.detach();
  return outcome;
}

TEST_CASE("every op and its gradient take NaN, infinities, huge and tiny numbers in any input") {
  for (const GradientCase& c : gradient_cases()) {
    CAPTURE(c.op);
    for (std::uint64_t number = 0; number < 4; ++number) {
      const Trial usual = trial(c, number);
      const Shape shape = run(usual).y.shape();
      Draw draw{number};
      for (std::size_t k = 0; k < usual.inputs.size(); ++k) {
        if (usual.inputs[k].dtype() != DType::f64) continue;
        for (const double extreme : {nan, inf, -inf, 0., 1e4, -1e4, 1e300, 1e-310}) {
          CAPTURE(extreme);
          Trial strange = usual;
          strange.inputs[k] = with_number(usual.inputs[k], extreme, draw);
          const Outcome outcome = run(strange);
          CHECK(outcome.y.shape() == shape);
          for (std::size_t i = 0, d = 0; i < usual.inputs.size() && d < outcome.dxs.size(); ++i) {
            if (usual.inputs[i].dtype() != DType::f64) continue;
            CHECK(outcome.dxs[d++].shape() == usual.inputs[i].shape());
          }
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("values and gradients at infinity are limits", T, float, double) {
  struct Limit {
    const char* name;
    Tensor (*op)(Operand);
    double at_minus, slope_at_minus, at_plus, slope_at_plus;
  };
  const Limit limits[] = {
      {"silu", silu, 0, 0, inf, 1},
      {"gelu", gelu, 0, 0, inf, 1},
      {"gelu_tanh", gelu_tanh, 0, 0, inf, 1},
      {"softplus", softplus, 0, 0, inf, 1},
      {"sigmoid", sigmoid, 0, 0, 1, 0},
      {"tanh", tanh, -1, 0, 1, 0},
      {"erf", erf, -1, 0, 1, 0},
      {"relu", relu, 0, 0, inf, 1},
      {"elu", [](Operand x) { return elu(x); }, -1, 0, inf, 1},
      {"selu", selu, -1.7580993408473766, 0, inf, 1.0507009873554805},
      {"leaky_relu", [](Operand x) { return leaky_relu(x, 0.25); }, -inf, 0.25, inf, 1},
      {"hard_sigmoid", [](Operand x) { return hard_sigmoid(x); }, 0, 0, 1, 0},
      {"exp", exp, 0, 0, inf, inf},
      {"expm1", expm1, -1, 0, inf, inf},
      {"log", log, nan, nan, inf, 0},
      {"log1p", log1p, nan, nan, inf, 0},
      {"sqrt", sqrt, nan, nan, inf, 0},
      {"rsqrt", rsqrt, nan, nan, 0, 0},
      {"reciprocal", reciprocal, 0, 0, 0, 0},
      {"abs", abs, inf, -1, inf, 1},
      {"atan", atan, -std::numbers::pi / 2, 0, std::numbers::pi / 2, 0},
      {"asinh", asinh, -inf, 0, inf, 0},
      {"acosh", acosh, nan, nan, inf, 0},
      {"hypot", [](Operand x) { return hypot(std::move(x), 1); }, inf, -1, inf, 1},
      {"leaky_relu of slope 0", [](Operand x) { return leaky_relu(x, 0); }, 0, 0, inf, 1},
  };
  const auto check = [](double found, double wanted) {
    CHECK((std::isnan(wanted) || found == wanted || found == doctest::Approx(wanted)));
  };
  for (const bool planned : {false, true}) {
    const Planning planning{planned};
    for (const Limit& limit : limits) {
      CAPTURE(limit.name);
      const Tensor x = Tensor::copy_of<T>(
          {-std::numeric_limits<T>::infinity(), std::numeric_limits<T>::infinity()}, {2});
      const Tape tape;
      const Tensor y = limit.op(x);
      const Tensor dx = gradient(sum(y), x);
      evaluate(y, dx);
      check(y.template values<T>()[0], limit.at_minus);
      check(y.template values<T>()[1], limit.at_plus);
      check(dx.template values<T>()[0], limit.slope_at_minus);
      check(dx.template values<T>()[1], limit.slope_at_plus);
    }
  }
}

TEST_CASE_TEMPLATE("second derivatives of smooth steps are 0 far out and at infinity", T, float,
                   double) {
  const auto second = [](Tensor (*op)(Operand), double at) {
    const Tensor x = Tensor::copy_of<T>({static_cast<T>(at)}, {1});
    const Tape tape;
    return gradient(gradient(op(x), x), x).item();
  };
  for (const double far : {-inf, -1e30, -2000., 2000., 1e30, inf}) {
    CAPTURE(far);
    for (const auto op : {silu, gelu, gelu_tanh, softplus, sigmoid, tanh, erf}) {
      CHECK(second(op, far) == 0);
    }
    const auto length = [](Operand x) { return hypot(std::move(x), 1); };
    for (const auto op : {+length, atan, asinh}) {
      CHECK(std::abs(second(op, far)) <= 2 / (far * far));
    }
  }
}

TEST_CASE("NaN in an input is NaN in the output") {
  // These leave elements out, or as pow know their answer without: NaN^0 is 1.
  const std::set<std::string> choosing{"at",
                                       "slice",
                                       "split",
                                       "unstack",
                                       "gather",
                                       "pick",
                                       "where",
                                       "sign",
                                       "top_k",
                                       "take_along_axis",
                                       "diagonal",
                                       "linear_recurrence",
                                       "cumprod",
                                       "scatter",
                                       "gather_nd",
                                       "scatter_nd",
                                       "put_along_axis",
                                       "take",
                                       "ctc_loss",
                                       "chunk",
                                       "masked_fill",
                                       "masked_mean",
                                       "stop_gradient",
                                       "dropout_mask",
                                       "cumsum",
                                       "pow",
                                       "softmax of what a mask leaves",
                                       "log_probability of what a mask leaves"};
  std::set<std::string> kept;
  for (const GradientCase& c : gradient_cases()) {
    if (choosing.contains(c.op)) continue;
    CAPTURE(c.op);
    for (std::uint64_t number = 0; number < 6; ++number) {
      Trial t = trial(c, number);
      Draw draw{number};
      if (t.inputs[0].dtype() != DType::f64 || t.inputs[0].size() == 0) continue;
      t.inputs[0] = with_number(t.inputs[0], nan, draw);
      const Tensor y = t.f(t.inputs);
      if (y.dtype() != DType::f64 || y.size() == 0) continue;
      CAPTURE(number);
      CHECK(has_nan(y));
      kept.insert(c.op);
    }
  }
  CHECK(kept.size() >= 50);
}

}  // namespace
}  // namespace chronograd::test
