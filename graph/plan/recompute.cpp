#include "chronograd/graph/plan/recompute.h"

#include <algorithm>
#include <span>
#include <unordered_map>

#include "chronograd/graph/plan/groups.h"
#include "chronograd/graph/plan/node_program.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

// One instruction more costs less than to write and read that much later.
constexpr std::int64_t least_bytes = 4096;
// Numbers are few if there are so many times more of the others.
constexpr std::int64_t many_times = 8;
// Each takes two registers more at most: one for itself, and one as it reads two values, not one.
constexpr std::uint32_t most_in_pass = 8;
static_assert(most_registers_of_group + 2 * most_in_pass <= 256);

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
  Finder(const Draft& draft, std::vector<std::uint32_t>& pass_of, std::vector<bool>& stored)
      : draft_(draft), pass_of_(pass_of), stored_(stored), in_no_memory_(draft.values.size()) {}

  PassValues run() {
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
    std::vector<std::uint32_t> passes{};  ///< that may compute it
    bool kept = false;                    ///< must be in memory for other readers
  };

  std::int64_t bytes(ValueId v) const {
    const Draft::Value& value = draft_.values[v];
    return value.shape.size() * static_cast<std::int64_t>(size_of(value.dtype));
  }

  bool few(ValueId operand, ValueId beside) const {
    const std::int64_t size = draft_.values[draft_.values[operand].base].shape.size();
    return size * many_times <= draft_.values[beside].shape.size();
  }

  bool in_pass(std::uint32_t n) const { return pass_of_[n] != no_id; }

  void find_candidates() {
    for (std::uint32_t n = 0; n < draft_.nodes.size(); ++n) {
      if (!in_pass(n)) continue;
      if (pass_of_[n] >= nodes_.size()) nodes_.resize(pass_of_[n] + 1);
      ++nodes_[pass_of_[n]];
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
        if (in_pass(n) && is_operand[input]) reads_.add(pass_of_[n], input);
        const std::uint32_t c = known[draft_.values[input].base];
        if (c != no_id) note_reader(candidates_[c], n, input);
      }
    }
  }

  void note_reader(Candidate& candidate, std::uint32_t reader, ValueId as) const {
    const std::uint32_t pass = pass_of_[reader];
    if (!may_recompute(reader, as)) {
      candidate.kept = true;
    } else if (pass != pass_of_[draft_.values[candidate.value].node] &&
               std::ranges::find(candidate.passes, pass) == candidate.passes.end()) {
      candidate.passes.push_back(pass);
    }
  }

  // Whether the node, a reader, may compute the value that it reads by itself.
  bool may_recompute(std::uint32_t reader, ValueId value) const {
    const Draft::Node* from = draft_.producer(value);
    return in_pass(reader) && draft_.values[value].base == value &&
           fits_registers(draft_, *from, draft_.nodes[reader]) &&
           shape_of_pass(draft_, draft_.nodes[reader]) == draft_.values[value].shape;
  }

  void decide(Candidate& candidate) {
    const ValueId v = candidate.value;
    if (!operands_are_there(v)) return;
    // What is kept may still be left where the pass reads what it is made of anyway.
    const int most_reads = candidate.kept ? 0 : 1;
    const std::size_t readers = candidate.passes.size();
    std::erase_if(candidate.passes, [&](std::uint32_t pass) {
      return added_[pass] + additions(v, pass) > most_in_pass || more_reads(v, pass) > most_reads;
    });
    if (candidate.passes.empty()) return;
    const std::uint32_t n = draft_.values[v].node;
    if (!candidate.kept) {
      if (candidate.passes.size() < readers || nodes_[pass_of_[n]] == 1) return;
      recomputed_.add(pass_of_[n], v);
      --nodes_[pass_of_[n]];
      pass_of_[n] = no_id;
      stored_[v] = false;
      in_no_memory_[v] = true;
    }
    for (const std::uint32_t pass : candidate.passes) recompute(v, pass);
  }

  // How many values more the pass then computes: this one, and those that it is made of.
  std::uint32_t additions(ValueId v, std::uint32_t pass) const {
    if (recomputed_.in(pass, v)) return 0;
    std::uint32_t count = 1;
    for (const ValueId operand : operands_of(v)) {
      if (in_no_memory_[operand]) count += additions(operand, pass);
    }
    return count;
  }

  void recompute(ValueId v, std::uint32_t pass) {
    if (recomputed_.in(pass, v)) return;
    recomputed_.add(pass, v);
    ++added_[pass];
    for (const ValueId operand : operands_of(v)) {
      reads_.add(pass, operand);
      if (in_no_memory_[operand]) {
        recompute(operand, pass);
      } else {
        stored_[draft_.values[operand].base] = true;
      }
    }
  }

  std::span<const ValueId> operands_of(ValueId v) const {
    return draft_.inputs_of(*draft_.producer(v));
  }

  // Whether what it is made of is in memory anyway, but for what is few, or computed again, too.
  bool operands_are_there(ValueId v) const {
    return std::ranges::all_of(operands_of(v), [&](ValueId operand) {
      const ValueId base = draft_.values[operand].base;
      const std::uint32_t from = draft_.values[base].node;
      if (from == no_id || in_no_memory_[operand] || (in_pass(from) && stored_[base])) return true;
      return few(operand, v) && (in_pass(from) || draft_.nodes[from].kind != Kind::elementwise);
    });
  }

  // How many whole values the pass reads in place of this one.
  int more_reads(ValueId v, std::uint32_t pass) const {
    int more = 0;
    for (const ValueId operand : operands_of(v)) {
      if (reads_.in(pass, operand)) continue;
      if (in_no_memory_[operand]) {
        more += more_reads(operand, pass);
      } else if (!few(operand, v)) {
        ++more;
      }
    }
    return more;
  }

  const Draft& draft_;
  std::vector<std::uint32_t>& pass_of_;
  std::vector<bool>& stored_;
  std::vector<bool> in_no_memory_;  ///< by value: each program that reads it computes it
  std::vector<Candidate> candidates_;
  PassValues reads_;                                        ///< which passes read operands of them
  std::vector<std::uint32_t> nodes_;                        ///< how many are in each pass
  std::unordered_map<std::uint32_t, std::uint32_t> added_;  ///< to each pass
  PassValues recomputed_;
};

}  // namespace

PassValues find_recomputed(const Draft& draft, std::vector<std::uint32_t>& pass_of,
                           std::vector<bool>& stored) {
  return Finder(draft, pass_of, stored).run();
}

}  // namespace chronograd::plan
