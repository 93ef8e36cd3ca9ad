#include "chronograd/ops/gather_nd.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/stack.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

Tensor tuples(std::initializer_list<std::int64_t> numbers, Shape shape) {
  return Tensor::copy_of(numbers, shape);
}

TEST_CASE("gather_nd takes what tuples of indices name, in every dtype") {
  const Shape shape{2, 3, 4};
  for (const DType dtype : all_dtypes) {
    const Tensor x = counted(shape, dtype);
    const Tensor one = gather_nd(x, tuples({1, 2, 3, 0, 0, 1}, {2, 3}));
    CHECK(differs(one, {2}, [&](const Index& i) {
            return count_at(shape, i[0] == 0 ? Index{1, 2, 3} : Index{0, 0, 1}, dtype);
          }) == "");
    const Tensor rows = gather_nd(x, tuples({1, 2}, {1, 1, 2}));
    CHECK(differs(rows, {1, 1, 4}, [&](const Index& i) {
            return count_at(shape, {1, 2, i[2]}, dtype);
          }) == "");
    CHECK(same_values(gather_nd(x, tuples({1, 0, 1}, {3, 1})), gather(x, tuples({1, 0, 1}, {3}))));
    CHECK(same_values(gather_nd(x, zeros({2, 0}, DType::i32)), stack({x, x})));
  }
}

TEST_CASE("batch axes are shared: the tuples index what is behind them") {
  const Shape shape{2, 3, 4};
  const Tensor x = counted(shape);
  CHECK(differs(gather_nd(x, tuples({1, 2}, {2, 1}), 1), {2, 4}, [&](const Index& i) {
          return count_at(shape, {i[0], i[0] == 0 ? 1 : 2, i[1]});
        }) == "");
  CHECK(
      differs(gather_nd(x, tuples({1, 2, 3, 0, 1, 2}, {2, 3, 1}), 2), {2, 3}, [&](const Index& i) {
        const std::int64_t at[] = {1, 2, 3, 0, 1, 2};
        return count_at(shape, {i[0], i[1], at[i[0] * 3 + i[1]]});
      }) == "");
  const Tensor y = scatter_nd(x, tuples({1, 2}, {2, 1}), zeros({2, 4}), 1);
  CHECK(differs(y, shape,
                [&](const Index& i) { return i[1] == i[0] + 1 ? 0 : count_at(shape, i); }) == "");
}

TEST_CASE("scatter_nd puts values and scatter_nd_add adds them, equal tuples again") {
  const Tensor x = ones({2, 2}), at = tuples({0, 1, 1, 1, 0, 1}, {3, 2});
  CHECK(same_values(scatter_nd(x, at, row<float>({5, 6, 7})),
                    Tensor::copy_of<float>({1, 7, 1, 6}, {2, 2})));
  CHECK(same_values(scatter_nd_add(x, at, row<float>({5, 6, 7})),
                    Tensor::copy_of<float>({1, 13, 1, 7}, {2, 2})));
  CHECK(same_values(scatter_nd(x, tuples({1}, {1, 1}), Tensor::copy_of<float>({2, 3}, {1, 2})),
                    Tensor::copy_of<float>({1, 1, 2, 3}, {2, 2})));
}

TEST_CASE("tuples of nothing name nothing") {
  const Tensor x = counted({2, 3});
  CHECK(gather_nd(x, zeros({0, 2}, DType::i64)).shape() == Shape{0});
  CHECK(gather_nd(zeros({0, 3}), zeros({0, 1}, DType::i64), 1).shape() == Shape{0});
  CHECK(same_values(scatter_nd(x, zeros({0, 1}, DType::i64), zeros({0, 3})), x));
}

TEST_CASE("an index out of range is refused with its axis, when recorded or when computed") {
  const Tensor x = counted({2, 3});
  CHECK_THROWS_WITH_AS(gather_nd(x, tuples({0, 1, 1, 3}, {2, 2})),
                       Contains("gather_nd: index 3 at [1]; axis 1 of [2, 3] has size 3, 0 to 2 "
                                "(tests/ops/gather_nd_test.cpp:"),
                       IndexError);
  CHECK_THROWS_WITH_AS(scatter_nd(x, tuples({-1, 1}, {1, 2}), zeros({1})),
                       Contains("scatter_nd: index -1 at [0]; axis 0 of [2, 3] has size 2"),
                       IndexError);
  const Tape tape;
  const Tensor y = gather_nd(x, tuples({0, 1, 1, 2}, {2, 2}) + 1);
  CHECK_THROWS_WITH_AS(evaluate(y), Contains("index 2 at [1]; axis 0 of [2, 3] has size 2"),
                       IndexError);
}

TEST_CASE("tuples, batch axes and values that do not fit are refused") {
  const Tensor x = counted({2, 3});
  CHECK_THROWS_WITH_AS(gather_nd(x, zeros({4, 3}, DType::i64)),
                       Contains("gather_nd: indices [4, 3] into [2, 3]; the tuples, the last axis, "
                                "may have at most 2 indices"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(gather_nd(x, zeros({3, 1}, DType::i64), 1),
                       Contains("gather_nd: indices [3, 1] into [2, 3] with 1 batch axes; the "
                                "indices need the batch axes and a last axis of tuples"),
                       ShapeError);
  CHECK_THROWS_AS(gather_nd(x, zeros({2, 1}, DType::i64), -1), ShapeError);
  CHECK_THROWS_AS(gather_nd(x, 1), DTypeError);
  CHECK_THROWS_WITH_AS(gather_nd(x, Tensor::scalar(1, DType::i64)),
                       Contains("gather_nd: indices [] into [2, 3]; the indices need"), ShapeError);
  CHECK_THROWS_WITH_AS(scatter_nd_add(x, tuples({1}, {1, 1}), zeros({3})),
                       Contains("scatter_nd_add: values [3] for indices [1, 1] into [2, 3]; they "
                                "name [1, 3] (tests/ops/gather_nd_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(gather_nd(x, row({0.f})), Contains("gather_nd: indices of f32; they must"),
                       DTypeError);
}

struct Places {
  Shape x, named;
  Tensor indices;
  int batch_dims;
};

Places draw_places(Draw& draw) {
  const Shape x = draw.shape(1, 3, 1);
  const int batch_dims = static_cast<int>(draw.below(x.rank()));
  const std::int64_t n = draw.between(1, x.rank() - batch_dims);
  Shape leading;
  for (int axis = 0; axis < batch_dims; ++axis) leading = leading.inserted(axis, x[axis]);
  leading = leading.inserted(batch_dims, draw.between(0, 3));
  std::vector<Tensor> coordinates;
  for (int k = 0; k < n; ++k) coordinates.push_back(draw.indices(leading, x[batch_dims + k]));
  Shape named = leading;
  for (int axis = batch_dims + static_cast<int>(n); axis < x.rank(); ++axis) {
    named = named.inserted(named.rank(), x[axis]);
  }
  return {x, named, stack(coordinates, -1).detach(), batch_dims};
}

GRADIENT_CASE("gather_nd", Smooth::yes, [](Draw& draw) -> Trial {
  const Places at = draw_places(draw);
  return {{draw.tensor(at.x)},
          [=](auto x) { return gather_nd(x[0] * x[0], at.indices, at.batch_dims); }};
});

GRADIENT_CASE("scatter_nd", Smooth::yes, [](Draw& draw) -> Trial {
  const Places at = draw_places(draw);
  const bool adds = draw.coin();
  return {{draw.tensor(at.x), draw.tensor(at.named)}, [=](auto x) {
            return adds ? scatter_nd_add(x[0] * x[0], at.indices, x[1] * x[1], at.batch_dims)
                        : scatter_nd(x[0] * x[0], at.indices, x[1] * x[1], at.batch_dims);
          }};
});

}  // namespace
}  // namespace chronograd
