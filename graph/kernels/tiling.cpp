#include "chronograd/graph/kernels/tiling.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "chronograd/graph/error.h"

namespace chronograd::detail {

using Tiling = PreparedProgram::Tiling;

/// Which parts of an array are packed in memory: parts of a row, whole rows one after the other,
/// none.
enum class Tiling::Form { runs, rows, squares };

namespace {

constexpr std::size_t most_registers = 256;
constexpr std::size_t scratch_bytes = 32768;  // what a first-level cache holds
// Tiles 4 KiB apart would compete for the same lines of the cache.
constexpr std::size_t gap = 64;
constexpr std::int64_t most_elements = 1024;
constexpr std::int64_t most_elements_in_place = 8192;
constexpr std::int64_t short_row = 512;
// With less work in each part (elements times steps) a second thread does not pay.
constexpr std::int64_t work_per_part = 8'000;
constexpr std::int64_t square_side = 32;
// A loop over a shorter row costs more than to pack it.
constexpr std::int64_t shortest_row_apart = 32;

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
  join_pairs();
  find_last_uses();
  if (reduces_) {
    choose_whole_rows();
  } else {
    choose_tiles();
  }
}

void Tiling::find_last_uses() {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    steps_[i].for_each_operand([&](std::size_t r) {
      registers_[r].last_use = static_cast<int>(i);
      ++registers_[r].uses;
      registers_[r].read_by_rows |= steps_[i].elements == nullptr;
    });
  }
  const int end = static_cast<int>(steps_.size());
  for (const int from : stored_) registers_[static_cast<std::size_t>(from)].last_use = end;
}

std::int64_t Tiling::parts(std::int64_t count) const {
  const std::int64_t work = count * elements_ * static_cast<std::int64_t>(steps_.size() + 1);
  return std::max<std::int64_t>(1, work / work_per_part);
}

/// How many elements a tile has at most. Where there is work for two threads, there are at least
/// two tiles.
std::int64_t Tiling::most_in_tile() const {
  const std::int64_t most = slots_ > 0 ? most_elements : most_elements_in_place;
  return parts(1) == 1 ? most : std::min(most, (elements_ / 2 + 63) / 64 * 64);
}

/// An axis along which the elements of some array are neighbours in memory although they are not
/// along the last axis; -1 for none.
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

/// A tile of as many rows as the cache holds, and of at least one.
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

/// The stride of the rows of an array in bytes, if a register may lie in its memory although its
/// rows are apart; else 0. Steps that read or write such a register go row by row, which pays if
/// there is only one of them.
std::int64_t Tiling::stride_between_rows(const Walker& w, const Register& r) const {
  const int column = nest_.rank() - 1;
  if (form_ != Form::rows || w.dtype != compute_ || r.of_rows || r.read_by_rows || r.uses > 1 ||
      nest_.stride(w, column) != element_ || nest_.size(column) < shortest_row_apart) {
    return 0;
  }
  return nest_.stride(w, column - 1);
}

bool Tiling::readable_in_place(std::size_t input) const {
  const Walker& w = nest_.walkers()[input];
  const Register& r = registers_[input];
  if (!packed(w, r.of_rows) && stride_between_rows(w, r) == 0) return false;
  // What is stored at the end must not have been overwritten by another store.
  if (r.last_use < static_cast<int>(steps_.size())) return true;
  return std::none_of(nest_.walkers().begin() + static_cast<std::ptrdiff_t>(inputs_),
                      nest_.walkers().end(), [&](const Walker& to) { return to.data == w.data; });
}

/// The store whose memory the step may write at once instead of a slot; -1 for none. The memory
/// must be packed, or be written row by row, and no register that lies there may be read later.
int Tiling::walker_to_write(std::size_t step, bool apart) const {
  const auto& walkers = nest_.walkers();
  const Register& r = registers_[inputs_ + step];
  if (apart && steps_[step].elements == nullptr) return -1;
  for (std::size_t i = 0; i < stored_.size(); ++i) {
    if (stored_[i] != static_cast<int>(inputs_ + step)) continue;
    const Walker& to = walkers[inputs_ + i];
    if (apart ? stride_between_rows(to, r) == 0 : !packed(to, r.of_rows)) continue;
    bool free = true;
    for (std::size_t k = 0; k < inputs_; ++k) {
      free &= registers_[k].walker < 0 || walkers[k].data != to.data ||
              registers_[k].last_use <= static_cast<int>(step);
    }
    if (free) return static_cast<int>(inputs_ + i);
  }
  return -1;
}

void Tiling::lie_in(std::size_t number, int walker) {
  Register& r = registers_[number];
  const Walker& w = nest_.walkers()[static_cast<std::size_t>(walker)];
  r.walker = walker;
  r.row_stride = packed(w, r.of_rows) ? 0 : stride_between_rows(w, r);
  in_place_.push_back({number, static_cast<std::size_t>(walker)});
}

/// Decides where each register lies and counts the slots. An input keeps its slot, since one that
/// repeats is loaded only once; a result reuses the slot of a register that is not read any more.
void Tiling::place_registers() {
  for (std::size_t i = 0; i < inputs_; ++i) {
    if (registers_[i].last_use < 0) continue;
    if (readable_in_place(i)) {
      lie_in(i, static_cast<int>(i));
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
    Register& result = registers_[inputs_ + i];
    bool apart = false;
    steps_[i].for_each_operand([&](std::size_t r) {
      apart |= registers_[r].row_stride != 0;
      if (r >= inputs_) release(registers_[r]);
    });
    int walker = walker_to_write(i, false);
    if (walker < 0) walker = walker_to_write(i, true);
    if (walker >= 0) {
      lie_in(inputs_ + i, walker);
    } else {
      result.slot = free_count > 0 ? free[--free_count] : slots_++;
    }
    steps_[i].row_by_row = apart || result.row_stride != 0;
    release(result);
  }
}

}  // namespace chronograd::detail
