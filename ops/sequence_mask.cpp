#include "chronograd/ops/sequence_mask.h"

#include <string>
#include <utility>

#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/indices.h"

namespace chronograd {
namespace {

// Fails, as an Inference or a Run does, when a length is not one of such a sequence.
template <class Rule>
void check_lengths(const Rule& rule, const Array& lengths, std::int64_t time) {
  detail::with_indices(lengths, [&](auto numbers) {
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      if (numbers[k] >= 0 && numbers[k] <= time) continue;
      rule.template fail<IndexError>(
          "length " + std::to_string(numbers[k]) + " at [" + std::to_string(k) + "]",
          "the sequences have " + std::to_string(time) + " steps, so that it must be from 0 to " +
              std::to_string(time));
    }
  });
}

void infer(Inference& inference) {
  const Shape lengths = inference.shape(0);
  const std::int64_t time = inference.integer(0);
  if (!is_integer(inference.dtype(0))) {
    inference.fail<DTypeError>("lengths of " + std::string(name(inference.dtype(0))),
                               "they must be i32 or i64");
  }
  if (lengths.rank() != 1) {
    inference.fail("lengths " + to_string(lengths), "they must be [batch]");
  }
  if (time < 0) inference.fail("a time of " + std::to_string(time), "it must be at least 0");
  if (const auto known = inference.known(0)) check_lengths(inference, dense(*known), time);
  inference.output({time, lengths[0]}, DType::boolean);
}

void kernel(const Run& run) {
  const Array lengths = dense(run.inputs[0]);
  const std::int64_t time = run.integer(0);
  check_lengths(run, lengths, time);
  bool* out = run.outputs[0].as<bool>();
  detail::with_indices(lengths, [&](auto numbers) {
    for (std::int64_t t = 0; t < time; ++t) {
      for (const std::int64_t length : numbers) *out++ = t < length;
    }
  });
}

const Op op{.name = "sequence_mask", .infer = infer, .kernel = kernel};

}  // namespace

Tensor sequence_mask(Operand lengths, std::int64_t time) {
  const std::int64_t integers[] = {time};
  return apply(op, std::move(lengths), {.integers = integers});
}

}  // namespace chronograd
