// What each step of a loop makes anew is one node to the gradient.
#include "chronograd/autodiff/detail/equal_nodes.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/cast.h"
#include "chronograd/ops/concat.h"
#include "chronograd/ops/expand.h"
#include "chronograd/ops/flip.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/pad.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/split.h"
#include "chronograd/ops/square.h"
#include "chronograd/ops/stack.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "chronograd/ops/transpose.h"
#include "chronograd/ops/unstack.h"

namespace chronograd {
namespace {

constexpr std::int64_t rows = 24;
constexpr std::int64_t width = 4;

Tensor counted(Shape shape) {
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = 0.01 * static_cast<double>(k + 1);
  return Tensor::adopt(std::move(values), shape);
}

/// Makes a view of x, [rows, width], and takes its row i.
using Part = std::function<Tensor(const Tensor& x, std::int64_t i)>;

struct Form {
  std::string name;
  Part part;
};

std::vector<Form> forms() {
  const Shape whole{rows, width};
  const Shape squares{rows, 2, 2};
  const auto row = [](const Tensor& t) { return reshape(t, {width}); };
  return {
      {"transpose", [](const Tensor& x, auto i) { return at(transpose(x), i, 1); }},
      {"permute",
       [](const Tensor& x, auto i) {
         return at(permute(x, {1, 0}), i, 1);
       }},
      {"reshape", [=](const Tensor& x, auto i) { return row(at(reshape(x, squares), i)); }},
      {"expand",
       [](const Tensor& x, auto i) {
         return at(at(expand(x, {2, rows, width}), 1), i);
       }},
      {"split", [](const Tensor& x, auto i) { return at(concat(split(x, 2, 1), 1), i); }},
      {"unstack", [](const Tensor& x, auto i) { return unstack(x)[static_cast<std::size_t>(i)]; }},
      {"cast", [](const Tensor& x, auto i) { return at(cast(x, DType::f64), i); }},
      {"flip", [](const Tensor& x, auto i) { return at(flip(x, 0), rows - 1 - i); }},
      {"pad", [](const Tensor& x, auto i) { return at(pad(x, 0, 1, 2), i + 1); }},
      {"stack",
       [](const Tensor& x, auto i) {
         return at(at(stack({x, x}), i % 2), i);
       }},
      {"reshape of a transpose of a reshape",
       [=](const Tensor& x, auto i) {
         const Tensor turned = reshape(transpose(reshape(x, squares), 1, 2), whole);
         return row(transpose(reshape(at(turned, i), {2, 2})));
       }},
      {"split of an expand",
       [](const Tensor& x, auto i) {
         return at(at(split(expand(x, {2, rows, width}), 2, 0)[1], 0), i);
       }},
      {"slice of a slice",
       [](const Tensor& x, auto i) {
         return at(slice(concat({slice(x, 0, 0, 9), slice(x, 0, 9, rows)}, 0), 0, 0, rows), i);
       }},
      {"gather of a transpose",
       [=](const Tensor& x, auto i) {
         return row(gather(transpose(transpose(x)), Tensor::copy_of({i}, Shape{1})));
       }},
  };
}

Tensor sum_of_squares(const Tensor& x, const Part& part, std::int64_t steps) {
  Tensor s = zeros({width}, DType::f64);
  for (std::int64_t i = 0; i < steps; ++i) s = s + square(part(x, i)) * part(x, i);
  return sum(s);
}

/// The nodes of gradients as large as x, but for those that work in the memory of a running sum.
int large_gradient_nodes(const Tape& tape) {
  const RecordingView recording = tape.recording();
  int count = 0;
  for (NodeId id = 0; id < recording.size(); ++id) {
    const NodeView node = recording[id];
    if (!node.is_gradient() || node.op().algebra.in_place != 0 || node.outputs() == 0) continue;
    if (recording.shape(node.first_output()).size() >= rows * width) ++count;
  }
  return count;
}

TEST_CASE("a view that each step makes anew costs the gradient of one") {
  const Tensor values = counted({rows, width});
  for (const Form& form : forms()) {
    CAPTURE(form.name);
    const auto nodes = [&](std::int64_t steps, int order) {
      const Tape tape;
      const Tensor x = values + 0.0;
      Tensor y = sum_of_squares(x, form.part, steps);
      for (int k = 0; k < order; ++k) y = sum(gradient(y, x));
      return large_gradient_nodes(tape);
    };
    CHECK(nodes(rows, 1) == nodes(3, 1));
    CHECK(nodes(rows, 1) > 0);
    CHECK(nodes(rows, 2) == nodes(3, 2));
  }
}

TEST_CASE("gradients through views made anew are those of the rows themselves, of both orders") {
  const Tensor x = counted({rows, width});
  const auto numbers = x.values<double>();
  for (const Form& form : forms()) {
    for (const bool planned : {true, false}) {
      CAPTURE(form.name);
      CAPTURE(planned);
      set_planning(planned);
      const Tape tape;
      const Tensor g = gradient(sum_of_squares(x, form.part, rows - 1), x);
      const Tensor h = gradient(sum(g), x);
      evaluate(g, h);
      for (std::size_t k = 0; k < numbers.size(); ++k) {
        const bool used = k < (rows - 1) * width;  // a sum of cubes
        CHECK(g.values<double>()[k] ==
              doctest::Approx(used ? 3 * numbers[k] * numbers[k] : 0).epsilon(1e-12));
        CHECK(h.values<double>()[k] == doctest::Approx(used ? 6 * numbers[k] : 0).epsilon(1e-12));
      }
    }
  }
  set_planning(true);
}

TEST_CASE("a view that a gradient is asked of is apart from its equals") {
  const Tape tape;
  const Tensor x = counted({2, 3});
  const Tensor a = transpose(x);
  const Tensor b = transpose(x);
  const Tensor y = sum(a * 2) + sum(b * 3) + sum(transpose(x) * 5);
  const std::vector<Tensor> all{a, b, x};
  const std::vector<Tensor> g = gradient(y, all);
  CHECK(same_values(g[0], full({3, 2}, 2, DType::f64)));
  CHECK(same_values(g[1], full({3, 2}, 3, DType::f64)));
  CHECK(same_values(g[2], full({2, 3}, 10, DType::f64)));
}

TEST_CASE("a second gradient of one of two equal views does not see the other") {
  const Tape tape;
  const Tensor x = counted({2, 3});
  const Tensor a = transpose(x);
  const Tensor b = transpose(x);
  const Tensor g = gradient(sum(square(a) * a) + sum(square(b) * b), x);
  const Tensor of_a = gradient(sum(g), a);
  CHECK(same_values(of_a, transpose(x * 6)));
}

TEST_CASE("what the gradient is taken of may equal an earlier node") {
  const Tape tape;
  const Tensor x = counted({2, 3});
  const Tensor first = sum(x);
  const Tensor second = sum(x);
  CHECK(gradient(second, x).values<double>()[0] == 1);
  CHECK(gradient(second * first, x).values<double>()[0] == doctest::Approx(2 * 0.21));
}

TEST_CASE("nodes that differ in an integer, an input or the place of an input are not equal") {
  const Tape tape;
  const Tensor x = counted({2, 2});
  const Tensor c = full({2, 2}, 1, DType::f64);
  const Tensor parts =
      sum(slice(concat({x, c}, 0), 0, 0, 2) * 2) + sum(slice(concat({c, x}, 0), 0, 2, 4) * 3) +
      sum(slice(concat({x, c}, 1), 1, 0, 2) * 5) + sum(slice(concat({tanh(x), c}, 0), 0, 0, 2) * 0);
  CHECK(same_values(gradient(parts, x), full({2, 2}, 10, DType::f64)));
}

}  // namespace
}  // namespace chronograd
