#include "chronograd/graph/dump.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/annotate.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/tape.h"
#include "tests/repetitions.h"

namespace chronograd {
namespace {

// Ops whose rules this test fixes, so that its texts do not change with the library's.
void same_shape(Inference& inference) { inference.output(inference.shape(0), inference.dtype(0)); }

Tensor plus(Operand a, Operand b);
Tensor times(Operand a, Operand b);

const Op plus_op{.name = "plus", .infer = same_shape, .gradient = [](const Differential& d, int) {
                   return d.dy();
                 }};
const Op times_op{
    .name = "times",
    .infer = same_shape,
    .gradient = [](const Differential& d, int k) { return times(d.dy(), d.input(1 - k)); },
    .gradient_reads = {{{.inputs = 0b10}, {.inputs = 0b01}}}};
const Op squash_op{.name = "squash",
                   .infer = same_shape,
                   .gradient = [](const Differential& d, int) { return times(d.dy(), d.output()); },
                   .gradient_reads = {{{.outputs = 1}}}};
const Op row_op{.name = "row", .infer = [](Inference& inference) {
                  inference.output(inference.shape(0).without(0), inference.dtype(0));
                }};
const Op halves_op{.name = "halves", .infer = [](Inference& inference) {
                     const Shape half = inference.shape(0).with(-1, inference.shape(0)[-1] / 2);
                     inference.output(half, inference.dtype(0));
                     inference.output(half, inference.dtype(0));
                   }};
const Op collect_op{.name = "collect", .infer = [](Inference& inference) {
                      inference.output(inference.shape(0).inserted(0, inference.inputs()),
                                       inference.dtype(0));
                    }};

Tensor plus(Operand a, Operand b) { return apply(plus_op, {a, b}); }
Tensor times(Operand a, Operand b) { return apply(times_op, {a, b}); }
Tensor squash(Operand x) { return apply(squash_op, {x}); }
Tensor row(Operand x, std::int64_t k) {
  const std::int64_t integers[] = {k};
  return apply(row_op, {x}, {.integers = integers});
}
Tensor collect(const std::vector<Tensor>& xs) {
  const std::vector<Operand> operands(xs.begin(), xs.end());
  return apply(collect_op, std::span<const Operand>(operands));
}

Tensor ones(Shape shape) {
  return Tensor::adopt(std::vector<float>(static_cast<std::size_t>(shape.size()), 1), shape);
}

void fill_with_zeros(std::span<double>, Shape, RandomStream&) {}

constexpr DumpOptions plain{.source_lines = false};

// h = squash(x w + h), the row of x that is the step's, over `count` steps.
struct Unrolled {
  explicit Unrolled(int count)
      : weight((parameters / "model" / "cell").parameter("weight", {2}, fill_with_zeros)) {
    const Tensor x = ones({count, 2});
    Tensor h = ones({2});
    for (const int t : steps(count)) {
      h = named("h", squash(plus(times(row(x, t), weight), h)));
      states.push_back(h);
    }
  }
  Random random{1};
  Parameters parameters{random};
  Parameter weight;
  Tape tape;
  std::vector<Tensor> states;
};

TEST_CASE("a dump lists scopes, constants, parameters and nodes") {
  Random random{1};
  const Parameters parameters{random};
  const Parameter w = (parameters / "model" / "cell").parameter("weight", {2, 4}, fill_with_zeros);
  const Parameter mean = (parameters / "model" / "norm").state("mean", {2, 4}, fill_with_zeros);
  const Tape tape;
  const Tensor x = ones({2, 4});
  const Tensor y = named("scores", squash(times(x, w)));
  const Operand whole = y;
  const std::vector<Tensor> parts = apply_all(halves_op, whole);
  named("left", parts[0]);
  const Tensor z = plus(plus(parts[0], parts[1]), 0.5);
  assign(mean, plus(mean, y));
  CHECK(dump(tape, plain) == R"(tape: 11 nodes with 12 outputs

scope                                      forward  gradient  parameters     numbers
model                                            7         0           2          16
  cell                                           5         0           1           8
  norm                                           2         0           1           8
all                                              7         0           2          16

constants
  #1                                                    f32 [2, 4]

model/cell
  weight                                                f32 [2, 4]          parameter
  %1 = times(#1, weight)                                f32 [2, 4]
  %2.scores = squash(%1)                                f32 [2, 4]
  %3{.left, .1} = halves(%2.scores)                     2 x f32 [2, 2]
  %4 = plus(%3.left, %3.1)                              f32 [2, 2]
  %5 = plus(%4, 0.5)                                    f32 [2, 2]

model/norm
  mean                                                  f32 [2, 4]          state
  %1 = plus(mean, model/cell:%2.scores)                 f32 [2, 4]
  %2 = assign(mean, %1)                                 f32 [2, 4]
)");
}

TEST_CASE("steps that do the same are printed once, in t") {
  const Unrolled model{20};
  CHECK(dump(model.tape, plain) == R"(tape: 83 nodes with 83 outputs

scope                                      forward  gradient  parameters     numbers
(no scope)                                      20         0           0           0
model                                           60         0           1           2
  cell                                          60         0           1           2
all                                             80         0           1           2

constants
  #1                                                    f32 [20, 2]
  #2                                                    f32 [2]

(no scope)
  steps t = 0..19
    %1 = row[t](#1)                                     f32 [2]

model/cell
  weight                                                f32 [2]             parameter
  step 0
    %1 = times(:%1, weight)                             f32 [2]
    %2 = plus(%1, #2)                                   f32 [2]
    %3.h = squash(%2)                                   f32 [2]
  steps t = 1..19
    %1 = times(:%1, weight)                             f32 [2]
    %2 = plus(%1, %3.h@t-1)                             f32 [2]
    %3.h = squash(%2)                                   f32 [2]
)");
}

TEST_CASE("without folding every step is listed") {
  const Unrolled model{3};
  CHECK(dump(model.tape, {.fold = false, .source_lines = false}) ==
        R"(tape: 15 nodes with 15 outputs

scope                                      forward  gradient  parameters     numbers
(no scope)                                       3         0           0           0
model                                            9         0           1           2
  cell                                           9         0           1           2
all                                             12         0           1           2

constants
  #1                                                    f32 [3, 2]
  #2                                                    f32 [2]

(no scope)
  step 0
    %1 = row[0](#1)                                     f32 [2]
  step 1
    %1 = row[1](#1)                                     f32 [2]
  step 2
    %1 = row[2](#1)                                     f32 [2]

model/cell
  weight                                                f32 [2]             parameter
  step 0
    %1 = times(:%1, weight)                             f32 [2]
    %2 = plus(%1, #2)                                   f32 [2]
    %3.h = squash(%2)                                   f32 [2]
  step 1
    %1 = times(:%1, weight)                             f32 [2]
    %2 = plus(%1, %3.h@0)                               f32 [2]
    %3.h = squash(%2)                                   f32 [2]
  step 2
    %1 = times(:%1, weight)                             f32 [2]
    %2 = plus(%1, %3.h@1)                               f32 [2]
    %3.h = squash(%2)                                   f32 [2]
)");
}

TEST_CASE("gradients stand below what they are of, and fold as well") {
  const Unrolled model{6};
  const Tensor last = model.states.back();
  vjp(last, {model.states.data(), 1}, ones({2}));
  CHECK(dump(model.tape, plain) == R"(tape: 33 nodes with 33 outputs

scope                                      forward  gradient  parameters     numbers
(no scope)                                       6         0           0           0
model                                           18         5           1           2
  cell                                          18         5           1           2
all                                             24         5           1           2

constants
  #1                                                    f32 [6, 2]
  #2 .. #3                                              f32 [2]

(no scope)
  steps t = 0..5
    %1 = row[t](#1)                                     f32 [2]

model/cell
  weight                                                f32 [2]             parameter
  step 0
    %1 = times(:%1, weight)                             f32 [2]
    %2 = plus(%1, #2)                                   f32 [2]
    %3.h = squash(%2)                                   f32 [2]
  steps t = 1..5
    %1 = times(:%1, weight)                             f32 [2]
    %2 = plus(%1, %3.h@t-1)                             f32 [2]
    %3.h = squash(%2)                                   f32 [2]
  gradient
    step 5
      %3' = times(#3, %3.h)                             f32 [2]             of squash.h
    steps t = 4..1
      %3' = times(%3'@t+1, %3.h)                        f32 [2]             of squash.h
)");
}

TEST_CASE("the gradient of a gradient has two primes") {
  const Tape tape;
  const Tensor x = ones({2});
  const Tensor y = times(x, x);
  const Tensor dx = vjp(y, {&x, 1}, ones({2}))[0];
  const Tensor ddx = vjp(dx, {&x, 1}, ones({2}))[0];
  CHECK(dump(tape, plain) == R"(tape: 10 nodes with 10 outputs

scope                                      forward  gradient  parameters     numbers
(no scope)                                       1         6           0           0
all                                              1         6           0           0

constants
  #1 .. #3                                              f32 [2]

(no scope)
  %1 = times(#1, #1)                                    f32 [2]
  gradient
    %1' = times(#2, #1)                                 f32 [2]             of times
    %1'2 = times(#2, #1)                                f32 [2]             of times
    %1'3 = add(%1', %1'2)                               f32 [2]             of times
    %1'2' = times(#3, #2)                               f32 [2]             of times
    %1'' = times(#3, #2)                                f32 [2]             of times
    %1''2 = add(%1'2', %1'')                            f32 [2]             of times
)");
}

TEST_CASE("inputs that count up are shown as the first and the last") {
  const Unrolled model{5};
  const Tensor all = collect(model.states);
  const std::string text = dump(model.tape, plain);
  CHECK(text.find("collect(%4.h@0 .. %4.h@4)") != std::string::npos);
  const std::string full = dump(model.tape, {.fold = false});
  CHECK(full.find("collect(%4.h@0, %4.h@1, %4.h@2, %4.h@3, %4.h@4)") != std::string::npos);
}

TEST_CASE("lines that count up are shown as the first and the last") {
  const Tape tape;
  const Tensor x = ones({9, 2});
  for (int k = 0; k < 9; ++k) row(x, k);
  CHECK(dump(tape, plain) == R"(tape: 10 nodes with 10 outputs

scope                                      forward  gradient  parameters     numbers
(no scope)                                       9         0           0           0
all                                              9         0           0           0

constants
  #1                                                    f32 [9, 2]

(no scope)
  %1 = row[0](#1)                                       f32 [2]
  .. 7 more
  %9 = row[8](#1)                                       f32 [2]
)");
}

TEST_CASE("a source line is shown where it differs from the line above") {
  const Tape tape;
  const Tensor x = ones({2});
  const Tensor a = times({x, "cell.cpp", 14}, x);
  const Tensor b = times({a, "cell.cpp", 14}, x);
  {
    const CalledFrom caller{{"main.cpp", 80}};
    const Tensor c = times({b, "cell.cpp", 15}, x);
    const Tensor d = times({c, "cell.cpp", 15}, x);
  }
  CHECK(dump(tape) == R"(tape: 5 nodes with 5 outputs

scope                                      forward  gradient  parameters     numbers
(no scope)                                       4         0           0           0
all                                              4         0           0           0

constants
  #1                                                    f32 [2]

(no scope)
  %1 = times(#1, #1)                                    f32 [2]             cell.cpp:14
  %2 = times(%1, #1)                                    f32 [2]
  %3 = times(%2, #1)                                    f32 [2]             cell.cpp:15 from main.cpp:80
  %4 = times(%3, #1)                                    f32 [2]
)");
}

TEST_CASE("an edit in one scope changes no line of another") {
  const auto program = [](bool edited) {
    const Tape tape;
    const Tensor x = ones({2});
    {
      const InScope scope{"first"};
      const Tensor y = squash(x);
      if (edited) const Tensor z = squash(y);
    }
    const InScope scope{"second"};
    const Tensor z = squash(plus(x, x));
    return dump(tape, plain);
  };
  const auto second = [](const std::string& text) { return text.substr(text.find("\nsecond\n")); };
  CHECK(program(true) != program(false));
  CHECK(second(program(true)) == second(program(false)));
}

TEST_CASE("the same program gives the same text, whatever ran before") {
  const std::string before = dump(Unrolled{4}.tape);
  const Unrolled other{30};
  CHECK(dump(Unrolled{4}.tape) == before);
}

TEST_CASE("a dump does not compute") {
  const Unrolled model{2};
  dump(model.tape);
  CHECK_FALSE(model.states.back().computed());
}

TEST_CASE("an empty tape has an empty dump") {
  const Tape tape;
  CHECK(dump(tape) == R"(tape: 0 nodes with 0 outputs

scope                                      forward  gradient  parameters     numbers
all                                              0         0           0           0
)");
}

TEST_CASE("names with control characters do not break lines") {
  const Tape tape;
  const Tensor x = ones({2});
  const Tensor y = named("two\nlines\x01", squash(x));
  CHECK(dump(tape, plain).find("%1.two?lines? = squash(#1)") != std::string::npos);
}

TEST_CASE("integers as large as they get do not overflow") {
  const Tape tape;
  const Tensor x = ones({9, 2});
  for (const int t : steps(4)) row(x, t % 2 == 0 ? INT64_MAX : INT64_MIN);
  const std::string text = dump(tape, plain);
  CHECK(text.find("row[9223372036854775807](#1)") != std::string::npos);
  CHECK(text.find("row[-9223372036854775808](#1)") != std::string::npos);
}

TEST_CASE("a million nodes are dumped, folded and in full") {
  constexpr std::size_t steps = test::repetitions(250'000);
  const Unrolled model{steps};
  CHECK(model.tape.recording().size() == 4 * steps + 3);
  CHECK(dump(model.tape, plain).size() < 2'000);
  std::ostringstream out;
  dump(model.tape, out, {.fold = false, .source_lines = false});
  const std::string text = out.str();
  CHECK(std::count(text.begin(), text.end(), '\n') > static_cast<std::ptrdiff_t>(5 * steps));
}

}  // namespace
}  // namespace chronograd
