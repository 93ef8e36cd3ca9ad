#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chronograd/graph/kernels/interpreter.h"
#include "chronograd/graph/kernels/loops.h"
#include "chronograd/graph/kernels/row_loops.h"
#include "chronograd/graph/memory/nest.h"

namespace chronograd::detail {

/// What is done to a tile at once: a loop over its elements, or one over its rows.
struct TileStep {
  Loop elements = nullptr;
  RowLoop rows = nullptr;
  std::uint16_t a = 0, b = 0, c = 0;  ///< registers; all the same if it reads but one
  bool of_rows = false;               ///< what it makes is one number for each row
  Scalar op = Scalar::copy;           ///< of `elements`, if it is but one instruction
  bool row_by_row = false;            ///< as a register it reads or makes lies apart in memory

  /// Calls f with each register the step reads, once.
  template <class F>
  void for_each_operand(F f) const {
    f(std::size_t{a});
    if (b != a) f(std::size_t{b});
    if (c != a && c != b) f(std::size_t{c});
  }
};

struct Register {
  bool of_rows = false;         ///< holds one number for each row
  int last_use = -1;            ///< the last step that reads it; `end` if it is stored
  int uses = 0;                 ///< steps that read it
  bool read_by_rows = false;    ///< by steps that need packed rows
  int walker = -1;              ///< the array in whose memory it lies; -1: in a slot
  std::int64_t row_stride = 0;  ///< in bytes, if its rows lie apart there; 0 if they are packed
  int slot = -1;                ///< or else where in the scratch
};

/// How a prepared program goes over all elements. A tile is a block of rows and columns of the
/// innermost two axes; a register holds a tile, packed, either in the arrays' own memory or in a
/// slot of the scratch. When rows are reduced, tiles have whole rows, and some registers one number
/// for each.
class PreparedProgram::Tiling {
 public:
  Tiling(std::span<const Instruction> code, DType compute, Shape shape,
         std::span<const Array> inputs, std::span<const Store> stores);

  std::size_t inputs() const { return inputs_; }
  /// Into how many parts it is worth to share out the tiles of `count` runs.
  std::int64_t parts(std::int64_t count) const;
  DType compute() const { return compute_; }
  /// Walkers over the inputs and then the stores, tile by tile.
  const Nest& nest() const { return nest_; }
  /// The inputs, then what each step makes.
  const std::vector<Register>& registers() const { return registers_; }
  const std::vector<TileStep>& steps() const { return steps_; }
  /// The inputs that are read into the scratch.
  const std::vector<std::size_t>& loaded() const { return loaded_; }
  /// The registers that lie in the memory of an array.
  struct InPlace {
    std::size_t number;
    std::size_t walker;
  };
  const std::vector<InPlace>& in_place() const { return in_place_; }
  /// The registers that are stored.
  const std::vector<int>& stored() const { return stored_; }
  /// The bytes between slots, and of all of them.
  std::size_t pitch() const { return pitch_; }
  std::size_t scratch() const { return pitch_ * static_cast<std::size_t>(slots_); }

 private:
  enum class Form;

  void write_steps(std::span<const Instruction> code);
  void join_pairs();
  void drop_steps(const std::vector<bool>& dropped);
  std::vector<bool> registers_of_rows(std::span<const Instruction> code) const;
  void find_last_uses();
  void choose_tiles();
  void choose_whole_rows();
  std::int64_t most_in_tile() const;
  int axis_to_transpose() const;
  void place_registers();
  bool packed(const Walker& walker, bool of_rows) const;
  std::int64_t stride_between_rows(const Walker& walker, const Register& r) const;
  bool readable_in_place(std::size_t input) const;
  int walker_to_write(std::size_t step, bool apart) const;
  void lie_in(std::size_t r, int walker);

  const DType compute_;
  const std::int64_t element_;
  const std::size_t inputs_;
  const bool reduces_;
  const std::int64_t elements_;
  Nest nest_;
  Form form_;
  std::vector<TileStep> steps_;
  std::vector<Register> registers_;
  std::vector<int> stored_;
  std::vector<std::size_t> loaded_;
  std::vector<InPlace> in_place_;
  int slots_ = 0;
  std::size_t pitch_ = 0;
};

}  // namespace chronograd::detail
