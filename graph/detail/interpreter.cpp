#include "chronograd/graph/detail/interpreter.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "chronograd/graph/detail/loops.h"
#include "chronograd/graph/detail/move.h"
#include "chronograd/graph/detail/nest.h"
#include "chronograd/graph/detail/threads.h"
#include "chronograd/graph/error.h"

namespace chronograd::detail {
namespace {

constexpr std::size_t most_registers = 256;
constexpr std::size_t scratch_bytes = 32768;  // what a first-level cache holds
constexpr std::int64_t most_elements = 1024;
constexpr std::int64_t short_row = 512;
constexpr std::int64_t square_side = 32;
// With fewer in each part a second thread does not pay.
constexpr std::int64_t elements_per_part = 16384;

Loop loop_of(Scalar op, DType compute) {
  const Loop found = loop(op, compute);
  if (found == nullptr) {
    throw DTypeError("interpret: instruction " + std::to_string(static_cast<int>(op)) +
                     " has no loop for " + std::string(name(compute)));
  }
  return found;
}

/// Calls f with each register the instruction reads, once.
template <class F>
void for_each_operand(const Instruction& step, F f) {
  const std::array read = {step.a, step.b, step.c};
  const auto end = read.begin() + operands(step.op);
  for (auto r = read.begin(); r != end; ++r) {
    if (std::find(read.begin(), r, *r) == r) f(*r);
  }
}

/// Which blocks are packed in memory: runs along a row, whole rows that follow each other, none.
enum class Tiling { runs, rows, squares };

struct Register {
  std::byte* data = nullptr;  ///< the present tile
  int last_use = -1;          ///< the last instruction that reads it; `end` if it is stored
  int walker = -1;            ///< whose memory it lies in
  int slot = -1;              ///< or else where in the scratch
  // what the slot of an input holds
  const std::byte* loaded = nullptr;
  std::int64_t loaded_rows = 0;
  std::int64_t loaded_columns = 0;
};

}  // namespace

/// How a pass goes over all elements. A tile is a block of rows and columns of the innermost two
/// axes; a register holds a tile, packed, either in the arrays' own memory or in a slot of the
/// scratch.
class PreparedPass::Pass {
 public:
  Pass(std::span<const Instruction> code, DType compute, Shape shape, std::span<const Array> inputs,
       std::span<const Store> stores);

 private:
  friend class TileRun;

  void find_last_uses();
  void choose_tiles();
  int axis_to_transpose() const;
  int place_registers();
  bool packed(const Walker& walker) const;
  bool readable_in_place(std::size_t input) const;
  int walker_to_write(std::size_t instruction) const;

  const std::vector<Instruction> code_;
  const DType compute_;
  const std::int64_t element_;
  std::vector<int> stored_;  ///< the registers
  const std::size_t inputs_;
  const int end_;
  Nest nest_;
  Tiling tiling_ = Tiling::runs;
  std::size_t pitch_ = 0;
  std::vector<Loop> loops_;
  std::vector<Register> registers_;
};

/// One run of a pass.
class TileRun {
 public:
  using Pass = PreparedPass::Pass;

  explicit TileRun(const Pass& pass) : pass_(pass), nest_(spare_nest()), registers_(spare()) {
    nest_ = pass.nest_;
    registers_ = pass.registers_;
  }
  void over(std::span<std::byte* const> data) {
    nest_.begin_at(data);
    for (Register& r : registers_) r.loaded = nullptr;
    run();
  }

 private:
  static Nest& spare_nest() {
    thread_local Nest nest{Shape{}, 0};
    return nest;
  }
  static std::vector<Register>& spare() {
    thread_local std::vector<Register> registers;
    return registers;
  }

  void run();
  void load(std::size_t input);
  void store(std::size_t index);
  Block memory(const Walker& walker) const;
  Block tile(std::byte* data) const;
  std::byte* slot(int number) { return scratch_ + static_cast<std::size_t>(number) * pass_.pitch_; }

  const Pass& pass_;
  Nest& nest_;
  std::vector<Register>& registers_;
  std::int64_t rows_ = 1;
  std::int64_t columns_ = 1;
  alignas(64) std::byte scratch_[scratch_bytes];
};

using Pass = PreparedPass::Pass;

Pass::Pass(std::span<const Instruction> code, DType compute, Shape shape,
           std::span<const Array> inputs, std::span<const Store> stores)
    : code_(code.begin(), code.end()),
      compute_(compute),
      element_(static_cast<std::int64_t>(size_of(compute))),
      inputs_(inputs.size()),
      end_(static_cast<int>(code.size())),
      nest_(shape, inputs.size() + stores.size()) {
  if (inputs.size() + code.size() > most_registers) {
    throw ValueError("interpret: " + std::to_string(inputs.size() + code.size()) +
                     " registers; at most 256 are supported");
  }
  registers_.resize(inputs.size() + code.size());
  loops_.reserve(code.size());
  for (const Instruction& step : code) loops_.push_back(loop_of(step.op, compute));
  for (const Array& input : inputs) nest_.add(input);
  for (const Store& store : stores) {
    nest_.add(store.to);
    stored_.push_back(store.from);
  }
  nest_.merge();
  find_last_uses();
  choose_tiles();
}

void Pass::find_last_uses() {
  for (std::size_t i = 0; i < code_.size(); ++i) {
    for_each_operand(code_[i],
                     [&](std::size_t r) { registers_[r].last_use = static_cast<int>(i); });
  }
  for (const int from : stored_) registers_[static_cast<std::size_t>(from)].last_use = end_;
}

/// An axis along which some array is adjacent that is not so along the last one; -1 for none.
int Pass::axis_to_transpose() const {
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

void Pass::choose_tiles() {
  const int column = nest_.rank() - 1;
  const int row = nest_.rank() - 2;
  if (row >= 0) {
    if (const int axis = axis_to_transpose(); axis >= 0) {
      nest_.swap_axes(axis, row);
      tiling_ = Tiling::squares;
    } else if (nest_.size(column) < short_row) {
      tiling_ = Tiling::rows;
    }
  }

  std::int64_t capacity = std::numeric_limits<std::int64_t>::max();
  if (const int slots = place_registers(); slots > 0) {
    // Tiles 4 KiB apart would compete for the same lines of the cache.
    constexpr std::size_t gap = 64;
    const std::size_t share = scratch_bytes / static_cast<std::size_t>(slots) / 64 * 64;
    capacity = std::min(most_elements, static_cast<std::int64_t>(share - gap) / element_);
    pitch_ = static_cast<std::size_t>(capacity * element_) + gap;
  }
  std::int64_t columns = std::min(nest_.size(column), capacity);
  if (tiling_ == Tiling::squares) {
    const std::int64_t rows = std::min(nest_.size(row), square_side);
    columns = std::clamp<std::int64_t>(capacity / rows, 1, nest_.size(column));
  }
  nest_.set_step(column, columns);
  const bool whole = columns == nest_.size(column);
  if (tiling_ == Tiling::squares || (tiling_ == Tiling::rows && whole)) {
    nest_.set_step(row, std::clamp<std::int64_t>(capacity / columns, 1, nest_.size(row)));
  }
}

bool Pass::packed(const Walker& w) const {
  if (w.dtype != compute_ || tiling_ == Tiling::squares) return false;
  const int column = nest_.rank() - 1;
  if (nest_.stride(w, column) != element_) return false;
  return tiling_ == Tiling::runs ||
         nest_.stride(w, nest_.rank() - 2) == nest_.size(column) * element_;
}

bool Pass::readable_in_place(std::size_t input) const {
  const Walker& w = nest_.walkers()[input];
  if (!packed(w)) return false;
  // What is stored at the end must not have been overwritten by another store.
  if (registers_[input].last_use < end_) return true;
  return std::none_of(nest_.walkers().begin() + static_cast<std::ptrdiff_t>(inputs_),
                      nest_.walkers().end(), [&](const Walker& to) { return to.data == w.data; });
}

/// The store whose memory the instruction may write, because it is packed and nothing that lies
/// there is read later; -1 for none.
int Pass::walker_to_write(std::size_t instruction) const {
  const auto& walkers = nest_.walkers();
  for (std::size_t i = 0; i < stored_.size(); ++i) {
    if (stored_[i] != static_cast<int>(inputs_ + instruction)) continue;
    const Walker& to = walkers[inputs_ + i];
    if (!packed(to)) continue;
    bool free = true;
    for (std::size_t k = 0; k < inputs_; ++k) {
      free &= registers_[k].walker < 0 || walkers[k].data != to.data ||
              registers_[k].last_use <= static_cast<int>(instruction);
    }
    if (free) return static_cast<int>(inputs_ + i);
  }
  return -1;
}

/// Decides where every register lies; returns how many slots are needed. Inputs keep theirs, since
/// what repeats is loaded once; results reuse the slots of those that are read no more.
int Pass::place_registers() {
  int slots = 0;
  for (std::size_t i = 0; i < inputs_; ++i) {
    if (registers_[i].last_use < 0) continue;
    if (readable_in_place(i)) {
      registers_[i].walker = static_cast<int>(i);
    } else {
      registers_[i].slot = slots++;
    }
  }
  std::array<int, most_registers> free;
  std::size_t free_count = 0;
  for (std::size_t i = 0; i < code_.size(); ++i) {
    const int number = static_cast<int>(i);
    const auto release = [&](Register& r) {
      if (r.slot >= 0 && r.last_use <= number) free[free_count++] = r.slot;
    };
    for_each_operand(code_[i], [&](std::size_t r) {
      if (r >= inputs_) release(registers_[r]);
    });
    Register& result = registers_[inputs_ + i];
    result.walker = walker_to_write(i);
    if (result.walker < 0) result.slot = free_count > 0 ? free[--free_count] : slots++;
    release(result);
  }
  return slots;
}

void TileRun::run() {
  const int column = nest_.rank() - 1;
  const int row = nest_.rank() - 2;
  do {
    columns_ = nest_.extent(column);
    rows_ = row >= 0 ? nest_.extent(row) : 1;
    const auto n = static_cast<std::size_t>(rows_ * columns_);
    for (std::size_t i = 0; i < pass_.inputs_; ++i) load(i);
    for (std::size_t i = 0; i < pass_.code_.size(); ++i) {
      Register& result = registers_[pass_.inputs_ + i];
      result.data = result.slot >= 0
                        ? slot(result.slot)
                        : nest_.walkers()[static_cast<std::size_t>(result.walker)].data;
      const Instruction& step = pass_.code_[i];
      pass_.loops_[i](registers_[step.a].data, registers_[step.b].data, registers_[step.c].data,
                      result.data, n);
    }
    for (std::size_t i = 0; i < pass_.stored_.size(); ++i) store(i);
  } while (nest_.next());
}

void TileRun::load(std::size_t input) {
  const Walker& w = nest_.walkers()[input];
  Register& r = registers_[input];
  if (r.slot < 0) {
    r.data = w.data;
    return;
  }
  r.data = slot(r.slot);
  if (r.loaded == w.data && r.loaded_rows >= rows_ && r.loaded_columns == columns_) return;
  move(memory(w), tile(r.data), rows_, columns_);
  r.loaded = w.data;
  r.loaded_rows = rows_;
  r.loaded_columns = columns_;
}

void TileRun::store(std::size_t index) {
  const std::size_t to = pass_.inputs_ + index;
  const Register& from = registers_[static_cast<std::size_t>(pass_.stored_[index])];
  if (from.walker == static_cast<int>(to)) return;
  move(tile(from.data), memory(nest_.walkers()[to]), rows_, columns_);
}

Block TileRun::memory(const Walker& w) const {
  const int rank = nest_.rank();
  return {w.data, w.dtype, rank > 1 ? nest_.stride(w, rank - 2) : 0, nest_.stride(w, rank - 1)};
}

Block TileRun::tile(std::byte* data) const {
  return {data, pass_.compute_, columns_ * pass_.element_, pass_.element_};
}

namespace {

/// The commonest pass: one instruction over dense arrays, which needs no tiles.
bool run_whole(std::span<const Instruction> code, DType compute, Shape shape,
               std::span<const Array> inputs, std::span<const Store> stores) {
  if (code.size() != 1 || stores.size() != 1) return false;
  const auto whole = [&](const Array& array) {
    return array.shape == shape && array.dtype == compute && array.dense();
  };
  if (stores[0].from != static_cast<int>(inputs.size()) || !whole(stores[0].to)) return false;
  const Instruction& step = code[0];
  std::array<const std::byte*, 3> read{};
  const std::array numbers = {step.a, step.b, step.c};
  for (std::size_t k = 0; k < static_cast<std::size_t>(operands(step.op)); ++k) {
    const Array& input = inputs[numbers[k]];
    if (!whole(input)) return false;
    read[k] = input.data;
  }
  loop_of(step.op, compute)(read[0], read[1], read[2], stores[0].to.data,
                            static_cast<std::size_t>(shape.size()));
  return true;
}

void interpret_part(std::span<const Instruction> code, DType compute, Shape shape,
                    std::span<const Array> inputs, std::span<const Store> stores) {
  if (run_whole(code, compute, shape, inputs, stores)) return;
  const Pass pass{code, compute, shape, inputs, stores};
  TileRun run{pass};
  std::array<std::byte*, most_registers + 64> few;
  std::vector<std::byte*> many;
  if (inputs.size() + stores.size() > few.size()) many.resize(inputs.size() + stores.size());
  std::byte** const data = many.empty() ? few.data() : many.data();
  std::size_t count = 0;
  for (const Array& input : inputs) data[count++] = input.data;
  for (const Store& store : stores) data[count++] = store.to.data;
  run.over({data, count});
}

/// Rows [begin, end) along an axis, counted from the end since shapes are aligned there.
Array rows_of(Array array, int axis, std::int64_t begin, std::int64_t end) {
  if (array.shape.rank() < -axis || array.shape[axis] == 1) return array;  // repeated
  array.data += begin * array.strides[array.shape.axis(axis)] *
                static_cast<std::int64_t>(size_of(array.dtype));
  array.shape = array.shape.with(axis, end - begin);
  return array;
}

}  // namespace

void interpret(std::span<const Instruction> code, DType compute, Shape shape,
               std::span<const Array> inputs, std::span<const Store> stores) {
  if (shape.empty()) return;
  if (shape.size() < 2 * elements_per_part || threads() == 1) {
    return interpret_part(code, compute, shape, inputs, stores);
  }
  const auto* const first = std::find_if(shape.begin(), shape.end(), [](auto n) { return n != 1; });
  const auto axis = static_cast<int>(first - shape.end());
  const std::int64_t grain = elements_per_part * *first / shape.size() + 1;
  parallel_for(*first, grain, [&](std::int64_t begin, std::int64_t end) {
    std::vector<Array> from;
    for (const Array& input : inputs) from.push_back(rows_of(input, axis, begin, end));
    std::vector<Store> to;
    for (const Store& store : stores)
      to.push_back({store.from, rows_of(store.to, axis, begin, end)});
    interpret_part(code, compute, shape.with(axis, end - begin), from, to);
  });
}

PreparedPass::PreparedPass(std::span<const Instruction> code, DType compute, Shape shape,
                           std::span<const Array> inputs, std::span<const Store> stores)
    : pass_(std::make_unique<const Pass>(code, compute, shape, inputs, stores)) {}

PreparedPass::~PreparedPass() = default;

void PreparedPass::run(std::span<std::byte* const> data, std::size_t count) const {
  if (count == 0) return;
  const std::size_t operands = data.size() / count;
  TileRun run{*pass_};
  for (std::size_t k = 0; k < count; ++k) run.over(data.subspan(k * operands, operands));
}

}  // namespace chronograd::detail
