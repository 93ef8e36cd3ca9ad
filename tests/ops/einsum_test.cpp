#include "chronograd/ops/einsum.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"
#include "tests/ops/reductions.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

// What an equation says, number by number: over all values of all labels.
Tensor plain(const std::vector<std::string>& terms, const std::string& result,
             const std::vector<Tensor>& xs) {
  std::map<char, std::int64_t> sizes;
  for (std::size_t k = 0; k < xs.size(); ++k) {
    for (std::size_t axis = 0; axis < terms[k].size(); ++axis) {
      sizes[terms[k][axis]] = xs[k].shape()[static_cast<int>(axis)];
    }
  }
  std::vector<std::int64_t> out_sizes;
  for (const char label : result) out_sizes.push_back(sizes[label]);
  const Shape shape{std::span<const std::int64_t>(out_sizes)};
  std::vector<double> values(static_cast<std::size_t>(shape.size()), 0);
  std::int64_t all = 1;
  for (const auto& [label, size] : sizes) all *= size;
  for (std::int64_t n = 0; n < all; ++n) {
    std::map<char, std::int64_t> at;
    std::int64_t rest = n;
    for (const auto& [label, size] : sizes) {
      at[label] = rest % size;
      rest /= size;
    }
    const auto place = [&](const std::string& labels, Shape of) {
      Index index;
      for (const char label : labels) index.push_back(at[label]);
      return static_cast<std::size_t>(position(of, index));
    };
    double product = 1;
    for (std::size_t k = 0; k < xs.size(); ++k) {
      product *= xs[k].values<double>()[place(terms[k], xs[k].shape())];
    }
    values[place(result, shape)] += product;
  }
  return Tensor::adopt(std::move(values), shape);
}

struct Drawn {
  std::vector<std::string> terms;
  std::string result, equation;
  std::vector<Tensor> xs;
};

Drawn random_equation(Draw& draw) {
  std::map<char, std::int64_t> sizes;
  for (const char label : {'a', 'b', 'c', 'd', 'E'}) {
    sizes[label] = draw.below(12) == 0 ? draw.below(2) : draw.between(1, 4);
  }
  Drawn drawn;
  std::string seen;
  for (std::int64_t operands = draw.between(1, 4); operands > 0; --operands) {
    std::string term;
    std::vector<std::int64_t> shape;
    for (std::int64_t axes = draw.between(0, 3); axes > 0; --axes) {
      const char label = "abcdE"[draw.below(5)];
      term += label;
      shape.push_back(sizes[label]);
      if (seen.find(label) == std::string::npos) seen += label;
    }
    drawn.terms.push_back(term);
    drawn.xs.push_back(draw.tensor(Shape{std::span<const std::int64_t>(shape)}));
  }
  for (const char label : seen) {
    if (draw.coin()) continue;
    drawn.result = draw.coin() ? drawn.result + label : label + drawn.result;
  }
  for (std::size_t k = 0; k < drawn.terms.size(); ++k) {
    drawn.equation += (k == 0 ? "" : ",") + drawn.terms[k];
  }
  drawn.equation += "->" + drawn.result;
  return drawn;
}

TEST_CASE("any equation gives what its sums say, number by number") {
  Draw draw{7};
  for (int n = 0; n < 500; ++n) {
    const Drawn drawn = random_equation(draw);
    CAPTURE(drawn.equation);
    const Tensor expected = plain(drawn.terms, drawn.result, drawn.xs);
    REQUIRE(difference(einsum(drawn.equation, drawn.xs), expected, 1e-12) == "");
    std::vector<Tensor> whole, narrow;
    for (const Tensor& x : drawn.xs) whole.push_back(cast(x * 3, DType::i64).detach());
    for (const Tensor& x : whole) narrow.push_back(cast(x, DType::f64).detach());
    REQUIRE(difference(einsum(drawn.equation, whole), plain(drawn.terms, drawn.result, narrow),
                       0) == "");
  }
}

TEST_CASE("without an arrow the result has the labels that occur once, in alphabetical order") {
  const Tensor a = counted({2, 3}), b = counted({3, 4});
  CHECK(same_values(einsum("ij,jk", {a, b}), matmul(a, b)));
  CHECK(same_values(einsum("jb, ia", {a, b}), einsum("jb,ia->abij", {a, b})));
  CHECK(same_values(einsum("ba", {a}), transpose(a)));
  CHECK(same_values(einsum("bA", {a}), transpose(a)));
  CHECK(einsum("ii", {counted({3, 3})}).item() == 0 + 4 + 8);
  CHECK(einsum("ij,ij", {a, a}).item() == 0 + 1 + 4 + 9 + 16 + 25);
}

TEST_CASE("a label twice in one operand takes the diagonal, three times that of a cube") {
  const Tensor x = counted({3, 3});
  CHECK(same_values(einsum("ii->i", {x}), row<float>({0, 4, 8})));
  CHECK(same_values(einsum("iii->i", {counted({2, 2, 2})}), row<float>({0, 7})));
  CHECK(same_values(einsum("iji->ji", {counted({2, 3, 2})}),
                    Tensor::copy_of<float>({0, 7, 2, 9, 4, 11}, {3, 2})));
}

TEST_CASE("dots stand for axes that broadcast") {
  const Tensor a = counted({5, 2, 3}), b = counted({3, 4});
  CHECK(same_values(einsum("...ij,jk->...ik", {a, b}), matmul(a, b)));
  CHECK(same_values(einsum("...ij,...jk", {a, b}), matmul(a, b)));
  CHECK(same_values(einsum("...j->j...", {a}), permute(a, {2, 0, 1})));
  CHECK(same_values(einsum("i...->...", {a}), sum(a, 0)));
  CHECK(same_values(einsum("...,...", {a, counted({2, 1})}), a * counted({2, 1})));
  CHECK(same_values(einsum("...i->i", {a}), sum(a, {0, 1})));
  CHECK(same_values(einsum("...i", {row<float>({1, 2})}), row<float>({1, 2})));
}

TEST_CASE("a size of 1 goes along with any") {
  const Tensor a = counted({2, 3}), b = counted({1, 4});
  CHECK(same_values(einsum("ij,jk->ik", {a, b}), sum(a, 1, true) * b));
  CHECK(same_values(einsum("ij,ij->ij", {a, counted({2, 1})}), a * counted({2, 1})));
  CHECK(einsum("ij,ij->", {counted({1, 3}), counted({2, 1})}).item() == (0 + 1 + 2) * (0 + 1));
}

TEST_CASE("sums over nothing are 0, and nothing stays nothing") {
  CHECK(same_values(einsum("ij,jk", {counted({2, 0}), counted({0, 3})}), zeros({2, 3})));
  CHECK(einsum("ij,jk", {counted({0, 2}), counted({2, 3})}).shape() == Shape{0, 3});
  CHECK(einsum("ij,ij->", {counted({0, 2}), counted({0, 2})}).item() == 0);
  CHECK(einsum("", {Tensor::scalar(3)}).item() == 3);
  CHECK(einsum(",i->i", {2, row<float>({1, 2})}).shape() == Shape{2});
}

TEST_CASE("attention's scores are one product of batches, and a tape gives the same") {
  Draw draw{3};
  const Tensor q = draw.tensor({3, 2, 4, 5}), k = draw.tensor({6, 2, 4, 5});  // [time, batch, ..]
  const Tensor expected = matmul(permute(q, {1, 2, 0, 3}), permute(k, {1, 2, 3, 0}));
  CHECK(difference(einsum("tbhd,sbhd->bhts", {q, k}), expected.detach(), 1e-14) == "");
  const Tape tape;
  CHECK(difference(einsum("tbhd,sbhd->bhts", {q, k}).detach(), expected.detach(), 1e-14) == "");
}

TEST_CASE("what is no equation is refused with the equation") {
  const Tensor x = counted({2, 3});
  CHECK_THROWS_WITH_AS(einsum("ij,jk->ik", {x}),
                       Contains("einsum: 1 operands for \"ij,jk->ik\"; it names 2 "
                                "(tests/ops/einsum_test.cpp:"),
                       ValueError);
  CHECK_THROWS_WITH_AS(einsum("ij->ik", {x}),
                       Contains("the result of \"ij->ik\" has 'k'; no operand has it"), ValueError);
  CHECK_THROWS_WITH_AS(einsum("ij->ii", {x}), Contains("has 'i' twice; each of its labels"),
                       ValueError);
  CHECK_THROWS_WITH_AS(einsum("i1", {x}), Contains("einsum: '1' in \"i1\"; labels are letters"),
                       ValueError);
  CHECK_THROWS_WITH_AS(einsum("i..", {x}), Contains("'.' in \"i..\""), ValueError);
  CHECK_THROWS_WITH_AS(einsum("ij->i->j", {x}), Contains("'-' in \"ij->i->j\""), ValueError);
  CHECK_THROWS_AS(einsum("......", {x}), ValueError);
  CHECK_THROWS_AS(einsum("i", std::span<const Tensor>{}), ValueError);
  CHECK_THROWS_WITH_AS(einsum("ij", {Tensor{}}), Contains("an empty handle"), ValueError);
}

TEST_CASE("shapes and dtypes that do not fit are refused with the operand") {
  const Tensor x = counted({2, 3});
  CHECK_THROWS_WITH_AS(
      einsum("ij,jkl->ik", {x, x}),
      Contains("einsum: operand 1 of \"ij,jkl->ik\" is [2, 3]; \"jkl\" names 3 axes "), ShapeError);
  CHECK_THROWS_WITH_AS(einsum("i", {x}), Contains("\"i\" names 1 axis ("), ShapeError);
  CHECK_THROWS_WITH_AS(einsum("ijk...", {x}), Contains("\"ijk...\" names at least 3 axes"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(einsum("ij,jk->ik", {x, x}),
                       Contains("operand 1 of \"ij,jk->ik\" is [2, 3]; along 'j' the size was 3 ("),
                       ShapeError);
  CHECK_THROWS_WITH_AS(einsum("ii", {x}), Contains("operand 0 of \"ii\" is [2, 3]; along 'i' the"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(einsum("...,...", {x, row<float>({1, 2})}), Contains("along \"...\" the"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(einsum("ij,jk", {x, counted({3, 2}, DType::f64)}),
                       Contains("einsum: f32 x f64; the dtypes must be equal"), DTypeError);
  CHECK_THROWS_WITH_AS(einsum("ij->i", {counted({2, 3}, DType::boolean)}),
                       Contains("einsum: a tensor of bool; it must be a number type"), DTypeError);
}

GRADIENT_CASE("einsum", Smooth::yes, [](Draw& draw) -> Trial {
  Drawn drawn = random_equation(draw);
  return {drawn.xs, [equation = drawn.equation](auto xs) { return einsum(equation, xs); }};
});

}  // namespace
}  // namespace chronograd
