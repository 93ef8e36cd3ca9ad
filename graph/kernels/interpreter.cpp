#include "chronograd/graph/kernels/interpreter.h"

#include <algorithm>
#include <array>
#include <vector>

#include "chronograd/graph/kernels/threads.h"
#include "chronograd/graph/kernels/tiling.h"
#include "chronograd/graph/memory/move.h"

namespace chronograd::detail {

using Tiling = PreparedProgram::Tiling;

namespace {

constexpr std::int64_t most_elements_without_tiles = 16384;

/// A program that goes over the tiles of some arrays.
class TileRun {
 public:
  explicit TileRun(const Tiling& tiling)
      : tiling_(tiling),
        nest_(spare().nest),
        data_(spare().data),
        loaded_(spare().loaded),
        scratch_(little_) {
    nest_ = tiling.nest();
    if (tiling.scratch() > sizeof little_) {
      much_ = Buffer::allocate(tiling.scratch());
      scratch_ = much_.data();
    }
    const std::vector<Register>& registers = tiling.registers();
    data_.resize(registers.size());
    for (std::size_t r = 0; r < registers.size(); ++r) {
      if (registers[r].slot < 0) continue;
      data_[r] = scratch_ + static_cast<std::size_t>(registers[r].slot) * tiling.pitch();
    }
  }
  /// Goes over some of the tiles of the arrays that lie there.
  void over(std::span<std::byte* const> data, std::int64_t first_tile, std::int64_t tiles) {
    nest_.begin_at(data, first_tile);
    loaded_.assign(tiling_.inputs(), {});
    run(tiles);
  }

 private:
  /// What the slot of an input holds.
  struct Loaded {
    const std::byte* from = nullptr;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
  };
  struct Memory {
    Nest nest{Shape{}, 0};
    std::vector<std::byte*> data;
    std::vector<Loaded> loaded;
  };
  static Memory& spare() {
    thread_local Memory memory;
    return memory;
  }

  void run(std::int64_t tiles);
  void run_steps();
  void run_row_by_row(const TileStep& step, std::size_t result) const;
  void load(std::size_t input);
  void store(std::size_t index);
  Block memory(const Walker& walker) const;
  Block tile(std::size_t r) const;
  std::int64_t row_stride(std::size_t r) const;

  const Tiling& tiling_;
  Nest& nest_;
  std::vector<std::byte*>& data_;  ///< by register: the present tile
  std::vector<Loaded>& loaded_;    ///< by input
  std::int64_t rows_ = 1;
  std::int64_t columns_ = 1;
  std::byte* scratch_;
  Buffer much_;
  alignas(64) std::byte little_[32768];
};

void TileRun::run(std::int64_t tiles) {
  const int column = nest_.rank() - 1;
  const int row = nest_.rank() - 2;
  for (; tiles > 0; --tiles, nest_.next()) {
    columns_ = nest_.extent(column);
    rows_ = row >= 0 ? nest_.extent(row) : 1;
    for (const auto [r, walker] : tiling_.in_place()) data_[r] = nest_.walkers()[walker].data;
    for (const std::size_t input : tiling_.loaded()) load(input);
    run_steps();
    for (std::size_t k = 0; k < tiling_.stored().size(); ++k) store(k);
  }
}

void TileRun::run_steps() {
  const auto rows = static_cast<std::size_t>(rows_);
  const auto elements = static_cast<std::size_t>(rows_ * columns_);
  std::byte* const* result = data_.data() + tiling_.inputs();
  for (const TileStep& step : tiling_.steps()) {
    if (step.row_by_row) {
      run_row_by_row(step, static_cast<std::size_t>(result - data_.data()));
    } else if (step.elements != nullptr) {
      step.elements(data_[step.a], data_[step.b], data_[step.c], *result,
                    step.of_rows ? rows : elements);
    } else {
      step.rows(data_[step.a], data_[step.b], *result, rows_, columns_);
    }
    ++result;
  }
}

void TileRun::run_row_by_row(const TileStep& step, std::size_t result) const {
  const std::byte* a = data_[step.a];
  const std::byte* b = data_[step.b];
  const std::byte* c = data_[step.c];
  std::byte* out = data_[result];
  const std::int64_t strides[] = {row_stride(step.a), row_stride(step.b), row_stride(step.c),
                                  row_stride(result)};
  for (std::int64_t row = 0; row < rows_; ++row) {
    step.elements(a, b, c, out, static_cast<std::size_t>(columns_));
    a += strides[0];
    b += strides[1];
    c += strides[2];
    out += strides[3];
  }
}

void TileRun::load(std::size_t input) {
  const Walker& w = nest_.walkers()[input];
  Loaded& now = loaded_[input];
  if (now.from == w.data && now.rows >= rows_ && now.columns == columns_) return;
  move(memory(w), tile(input), rows_, tiling_.registers()[input].of_rows ? 1 : columns_);
  now = {w.data, rows_, columns_};
}

void TileRun::store(std::size_t index) {
  const std::size_t to = tiling_.inputs() + index;
  const auto from = static_cast<std::size_t>(tiling_.stored()[index]);
  if (tiling_.registers()[from].walker == static_cast<int>(to)) return;
  const Block memory = this->memory(nest_.walkers()[to]);
  move(tile(from), memory, rows_, memory.column_stride == 0 ? 1 : columns_);
}

Block TileRun::memory(const Walker& w) const {
  const int rank = nest_.rank();
  return {w.data, w.dtype, rank > 1 ? nest_.stride(w, rank - 2) : 0, nest_.stride(w, rank - 1)};
}

std::int64_t TileRun::row_stride(std::size_t r) const {
  const std::int64_t apart = tiling_.registers()[r].row_stride;
  return apart != 0 ? apart : columns_ * static_cast<std::int64_t>(size_of(tiling_.compute()));
}

Block TileRun::tile(std::size_t r) const {
  const DType dtype = tiling_.compute();
  const auto element = static_cast<std::int64_t>(size_of(dtype));
  if (tiling_.registers()[r].of_rows) return {data_[r], dtype, element, 0};
  return {data_[r], dtype, row_stride(r), element};
}

/// The commonest program: one instruction over dense arrays. Small ones need no tiles.
bool run_whole(std::span<const Instruction> code, DType compute, Shape shape,
               std::span<const Array> inputs, std::span<const Store> stores) {
  if (code.size() != 1 || stores.size() != 1 || shape.size() > most_elements_without_tiles)
    return false;
  const auto whole = [&](const Array& array) {
    return array.shape == shape && array.dtype == compute && array.dense();
  };
  if (stores[0].from != static_cast<int>(inputs.size()) || !whole(stores[0].to)) return false;
  const Instruction& step = code[0];
  const Loop loop = detail::loop(step.op, compute);
  if (loop == nullptr) return false;
  std::array<const std::byte*, 3> read{};
  const std::array numbers = {step.a, step.b, step.c};
  for (std::size_t k = 0; k < static_cast<std::size_t>(operands(step.op)); ++k) {
    const Array& input = inputs[numbers[k]];
    if (!whole(input)) return false;
    read[k] = input.data;
  }
  loop(read[0], read[1], read[2], stores[0].to.data, static_cast<std::size_t>(shape.size()));
  return true;
}

/// Runs `count` times, over all tiles, on up to `threads()` threads.
void run_tiles(const Tiling& tiling, std::span<std::byte* const> data, std::size_t count) {
  const std::size_t operands = data.size() / count;
  const std::int64_t tiles = tiling.nest().blocks();
  const auto times = static_cast<std::int64_t>(count);
  const std::int64_t parts = tiling.parts(times);
  parallel_for(times * tiles, (times * tiles + parts - 1) / parts,
               [&](std::int64_t begin, std::int64_t end) {
                 TileRun run{tiling};
                 while (begin < end) {
                   const std::int64_t first = begin % tiles;
                   const std::int64_t number = std::min(tiles - first, end - begin);
                   run.over(
                       data.subspan(static_cast<std::size_t>(begin / tiles) * operands, operands),
                       first, number);
                   begin += number;
                 }
               });
}

}  // namespace

void interpret(std::span<const Instruction> code, DType compute, Shape shape,
               std::span<const Array> inputs, std::span<const Store> stores) {
  if (shape.empty() || run_whole(code, compute, shape, inputs, stores)) return;
  const Tiling tiling{code, compute, shape, inputs, stores};
  std::array<std::byte*, 320> few;
  std::vector<std::byte*> many;
  if (inputs.size() + stores.size() > few.size()) many.resize(inputs.size() + stores.size());
  std::byte** const data = many.empty() ? few.data() : many.data();
  std::size_t count = 0;
  for (const Array& input : inputs) data[count++] = input.data;
  for (const Store& store : stores) data[count++] = store.to.data;
  run_tiles(tiling, {data, count}, 1);
}

void interpret(std::span<const Instruction> code, std::span<const Array> inputs,
               const Array& output) {
  const DType type = output.dtype == DType::boolean ? inputs[0].dtype : output.dtype;
  const Store store{static_cast<int>(inputs.size() + code.size()) - 1, output};
  interpret(code, type == DType::boolean ? DType::i32 : type, output.shape, inputs, {&store, 1});
}

PreparedProgram::PreparedProgram(std::span<const Instruction> code, DType compute, Shape shape,
                                 std::span<const Array> inputs, std::span<const Store> stores)
    : tiling_(std::make_unique<const Tiling>(code, compute, shape, inputs, stores)) {}

PreparedProgram::~PreparedProgram() = default;

void PreparedProgram::run(std::span<std::byte* const> data, std::size_t count) const {
  if (count > 0) run_tiles(*tiling_, data, count);
}

}  // namespace chronograd::detail
