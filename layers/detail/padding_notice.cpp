#include "chronograd/layers/detail/padding_notice.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/real_steps.h"

namespace chronograd::detail {
namespace {

// A run follows its embedding closely, so the latest marks are enough, and looking through them
// costs nothing on a tape of many sentences.
constexpr std::size_t most_marks = 16;

struct Marks {
  std::uint64_t tape = 0;
  std::vector<std::uint32_t> outputs;
};

thread_local Marks marks;

std::atomic<bool> told{false};

void mark(const Tensor& x) {
  const Value& value = x.value();
  if (value.serial == 0) return;
  if (marks.tape != value.serial) marks = {value.serial, {}};
  if (marks.outputs.size() == most_marks) marks.outputs.erase(marks.outputs.begin());
  marks.outputs.push_back(value.output);
}

template <class Id>
bool ends_in(std::span<const Id> ids, std::size_t batch, std::int64_t padding) {
  return std::ranges::count(ids.last(batch), static_cast<Id>(padding)) > 0;
}

}  // namespace

void mark_if_padded(const Tensor& embedded, const Tensor& ids, std::int64_t padding) {
  if (told || ids.rank() != 2 || ids.size() == 0 || !ids.computed()) return;
  const auto batch = static_cast<std::size_t>(ids.shape()[1]);
  const bool padded = ids.dtype() == DType::i32
                          ? ends_in(ids.values<std::int32_t>(), batch, padding)
                          : ends_in(ids.values<std::int64_t>(), batch, padding);
  if (padded) mark(embedded);
}

void hand_mark_on(const Tensor& from, const Tensor& to) {
  if (is_marked(from)) mark(to);
}

bool is_marked(const Tensor& x) {
  const Value& value = x.value();
  return value.serial != 0 && value.serial == marks.tape &&
         std::ranges::find(marks.outputs, value.output) != marks.outputs.end();
}

void tell_of_read_padding(const Tensor& xs, SourceLine asked) {
  if (!is_marked(xs) || told.exchange(true)) return;
  std::fprintf(stderr,
               "chronograd: unroll reads the vectors of ids that end in padding, and got neither "
               "lengths nor a mask, so the last state has read padding; give it lengths, or "
               "embedding.real(ids) as the mask%s\n",
               where_text(asked).c_str());
}

}  // namespace chronograd::detail
