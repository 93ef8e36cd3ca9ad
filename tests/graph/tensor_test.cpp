#include "chronograd/graph/tensor.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/mul.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

using test::message_before_place;
using test::message_of;

TEST_SUITE("making") {
  TEST_CASE("copy_of copies numbers of every dtype") {
    CHECK(Tensor::copy_of({1.5f, 2.5f}, {2}).dtype() == DType::f32);
    CHECK(Tensor::copy_of({1.5, 2.5}, {2}).values<double>()[1] == 2.5);
    CHECK(Tensor::copy_of({std::int32_t{-7}}, {1}).item() == -7);
    CHECK(Tensor::copy_of({true, false}, {2}).values<bool>()[0] == true);
    const std::int64_t large = (std::int64_t{1} << 53) + 1;
    CHECK(Tensor::copy_of({large}, {1}).item_as_integer() == large);
    CHECK(Tensor::scalar(-2.75).item_as_integer() == -2);
    CHECK(Tensor::scalar(-0x1p63, DType::f64).item_as_integer() == INT64_MIN);
    for (const double number : {std::nan(""), HUGE_VAL, 0x1p63, -1e30}) {
      CHECK_THROWS_WITH_AS(Tensor::scalar(number, DType::f64).item_as_integer(),
                           doctest::Contains("it must be one that 64 bits hold (tests/graph/"),
                           ValueError);
    }
    std::vector<float> source{1, 2};
    const Tensor copy = Tensor::copy_of(source, {2});
    source[0] = 9;
    CHECK(copy.values<float>()[0] == 1);
  }

  TEST_CASE("adopt takes over the memory") {
    std::vector<float> source{1, 2, 3};
    const float* data = source.data();
    Tensor x = Tensor::adopt(std::move(source), {3});
    CHECK(x.values<float>().data() == data);
    const Tensor y = x + 1;
    x = {};
    CHECK(y.values<float>()[2] == 4);
  }

  TEST_CASE("the number of values is the shape's") {
    CHECK(message_before_place<ShapeError>([] {
            Tensor::copy_of({1.0f, 2.0f}, {3});
          }) == "tensor: 2 values for the shape [3]; it has 3 elements");
    CHECK_THROWS_AS(Tensor::adopt(std::vector<double>(5), {2, 2}), ShapeError);
  }

  TEST_CASE("a scalar has no axes") {
    CHECK(Tensor::scalar(2.5).shape() == Shape{});
    CHECK(Tensor::scalar(2.5).item() == 2.5);
    CHECK(Tensor::scalar(3, DType::i64).item_as_integer() == 3);
    CHECK(Tensor::scalar(1, DType::boolean).values<bool>()[0] == true);
  }

  TEST_CASE("tensors without elements are tensors") {
    const Tensor empty = Tensor::copy_of(std::vector<float>{}, {0, 4});
    CHECK(empty.size() == 0);
    CHECK(empty.rank() == 2);
    CHECK(empty.values<float>().empty());
    CHECK(to_string(empty) == "f32 [0, 4] {}");
    CHECK(Tensor::adopt(std::vector<double>{}, {0}).values<double>().empty());
    CHECK(same_values(empty, empty.detach()));
  }
}

TEST_SUITE("handles") {
  TEST_CASE("copies share the numbers, moves leave nothing behind") {
    Tensor a = Tensor::copy_of({1.0f}, {1});
    const Tensor b = a;
    CHECK(a.values<float>().data() == b.values<float>().data());
    const Tensor c = std::move(a);
    CHECK(!a.has_value());  // NOLINT(bugprone-use-after-move)
    CHECK(c.item() == 1);
    Tensor d = b;
    d = *&d;
    CHECK(d.item() == 1);
  }

  TEST_CASE("every use of an empty handle throws") {
    const Tensor empty;
    const std::string message = "tensor: an empty handle; assign a tensor to it before it is used";
    CHECK(!empty.has_value());
    CHECK(message_before_place<ValueError>([&] { empty.shape(); }) == message);
    CHECK(message_before_place<ValueError>([&] { empty.item(); }) == message);
    CHECK(message_before_place<ValueError>([&] { empty + 1; }) == message);
    CHECK(message_before_place<ValueError>([&] { evaluate(empty); }) == message);
    CHECK(to_string(empty) == "empty tensor");
    const Tape tape;
    CHECK(message_before_place<ValueError>([&] { empty + 1; }) == "add" + message.substr(6));
  }

  TEST_CASE("detach gives numbers that outlive the tape") {
    Tensor constant;
    {
      const Tape tape;
      const Tensor y = Tensor::scalar(2) * 3;
      constant = y.detach();
      CHECK(y.computed());
    }
    CHECK(constant.item() == 6);
  }
}

TEST_SUITE("reading") {
  TEST_CASE("values are asked for in the tensor's own dtype") {
    const Tensor x = Tensor::copy_of({1.0f}, {1});
    CHECK(message_before_place<DTypeError>([&] { x.values<double>(); }) ==
          "values: f64 of a tensor of f32; ask for its own dtype or cast it");
  }

  TEST_CASE("item needs one element") {
    CHECK(Tensor::copy_of({4.0f}, {1, 1, 1}).item() == 4);
    CHECK(message_before_place<ShapeError>([] { zeros({2}).item(); }) ==
          "item: a tensor [2]; it must have one element");
    CHECK_THROWS_AS(zeros({0}).item(), ShapeError);
    CHECK_THROWS_AS(zeros({2}, DType::i64).item_as_integer(), ShapeError);
  }

  TEST_CASE("same_values tells numbers apart, NaN being equal to NaN") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Tensor a = Tensor::copy_of({1.0f, nan}, {2});
    CHECK(same_values(a, Tensor::copy_of({1.0f, nan}, {2})));
    CHECK(!same_values(a, Tensor::copy_of({nan, 1.0f}, {2})));
    CHECK(!same_values(a, Tensor::copy_of({1.0f, nan}, {2, 1})));
    CHECK(!same_values(Tensor::scalar(1), Tensor::scalar(1, DType::f64)));
    CHECK(same_values(Tensor::scalar(0), Tensor::scalar(-0.0)));
    const std::int64_t large = std::int64_t{1} << 53;
    CHECK(!same_values(Tensor::copy_of({large}, {}), Tensor::copy_of({large + 1}, {})));
  }
}

TEST_SUITE("printing") {
  TEST_CASE("a tensor prints its type and numbers") {
    CHECK(to_string(Tensor::copy_of({0.5f, 1.0f, 2.0f, 3.0f}, {2, 2})) ==
          "f32 [2, 2] {{0.5, 1}, {2, 3}}");
    CHECK(to_string(Tensor::scalar(1e-20, DType::f64)) == "f64 [] 1e-20");
    CHECK(to_string(Tensor::copy_of({true, false}, {2})) == "bool [2] {true, false}");
    std::ostringstream out;
    out << Tensor::copy_of({std::int64_t{1} << 60}, {1});
    CHECK(out.str() == "i64 [1] {1152921504606846976}");
  }

  TEST_CASE("long axes are cut in the middle") {
    CHECK(to_string(arange(7)) == "f32 [7] {0, 1, 2, 3, 4, 5, 6}");
    CHECK(to_string(arange(8)) == "f32 [8] {0, 1, 2, ..., 5, 6, 7}");
  }

  TEST_CASE("printing computes") {
    const Tape tape;
    CHECK(to_string(Tensor::scalar(2) * 3) == "f32 [] 6");
  }
}

TEST_SUITE("dtype rules") {
  TEST_CASE("a number takes the other operand's dtype") {
    CHECK((zeros({1}) + 1.5).dtype() == DType::f32);
    CHECK((1 + zeros({1}, DType::f64)).dtype() == DType::f64);
    CHECK((zeros({1}, DType::i64) + 2).dtype() == DType::i64);
    CHECK((zeros({1}, DType::i32) + 2.0).item() == 2);
    CHECK((zeros({1}, DType::f64) + 0.1).item() == 0.1);
  }

  TEST_CASE("f32 with f64 is an error, with and without a tape") {
    const int line = __LINE__ + 1;
    const auto mixed = [] { zeros({1}) + zeros({1}, DType::f64); };
    const std::string message = fmt::format(
        "add: f32 with f64; the dtypes must be equal; cast one of them "
        "(tests/graph/tensor_test.cpp:{})",
        line);
    CHECK(message_of<DTypeError>(mixed) == message);
    const Tape tape;
    CHECK(message_of<DTypeError>(mixed) == message);
    CHECK_THROWS_AS(zeros({1}) + zeros({1}, DType::i64), DTypeError);
    CHECK_THROWS_AS(zeros({1}, DType::i32) + zeros({1}, DType::i64), DTypeError);
  }
}

}  // namespace
}  // namespace chronograd
