#include "chronograd/graph/detail/tiling.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "chronograd/graph/error.h"

namespace chronograd::detail {

using Tiling = PreparedPass::Tiling;

/// Which blocks are packed in memory: runs along a row, whole rows that follow each other, none.
enum class Tiling::Form { runs, rows, squares };

namespace {

constexpr std::size_t most_registers = 256;
constexpr std::size_t scratch_bytes = 32768;  // what a first-level cache holds
// Tiles 4 KiB apart would compete for the same lines of the cache.
constexpr std::size_t gap = 64;
constexpr std::int64_t most_elements = 1024;
constexpr std::int64_t most_elements_in_place = 8192;
constexpr std::int64_t short_row = 512;
// Steps of a number: with fewer in each part a second thread does not pay.
constexpr std::int64_t work_per_part = 8'000;
constexpr std::int64_t square_side = 32;

TileStep step_of(Scalar op, DType compute) {
  const TileStep step{loop(op, compute), reducing_loop(op, compute)};
  if (step.elements == nullptr && step.rows == nullptr) {
    throw DTypeError("interpret: instruction " + std::to_string(static_cast<int>(op)) +
                     " has no loop for " + std::string(name(compute)));
  }
  return step;
}

/// Calls f with each register the step reads, once.
template <class F>
void for_each_operand(const TileStep& step, F f) {
  f(std::size_t{step.a});
  if (step.b != step.a) f(std::size_t{step.b});
  if (step.c != step.a && step.c != step.b) f(std::size_t{step.c});
}

/// The loop of an instruction that reads one number for each row beside rows; null for others.
RowLoop loop_beside(const Instruction& i, const std::vector<bool>& of_rows, DType compute) {
  if (operands(i.op) != 2 || of_rows[i.a] == of_rows[i.b]) return nullptr;
  return beside_loop(i.op, of_rows[i.a], compute);
}

bool reduces(std::span<const Instruction> code) {
  return std::ranges::any_of(code, reduces_rows, &Instruction::op);
}

}  // namespace

Tiling::Tiling(std::span<const Instruction> code, DType compute, Shape shape,
               std::span<const Array> inputs, std::span<const Store> stores)
    : compute_(compute),
      element_(static_cast<std::int64_t>(size_of(compute))),
      inputs_(inputs.size()),
      reduces_(reduces(code)),
      elements_(shape.size()),
      nest_(shape, inputs.size() + stores.size()),
      form_(Form::runs) {
  if (inputs.size() + code.size() > most_registers) {
    throw ValueError("interpret: " + std::to_string(inputs.size() + code.size()) +
                     " registers; at most 256 are supported");
  }
  for (const Array& input : inputs) nest_.add(input);
  for (const Store& store : stores) {
    nest_.add(store.to);
    stored_.push_back(store.from);
  }
  nest_.merge(reduces_ ? Nest::Merging::all_but_last : Nest::Merging::all);
  write_steps(code);
  find_last_uses();
  if (reduces_) {
    choose_whole_rows();
  } else {
    choose_tiles();
  }
}

/// Which of the program's registers hold one number for each row: what is reduced, what repeats
/// along the row, and what is computed of such alone.
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
  // An input that nothing reads in this way is repeated once, as it is loaded.
  for (std::size_t k = 0; k < inputs_; ++k) of_rows[k] = of_rows[k] && read_as_such[k];
  return of_rows;
}

/// What holds one number for each row is repeated where whole rows are read.
void Tiling::write_steps(std::span<const Instruction> code) {
  const std::vector<bool> of_rows = registers_of_rows(code);
  std::array<std::uint16_t, most_registers> number;  // of the program's registers
  std::array<std::uint16_t, most_registers> repeated{};
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

void Tiling::find_last_uses() {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    for_each_operand(steps_[i],
                     [&](std::size_t r) { registers_[r].last_use = static_cast<int>(i); });
  }
  const int end = static_cast<int>(steps_.size());
  for (const int from : stored_) registers_[static_cast<std::size_t>(from)].last_use = end;
}

std::int64_t Tiling::parts(std::int64_t count) const {
  const std::int64_t work = count * elements_ * static_cast<std::int64_t>(steps_.size() + 1);
  return std::max<std::int64_t>(1, work / work_per_part);
}

/// Where there is work for two threads, there are two tiles at least.
std::int64_t Tiling::most_in_tile() const {
  const std::int64_t most = slots_ > 0 ? most_elements : most_elements_in_place;
  return parts(1) == 1 ? most : std::min(most, (elements_ / 2 + 63) / 64 * 64);
}

/// An axis along which some array is adjacent that is not so along the last one; -1 for none.
int Tiling::axis_to_transpose() const {
  const int column = nest_.rank() - 1;
  for (const Walker& w : nest_.walkers()) {
    const auto adjacent = static_cast<std::int64_t>(size_of(w.dtype));
    if (std::abs(nest_.stride(w, column)) <= adjacent) continue;
    for (int axis = 0; axis < column; ++axis) {
      if (std::abs(nest_.stride(w, axis)) == adjacent) return axis;
    }
  }
  return -1;
}

void Tiling::choose_tiles() {
  const int column = nest_.rank() - 1;
  const int row = nest_.rank() - 2;
  if (row >= 0) {
    if (const int axis = axis_to_transpose(); axis >= 0) {
      nest_.swap_axes(axis, row);
      form_ = Form::squares;
    } else if (nest_.size(column) < short_row) {
      form_ = Form::rows;
    }
  }

  place_registers();
  std::int64_t capacity = most_in_tile();
  if (slots_ > 0) {
    const std::size_t share = scratch_bytes / static_cast<std::size_t>(slots_) / 64 * 64;
    capacity = std::min(capacity, static_cast<std::int64_t>(share - gap) / element_);
    pitch_ = static_cast<std::size_t>(capacity * element_) + gap;
  }
  std::int64_t columns = std::min(nest_.size(column), capacity);
  if (form_ == Form::squares) {
    const std::int64_t rows = std::min(nest_.size(row), square_side);
    columns = std::clamp<std::int64_t>(capacity / rows, 1, nest_.size(column));
  }
  nest_.set_step(column, columns);
  const bool whole = columns == nest_.size(column);
  if (form_ == Form::squares || (form_ == Form::rows && whole)) {
    nest_.set_step(row, std::clamp<std::int64_t>(capacity / columns, 1, nest_.size(row)));
  }
}

/// As many rows as the cache holds, and one at least.
void Tiling::choose_whole_rows() {
  const int column = nest_.rank() - 1;
  const int row = nest_.rank() - 2;
  const std::int64_t columns = nest_.size(column);
  if (row >= 0 && columns < short_row) form_ = Form::rows;
  place_registers();
  std::int64_t rows = 1;
  if (form_ == Form::rows) {
    const std::size_t share = scratch_bytes / static_cast<std::size_t>(std::max(slots_, 1));
    const std::int64_t capacity = (static_cast<std::int64_t>(share) - 2 * 64) / element_;
    rows =
        std::clamp<std::int64_t>(std::min(capacity, most_in_tile()) / columns, 1, nest_.size(row));
    nest_.set_step(row, rows);
  }
  nest_.set_step(column, columns);
  pitch_ = (static_cast<std::size_t>(rows * columns * element_) + 63) / 64 * 64 + gap;
}

/// Whether the tiles of an array lie in memory as those of a register do.
bool Tiling::packed(const Walker& w, bool of_rows) const {
  if (w.dtype != compute_ || form_ == Form::squares) return false;
  const int column = nest_.rank() - 1;
  if (nest_.stride(w, column) != (of_rows ? 0 : element_)) return false;
  return form_ == Form::runs ||
         nest_.stride(w, nest_.rank() - 2) == (of_rows ? 1 : nest_.size(column)) * element_;
}

bool Tiling::readable_in_place(std::size_t input) const {
  const Walker& w = nest_.walkers()[input];
  if (!packed(w, registers_[input].of_rows)) return false;
  // What is stored at the end must not have been overwritten by another store.
  if (registers_[input].last_use < static_cast<int>(steps_.size())) return true;
  return std::none_of(nest_.walkers().begin() + static_cast<std::ptrdiff_t>(inputs_),
                      nest_.walkers().end(), [&](const Walker& to) { return to.data == w.data; });
}

/// The store whose memory the step may write, because it is packed and nothing that lies
/// there is read later; -1 for none.
int Tiling::walker_to_write(std::size_t step) const {
  const auto& walkers = nest_.walkers();
  for (std::size_t i = 0; i < stored_.size(); ++i) {
    if (stored_[i] != static_cast<int>(inputs_ + step)) continue;
    const Walker& to = walkers[inputs_ + i];
    if (!packed(to, registers_[inputs_ + step].of_rows)) continue;
    bool free = true;
    for (std::size_t k = 0; k < inputs_; ++k) {
      free &= registers_[k].walker < 0 || walkers[k].data != to.data ||
              registers_[k].last_use <= static_cast<int>(step);
    }
    if (free) return static_cast<int>(inputs_ + i);
  }
  return -1;
}

/// Decides where every register lies; counts the slots. Inputs keep theirs, since what repeats is
/// loaded once; results reuse the slots of those that are read no more.
void Tiling::place_registers() {
  for (std::size_t i = 0; i < inputs_; ++i) {
    if (registers_[i].last_use < 0) continue;
    if (readable_in_place(i)) {
      registers_[i].walker = static_cast<int>(i);
      in_place_.push_back({i, i});
    } else {
      registers_[i].slot = slots_++;
      loaded_.push_back(i);
    }
  }
  std::array<int, 2 * most_registers> free;  // each may be repeated
  std::size_t free_count = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const int number = static_cast<int>(i);
    const auto release = [&](Register& r) {
      if (r.slot >= 0 && r.last_use <= number) free[free_count++] = r.slot;
    };
    for_each_operand(steps_[i], [&](std::size_t r) {
      if (r >= inputs_) release(registers_[r]);
    });
    Register& result = registers_[inputs_ + i];
    result.walker = walker_to_write(i);
    if (result.walker < 0) {
      result.slot = free_count > 0 ? free[--free_count] : slots_++;
    } else {
      in_place_.push_back({inputs_ + i, static_cast<std::size_t>(result.walker)});
    }
    release(result);
  }
}

}  // namespace chronograd::detail
