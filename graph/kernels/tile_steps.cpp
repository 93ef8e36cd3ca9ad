#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/kernels/tiling.h"

namespace chronograd::detail {

using Tiling = PreparedProgram::Tiling;

namespace {

TileStep step_of(Scalar op, DType compute) {
  TileStep step{loop(op, compute), reducing_loop(op, compute)};
  step.op = op;
  if (step.elements == nullptr && step.rows == nullptr) {
    throw DTypeError("interpret: instruction " + std::string(traits_of(op).name) +
                     " has no loop for " + std::string(name(compute)));
  }
  return step;
}

/// The loop of an instruction that reads one number for each row beside rows; null for others.
RowLoop loop_beside(const Instruction& i, const std::vector<bool>& of_rows, DType compute) {
  if (operands(i.op) != 2 || of_rows[i.a] == of_rows[i.b]) return nullptr;
  return beside_loop(i.op, of_rows[i.a], compute);
}

}  // namespace

/// Which of the program's registers hold one number for each row: results of reductions, inputs
/// that repeat along the row, and what is computed of such registers alone.
std::vector<bool> Tiling::registers_of_rows(std::span<const Instruction> code) const {
  std::vector<bool> of_rows(inputs_ + code.size());
  if (!reduces_) return of_rows;
  for (std::size_t k = 0; k < inputs_; ++k) {
    of_rows[k] = nest_.stride(nest_.walkers()[k], nest_.rank() - 1) == 0;
  }
  std::vector<bool> read_as_such(inputs_);
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::array read = {code[i].a, code[i].b, code[i].c};
    const auto operands =
        std::span(read).first(static_cast<std::size_t>(chronograd::operands(code[i].op)));
    const bool all = std::ranges::all_of(operands, [&](std::size_t r) { return of_rows[r]; });
    of_rows[inputs_ + i] = all || reduces_rows(code[i].op);
    const bool beside = beside_loop(code[i].op, true, compute_) != nullptr;
    if (reduces_rows(code[i].op) || !(all || beside)) continue;
    for (const std::size_t r : operands) {
      if (r < inputs_) read_as_such[r] = true;
    }
  }
  // If no step can read such an input as one number for each row, it is better repeated once, when
  // it is loaded.
  for (std::size_t k = 0; k < inputs_; ++k) of_rows[k] = of_rows[k] && read_as_such[k];
  return of_rows;
}

/// Writes a step for each instruction. Where an instruction needs whole rows of a register that
/// holds one number for each row, a step that repeats it comes first.
void Tiling::write_steps(std::span<const Instruction> code) {
  const std::vector<bool> of_rows = registers_of_rows(code);
  std::vector<std::uint16_t> number(of_rows.size());  // of the program's registers
  std::vector<std::uint16_t> repeated(of_rows.size());
  steps_.reserve(code.size());
  registers_.resize(inputs_);
  for (std::size_t k = 0; k < inputs_; ++k) {
    number[k] = static_cast<std::uint16_t>(k);
    registers_[k].of_rows = of_rows[k];
  }
  const auto add = [&](const TileStep& step) {
    steps_.push_back(step);
    registers_.push_back({.of_rows = step.of_rows});
    return static_cast<std::uint16_t>(registers_.size() - 1);
  };
  const auto whole = [&](std::size_t r) {
    const std::uint16_t from = number[r];
    if (!of_rows[r]) return from;
    if (repeated[r] == 0) {
      repeated[r] = add({nullptr, repeating_loop(compute_), from, from, from, false});
    }
    return repeated[r];
  };
  for (std::size_t i = 0; i < code.size(); ++i) {
    const auto [op, a, b, c] = code[i];
    const bool one = of_rows[inputs_ + i];
    const RowLoop beside = loop_beside(code[i], of_rows, compute_);
    const bool as_such = beside != nullptr || (one && !reduces_rows(op));
    const auto operand = [&](std::size_t r) { return as_such ? number[r] : whole(r); };
    TileStep step = beside != nullptr ? TileStep{nullptr, beside} : step_of(op, compute_);
    step.a = operand(a);
    step.b = operands(op) > 1 ? operand(b) : step.a;
    step.c = operands(op) > 2 ? operand(c) : step.a;
    step.of_rows = one;
    number[inputs_ + i] = add(step);
  }
  for (int& from : stored_) from = number[static_cast<std::size_t>(from)];
}

/// Joins a step to the only step that reads its result: the loop of both keeps the result in the
/// processor's registers.
void Tiling::join_pairs() {
  std::vector<int> uses(registers_.size());
  for (const TileStep& step : steps_) step.for_each_operand([&](std::size_t r) { ++uses[r]; });
  for (const int from : stored_) uses[static_cast<std::size_t>(from)] += 2;
  std::vector<bool> joined(steps_.size());
  for (TileStep& second : steps_) {
    if (second.elements == nullptr || operands(second.op) != 2 || second.a == second.b) continue;
    for (const bool made_first : {true, false}) {
      const std::size_t made = made_first ? second.a : second.b;
      const std::uint16_t other = made_first ? second.b : second.a;
      if (made < inputs_ || uses[made] != 1) continue;
      const TileStep& first = steps_[made - inputs_];
      if (first.elements == nullptr) continue;
      const Loop loop = pair_loop(first.op, second.op, made_first, compute_);
      if (loop == nullptr) continue;
      const bool one = operands(first.op) == 1;
      second = {loop,           nullptr, first.a, one ? other : first.b, one ? first.a : other,
                second.of_rows, {}};
      joined[made - inputs_] = true;
      break;
    }
  }
  drop_steps(joined);
}

void Tiling::drop_steps(const std::vector<bool>& dropped) {
  std::vector<std::uint16_t> number(registers_.size());
  std::uint16_t count = 0;
  for (std::size_t r = 0; r < registers_.size(); ++r) {
    number[r] = count;
    if (r >= inputs_ && dropped[r - inputs_]) continue;
    registers_[count] = registers_[r];
    if (r >= inputs_) steps_[count - inputs_] = steps_[r - inputs_];
    ++count;
  }
  registers_.resize(count);
  steps_.resize(count - inputs_);
  for (TileStep& step : steps_) {
    step.a = number[step.a];
    step.b = number[step.b];
    step.c = number[step.c];
  }
  for (int& from : stored_) from = number[static_cast<std::size_t>(from)];
}

}  // namespace chronograd::detail
