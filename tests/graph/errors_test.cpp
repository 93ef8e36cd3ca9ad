#include <doctest/doctest.h>
#include <fmt/format.h>

#include <limits>
#include <string>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/gradients.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/div.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/gather.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sum.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

using test::failing;
using test::message_before_place;
using test::message_of;

std::string here(int line, const char* before = "") {
  return fmt::format("({}tests/graph/errors_test.cpp:{})", before, line);
}

const std::string wanted = "sizes of aligned axes must be equal or 1";

TEST_SUITE("places") {
  TEST_CASE("a place reads scope, step, line and caller") {
    CHECK(to_string(Place{"model/encoder/lstm", 3, {"layers/lstm.cpp", 14}, {"seq2seq.cpp", 88}}) ==
          "(model/encoder/lstm, step 3, layers/lstm.cpp:14, called from seq2seq.cpp:88)");
    CHECK(to_string(Place{"model", -1, {}, {}}) == "(model)");
    CHECK(to_string(Place{"", 0, {}, {}}) == "(step 0)");
    CHECK(to_string(Place{"", -1, {"a.cpp", 1}, {}}) == "(a.cpp:1)");
    CHECK(to_string(Place{}).empty());
  }
}

TEST_SUITE("messages") {
  TEST_CASE("an op says what came, what was wanted, and where") {
    const Tape tape;
    const int line = __LINE__ + 1;
    CHECK(message_of<ShapeError>([] { zeros({2}) + zeros({3}); }) ==
          "add: [2] with [3]; " + wanted + " " + here(line));
  }

  TEST_CASE("an op without a tape says the same") {
    const int line = __LINE__ + 1;
    CHECK(message_of<ShapeError>([] { zeros({2}) + zeros({3}); }) ==
          "add: [2] with [3]; " + wanted + " " + here(line));
  }

  TEST_CASE("messages name scope, step and caller when they are known") {
    const Tape tape;
    const InScope scope{"model/encoder/lstm"};
    const CalledFrom user{{"seq2seq.cpp", 88}};
    for (const int t : steps(4)) {
      if (t < 3) continue;
      const int line = __LINE__ + 1;
      CHECK(message_of<ShapeError>([] { zeros({2}) * zeros({3}); }) ==
            "mul: [2] with [3]; " + wanted + " " +
                fmt::format("(model/encoder/lstm, step 3, tests/graph/errors_test.cpp:{}, called "
                            "from seq2seq.cpp:88)",
                            line));
    }
  }

  TEST_CASE("the scope is that of the parameter when none is open") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter w =
        (parameters / "model" / "cell").parameter("w", {2}, [](auto, Shape, RandomStream&) {});
    const Tape tape;
    const int line = __LINE__ + 1;
    CHECK(message_of<ShapeError>([&] { w* zeros({3}); }) ==
          "mul: [2] with [3]; " + wanted + " " + here(line, "model/cell, "));
  }

  TEST_CASE("an error of a kernel names the line that recorded it") {
    const Tape tape;
    const InScope scope{"model"};
    const Tensor y = failing(zeros({2}));
    const int line = __LINE__ - 1;
    CHECK(message_of<ValueError>([&] { evaluate(y); }) ==
          "failing: a bad number; it must be good " + here(line, "model, "));
  }

  TEST_CASE("indices that are known are checked when recorded, others when evaluated") {
    const Tape tape;
    const Tensor table = zeros({5, 2});
    const Tensor index = Tensor::copy_of({std::int64_t{7}}, {1});
    const int line = __LINE__ + 1;
    const auto known = [&] { gather(table, index); };
    const std::string message = message_of<IndexError>(known);
    CHECK(message.starts_with("gather: "));
    CHECK(message.find("7") != std::string::npos);
    CHECK(message.ends_with(here(line)));

    const Tensor later = index * 2;
    Tensor rows;
    CHECK_NOTHROW(rows = gather(table, later));
    const int recorded = __LINE__ - 1;
    const std::string late = message_of<IndexError>([&] { evaluate(rows); });
    CHECK(late.find("14") != std::string::npos);
    CHECK(late.ends_with(here(recorded)));
  }

  TEST_CASE("a refused op leaves the tape as it was to use") {
    const Tape tape;
    const Tensor x = zeros({2}) + 1;
    CHECK_THROWS_AS(x + zeros({3}), ShapeError);
    CHECK(sum(x).item() == 2);
  }
}

TEST_SUITE("numbers and integers") {
  TEST_CASE("a number that is no integer does not go with integers") {
    const Tensor indices = zeros({2}, DType::i64);
    const int line = __LINE__ + 1;
    const auto bad = [&] { indices * 2.5; };
    const std::string message =
        "mul: the number 2.5 with a tensor of i64; it must be an integer of that type, or the "
        "tensor cast first " +
        here(line);
    CHECK(message_of<DTypeError>(bad) == message);
    const Tape tape;
    CHECK(message_of<DTypeError>(bad) == message);
  }

  TEST_CASE("nor does one that is too large, or NaN") {
    const Tensor narrow = zeros({2}, DType::i32);
    CHECK_THROWS_AS(narrow + 3e9, DTypeError);
    CHECK_THROWS_AS(narrow + std::numeric_limits<double>::quiet_NaN(), DTypeError);
    CHECK_THROWS_AS(zeros({2}, DType::i64) + 1e19, DTypeError);
    CHECK((narrow + -2147483648.0).values<std::int32_t>()[0] == INT32_MIN);
  }

  TEST_CASE("a scalar says so too") {
    const int line = __LINE__ + 1;
    CHECK(message_of<DTypeError>([] { Tensor::scalar(0.5, DType::i32); }) ==
          "scalar: the number 0.5 with a tensor of i32; it must be an integer of that type, or the "
          "tensor cast first " +
              here(line));
  }

  TEST_CASE("an integer is asked of a number that 64 bits hold") {
    CHECK(Tensor::scalar(-2.5).item_as_integer() == -2);
    for (const double number : {0x1p63, -0x1.1p63, std::numeric_limits<double>::quiet_NaN()}) {
      const Tensor x = Tensor::scalar(number, DType::f64);
      CHECK(
          message_before_place<ValueError>([&] { x.item_as_integer(); }) ==
          fmt::format("item_as_integer: the number {}; it must be one that 64 bits hold", number));
    }
  }

  TEST_CASE("a division by zero names the line that recorded it, planned or not") {
    const Tensor zero = zeros({2}, DType::i32);
    const int line = __LINE__ + 1;
    const auto divided = [&] { return (zero + 1) / zero; };
    const std::string message = "div: integer division by zero " + here(line);
    CHECK(message_of<ValueError>(divided) == message);
    const Tape tape;
    const Tensor later = divided();
    CHECK(message_of<ValueError>([&] { evaluate(later); }) == message);
  }
}

TEST_SUITE("the user's line") {
  TEST_CASE("who asks for numbers that are gone is told") {
    Tensor late;
    {
      const Tape tape;
      late = zeros({2}) + 1;
    }
    const int line = __LINE__ + 1;
    const std::string one = message_of<TapeError>([&] { evaluate(late); });
    const std::string many = message_of<TapeError>([&] { evaluate(zeros({2}), late); });
    CHECK(one.find("evaluate: ") == 0);
    CHECK(one.ends_with(here(line)));
    CHECK(many.ends_with(here(line + 1)));
    const std::vector<Tensor> list{zeros({2}), Tensor{}};
    const int third = __LINE__ + 1;
    CHECK(message_of<ValueError>([&] { evaluate(list); }).ends_with(here(third)));
  }

  TEST_CASE("so is who asks for all gradients") {
    Random random{1};
    const Parameters parameters{random};
    const Parameter w = parameters.root().parameter("w", {}, [](auto, Shape, RandomStream&) {});
    Gradients gradients;
    {
      const Tape tape;
      gradients.set(w, zeros({}) + 1);
    }
    const int line = __LINE__ + 1;
    CHECK(message_of<TapeError>([&] { evaluate(gradients); }).ends_with(here(line)));
    CHECK(message_of<TapeError>([&] { detach(gradients); }).ends_with(here(line + 1)));
  }

  TEST_CASE("a shape that cannot be is told where it is written") {
    const int line = __LINE__ + 1;
    CHECK(message_of<ShapeError>([] {
            zeros({2, -3});
          }) == "shape: [2, -3]; sizes must not be negative " + here(line));
  }

  TEST_CASE("an op whose rule comes to such a shape says it in its own name") {
    static const Op op{.name = "shrink", .infer = [](Inference& inference) {
                         const Shape shape = inference.shape(0);
                         inference.output(shape.with(0, shape[0] - 5), inference.dtype(0));
                       }};
    const Tensor two = zeros({2});
    const Operand x = two;
    const int line = __LINE__ - 1;
    const std::string message = "shrink: [-3]; sizes must not be negative " + here(line);
    CHECK(message_of<ShapeError>([&] { apply(op, x); }) == message);
    const Tape tape;
    CHECK(message_of<ShapeError>([&] { apply(op, x); }) == message);
  }

  TEST_CASE("a kernel's error tells whose input it got, when it has no scope of its own") {
    const Tape tape;
    const Tensor x = [] {
      const InScope scope{"model/encoder"};
      return zeros({2}) + 1;
    }();
    const Tensor y = failing(x);
    const int line = __LINE__ - 1;
    const std::string place =
        fmt::format("(tests/graph/errors_test.cpp:{}, input from model/encoder)", line);
    CHECK(message_of<ValueError>([&] { evaluate(y); }) ==
          "failing: a bad number; it must be good " + place);
    const int refused = __LINE__ + 1;
    CHECK(message_of<ShapeError>([&] { x + zeros({3}); })
              .ends_with(fmt::format("({}:{}, input from model/encoder)",
                                     "tests/graph/errors_test.cpp", refused)));
  }
}

}  // namespace
}  // namespace chronograd
