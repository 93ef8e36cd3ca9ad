#include "chronograd/graph/plan/recompute.h"

#include <algorithm>
#include <span>
#include <unordered_map>

#include "chronograd/graph/plan/fusion_groups.h"
#include "chronograd/graph/plan/node_program.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

// For values of fewer bytes, writing and reading later costs no more than one more instruction.
constexpr std::int64_t least_bytes = 4096;
// An operand has few numbers if the value has so many times more.
constexpr std::int64_t many_times = 8;
// Each takes at most two more registers: one for itself, and one because it reads two values where
// one was read before.
constexpr std::uint32_t most_in_kernel = 8;
static_assert(most_registers_of_group + 2 * most_in_kernel <= 256);

bool cheap(Scalar op) {
  switch (op) {
    case Scalar::neg:
    case Scalar::abs:
    case Scalar::square:
    case Scalar::relu:
    case Scalar::add:
    case Scalar::sub:
    case Scalar::mul:
    case Scalar::div:
    case Scalar::minimum:
    case Scalar::maximum:
      return true;
    default:
      return false;
  }
}

class Finder {
 public:
  Finder(const Draft& draft, std::vector<std::uint32_t>& kernel_of, std::vector<bool>& stored)
      : draft_(draft), kernel_of_(kernel_of), stored_(stored), in_no_memory_(draft.values.size()) {}

  KernelValues run() {
    find_candidates();
    if (!candidates_.empty()) {
      find_readers();
      for (Candidate& candidate : candidates_) decide(candidate);
    }
    return std::move(recomputed_);
  }

 private:
  struct Candidate {
    ValueId value;
    std::vector<std::uint32_t> kernels{};  ///< other fused kernels, which could compute it
    bool kept = false;                     ///< whether it must be in memory for other readers
  };

  std::int64_t bytes(ValueId v) const {
    const Draft::Value& value = draft_.values[v];
    return value.shape.size() * static_cast<std::int64_t>(size_of(value.dtype));
  }

  bool few(ValueId operand, ValueId beside) const {
    const std::int64_t size = draft_.values[draft_.values[operand].base].shape.size();
    return size * many_times <= draft_.values[beside].shape.size();
  }

  bool in_kernel(std::uint32_t n) const { return kernel_of_[n] != no_id; }

  void find_candidates() {
    for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
      if (!in_kernel(n)) continue;
      if (kernel_of_[n] >= nodes_.size()) nodes_.resize(kernel_of_[n] + 1);
      ++nodes_[kernel_of_[n]];
      const Draft::Node& node = draft_.nodes[n];
      const ValueId v = node.first_value;
      if (node.kind != Kind::elementwise || !stored_[v] ||
          draft_.values[v].dtype == DType::boolean || bytes(v) < least_bytes ||
          draft_.values[v].shape[-1] == 1) {
        continue;
      }
      const auto code = node.op->program.code;
      if (code.size() != 1 || !cheap(code[0].op)) continue;
      candidates_.push_back({v});
    }
  }

  void find_readers() {
    std::vector<std::uint32_t> known(draft_.values.size(), no_id);
    std::vector<bool> is_operand(draft_.values.size());
    for (std::uint32_t c = 0; c < candidates_.size(); ++c) {
      known[candidates_[c].value] = c;
      for (const ValueId v : operands_of(candidates_[c].value)) is_operand[v] = true;
    }
    for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
      const Draft::Node& node = draft_.nodes[n];
      for (ValueId v = node.first_value; v < node.first_value + node.values; ++v) {
        const std::uint32_t c = known[draft_.values[v].base];
        if (c != no_id) candidates_[c].kept |= draft_.values[v].wanted;
      }
      if (node.kind == Kind::view) continue;
      for (const ValueId input : draft_.inputs_of(node)) {
        if (in_kernel(n) && is_operand[input]) reads_.add(kernel_of_[n], input);
        const std::uint32_t c = known[draft_.values[input].base];
        if (c != no_id) note_reader(candidates_[c], n, input);
      }
    }
  }

  void note_reader(Candidate& candidate, std::uint32_t reader, ValueId as) const {
    const std::uint32_t kernel = kernel_of_[reader];
    if (!may_recompute(reader, as)) {
      candidate.kept = true;
    } else if (kernel != kernel_of_[draft_.values[candidate.value].node] &&
               std::ranges::find(candidate.kernels, kernel) == candidate.kernels.end()) {
      candidate.kernels.push_back(kernel);
    }
  }

  // Whether the fused kernel of the reader could compute the value instead of reading it.
  bool may_recompute(std::uint32_t reader, ValueId value) const {
    const Draft::Node* from = draft_.producer(value);
    return in_kernel(reader) && draft_.values[value].base == value &&
           fits_registers(draft_, *from, draft_.nodes[reader]) &&
           loop_shape(draft_, draft_.nodes[reader]) == draft_.values[value].shape;
  }

  void decide(Candidate& candidate) {
    const ValueId v = candidate.value;
    if (!operands_are_there(v)) return;
    // A value that is kept in memory anyway may only be computed again by a kernel that reads all
    // it is made of already; another kernel may read one more value in its place.
    const int most_reads = candidate.kept ? 0 : 1;
    const std::size_t readers = candidate.kernels.size();
    std::erase_if(candidate.kernels, [&](std::uint32_t kernel) {
      return added_[kernel] + additions(v, kernel) > most_in_kernel ||
             more_reads(v, kernel) > most_reads;
    });
    if (candidate.kernels.empty()) return;
    const std::uint32_t n = draft_.values[v].node;
    if (!candidate.kept) {
      if (candidate.kernels.size() < readers || nodes_[kernel_of_[n]] == 1) return;
      recomputed_.add(kernel_of_[n], v);
      --nodes_[kernel_of_[n]];
      kernel_of_[n] = no_id;
      stored_[v] = false;
      in_no_memory_[v] = true;
    }
    for (const std::uint32_t kernel : candidate.kernels) recompute(v, kernel);
  }

  // How many more values the kernel computes then: this one, and those it is made of that are not
  // in memory either.
  std::uint32_t additions(ValueId v, std::uint32_t kernel) const {
    if (recomputed_.in(kernel, v)) return 0;
    std::uint32_t count = 1;
    for (const ValueId operand : operands_of(v)) {
      if (in_no_memory_[operand]) count += additions(operand, kernel);
    }
    return count;
  }

  void recompute(ValueId v, std::uint32_t kernel) {
    if (recomputed_.in(kernel, v)) return;
    recomputed_.add(kernel, v);
    ++added_[kernel];
    for (const ValueId operand : operands_of(v)) {
      reads_.add(kernel, operand);
      if (in_no_memory_[operand]) {
        recompute(operand, kernel);
      } else {
        stored_[draft_.values[operand].base] = true;
      }
    }
  }

  std::span<const ValueId> operands_of(ValueId v) const {
    return draft_.inputs_of(*draft_.producer(v));
  }

  // Whether all that the value is made of can be had: it is in memory anyway, or computed again
  // itself, or has so few numbers that storing it costs nothing.
  bool operands_are_there(ValueId v) const {
    return std::ranges::all_of(operands_of(v), [&](ValueId operand) {
      const ValueId base = draft_.values[operand].base;
      const std::uint32_t from = draft_.values[base].node;
      if (from == no_id || in_no_memory_[operand] || (in_kernel(from) && stored_[base]))
        return true;
      return few(operand, v) && (in_kernel(from) || draft_.nodes[from].kind != Kind::elementwise);
    });
  }

  // How many more values of full size the kernel reads when it does not read this one.
  int more_reads(ValueId v, std::uint32_t kernel) const {
    int more = 0;
    for (const ValueId operand : operands_of(v)) {
      if (reads_.in(kernel, operand)) continue;
      if (in_no_memory_[operand]) {
        more += more_reads(operand, kernel);
      } else if (!few(operand, v)) {
        ++more;
      }
    }
    return more;
  }

  const Draft& draft_;
  std::vector<std::uint32_t>& kernel_of_;
  std::vector<bool>& stored_;
  std::vector<bool> in_no_memory_;  ///< by value: not stored, each kernel that reads it computes it
  std::vector<Candidate> candidates_;
  KernelValues reads_;                ///< which kernels read which operands of candidates
  std::vector<std::uint32_t> nodes_;  ///< by kernel: how many nodes it has
  std::unordered_map<std::uint32_t, std::uint32_t> added_;  ///< by kernel: how many values more
  KernelValues recomputed_;
};

}  // namespace

KernelValues find_recomputed(const Draft& draft, std::vector<std::uint32_t>& kernel_of,
                             std::vector<bool>& stored) {
  return Finder(draft, kernel_of, stored).run();
}

}  // namespace chronograd::plan
