#include "chronograd/ops/masked_mean.h"

#include <doctest/doctest.h>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/full.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

TEST_CASE_TEMPLATE("masked_mean is that of real values, by token or by sequence", T, float,
                   double) {
  const Tensor values = Tensor::copy_of<T>({1, 10, 3, nan<T>}, {2, 2});
  const Tensor real = Tensor::copy_of({true, true, true, false}, {2, 2});
  const Tape tape;
  const Tensor by_token = masked_mean(values, real);
  const Tensor by_sequence = masked_mean(values, real, Per::sequence);
  const Tensor g = gradient(by_sequence, values);
  const Tensor nothing = zeros({2, 2}, DType::boolean);
  CHECK(by_token.item() == doctest::Approx(14. / 3));
  CHECK(by_sequence.item() == doctest::Approx(6));
  CHECK(g.values<T>()[0] == doctest::Approx(0.25));
  CHECK(g.values<T>()[1] == doctest::Approx(0.5));
  CHECK(g.values<T>()[3] == 0);
  CHECK(masked_mean(values, nothing).item() == 0);
  CHECK(masked_mean(values, nothing, Per::sequence).item() == 0);
  const Tensor wide = Tensor::copy_of<T>({1, 3, 8, 8}, {1, 2, 2});
  CHECK(masked_mean(wide, Tensor::copy_of({true, false}, {1, 2})).item() == doctest::Approx(2));
}

TEST_CASE("masked_mean refuses a mask that does not fit") {
  CHECK_THROWS_WITH_AS(masked_mean(zeros({2, 3}), zeros({3, 2}, DType::boolean)),
                       Contains("masked_mean: values [2, 3] and a mask [3, 2]; they must be "
                                "[time, batch, ..] and [time, batch] (tests/ops/masked_mean"),
                       ShapeError);
  CHECK_THROWS_AS(masked_mean(zeros({2}), zeros({2}, DType::boolean)), ShapeError);
  CHECK_THROWS_AS(masked_mean(zeros({2, 3}), zeros({2, 3})), DTypeError);
}

GRADIENT_CASE("masked_mean", Smooth::yes, [](Draw& draw) -> Trial {
  const Shape shape = draw.shape(2, 3, 1);
  const Tensor real = draw.booleans({shape[0], shape[1]});
  const Per per = draw.coin() ? Per::token : Per::sequence;
  return {{draw.tensor(shape)}, [=](auto x) { return masked_mean(x[0], real, per); }};
});

}  // namespace
}  // namespace chronograd
