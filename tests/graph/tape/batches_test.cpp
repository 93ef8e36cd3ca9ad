#include "chronograd/graph/tape/batches.h"

#include <doctest/doctest.h>

#include <vector>

#include "chronograd/graph/tape.h"
#include "chronograd/graph/tape/tape_state.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"

namespace chronograd::detail {
namespace {

/// A tape with x, a = x 2, b = x 3 and, as if they were of a batch, c = a 4 and d = c 5.
struct Chain {
  Tape tape;
  Tensor x = Tensor::scalar(1);
  Tensor a = mul(x, 2);
  Tensor b = mul(x, 3);
  NodeId begin = static_cast<NodeId>(state().recording.nodes.size());
  Tensor c = mul(a, 4);
  NodeId end = static_cast<NodeId>(state().recording.nodes.size());
  Tensor d = mul(c, 5);

  static TapeState& state() { return *current_tape(); }
  static OutputId id(const Tensor& tensor) { return tensor.value().output; }
  Batch batch() const { return {{{id(b), id(c), {id(c), 0}, false}}, {}, {begin, end}}; }
};

TEST_CASE("what stands in for an output is read instead of it") {
  const Chain chain;
  Batches batches{Chain::state().recording};
  CHECK(batches.to_read(Chain::id(chain.b)) == Chain::id(chain.b));
  batches.add(chain.batch());
  REQUIRE(batches.stand_in(Chain::id(chain.b)) != nullptr);
  CHECK(batches.stand_in(Chain::id(chain.b))->output == Chain::id(chain.c));
  CHECK(batches.to_read(Chain::id(chain.b)) == Chain::id(chain.c));
  CHECK(batches.to_read(Chain::id(chain.a)) == Chain::id(chain.a));
  CHECK(batches.stand_in(Chain::id(chain.a)) == nullptr);
}

TEST_CASE("a batch in which nothing stands in for anything is not kept") {
  const Chain chain;
  Batches batches{Chain::state().recording};
  batches.add({{}, {}, {chain.begin, chain.end}});
  CHECK(batches.stand_ins().empty());
  CHECK_FALSE(batches.stand_between(Chain::id(chain.a), Chain::id(chain.d)));
}

TEST_CASE("a batch stands between an earlier output and what is computed by way of the batch") {
  const Chain chain;
  Batches batches{Chain::state().recording};
  batches.add(chain.batch());
  CHECK(batches.stand_between(Chain::id(chain.a), Chain::id(chain.d)));
  CHECK_FALSE(batches.stand_between(Chain::id(chain.c), Chain::id(chain.d)));
  CHECK_FALSE(batches.stand_between(Chain::id(chain.a), Chain::id(chain.b)));
}

TEST_CASE("a batch fits as long as its equal leaves are equal and its originals are not computed") {
  const Chain chain;
  const Batches batches{Chain::state().recording};
  const Recording& recording = Chain::state().recording;
  std::vector<OutputId> numbers;
  for (const Node& node : recording.nodes) {
    if (node.op == &number_op) numbers.push_back(node.first_output);
  }
  REQUIRE(numbers.size() == 4);
  Batch batch = chain.batch();
  CHECK(batches.fits(batch));
  batch.equal = {{numbers[0], numbers[0]}};
  CHECK(batches.fits(batch));
  batch.equal = {{numbers[0], numbers[1]}};
  CHECK_FALSE(batches.fits(batch));
  batch.equal.clear();
  CHECK(chain.b.item() == 3);
  CHECK_FALSE(batches.fits(batch));
}

}  // namespace
}  // namespace chronograd::detail
