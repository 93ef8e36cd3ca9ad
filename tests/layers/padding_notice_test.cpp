#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "chronograd/graph/tape.h"
#include "chronograd/layers/dropout.h"
#include "chronograd/layers/embedding.h"
#include "chronograd/layers/lstm_cell.h"
#include "chronograd/layers/unroll.h"
#include "tests/told.h"

namespace chronograd {
namespace {

using test::told;

TEST_CASE("a run over sequences that end in padding, without lengths or mask, is told once") {
  Random random{1};
  const Parameters parameters{random};
  const Embedding embedding{parameters / "e", {.vocabulary = 3, .size = 2, .padding = 0}};
  const Embedding plain{parameters / "p", {.vocabulary = 3, .size = 2}};
  const LSTMCell cell{parameters / "cell", {.input = 2, .hidden = 2}};
  const Tensor padded = Tensor::copy_of<std::int64_t>({1, 2, 2, 0}, {2, 2});
  const Tensor in_front = Tensor::copy_of<std::int64_t>({0, 0, 2, 1}, {2, 2});
  CHECK(told([&] {
          const Tape tape;
          (void)unroll(cell, embedding(padded), {.mask = embedding.real(padded)});
          (void)unroll(cell, embedding(in_front));
          (void)unroll(cell, plain(padded));
        }).empty());
  int line = 0;
  const std::string message = told([&] {
    for (int k = 0; k < 3; ++k) {
      const Tape tape{random};
      line = __LINE__ + 1;
      (void)unroll(cell, dropout(embedding(padded), 0.5));
    }
  });
  CHECK(message ==
        fmt::format("chronograd: unroll reads the vectors of ids that end in padding, and got "
                    "neither lengths nor a mask, so the last state has read padding; give it "
                    "lengths, or embedding.real(ids) as the mask ({}:{})\n",
                    __FILE__, line));
}

}  // namespace
}  // namespace chronograd
