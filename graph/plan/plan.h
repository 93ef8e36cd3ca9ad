#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "chronograd/graph/kernels/interpreter.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd::plan {

/// How an evaluation is computed: a list of tasks over memory that was laid out beforehand. It
/// holds nothing of the recording it was made for, and serves every recording of equal structure.
class Plan {
 public:
  /// A piece of memory that addresses point into: the numbers of a leaf, the arena, or memory that
  /// a result owns. They are numbered in this order.
  using Source = std::uint32_t;

  struct Address {
    Source source;
    std::int64_t offset;
  };
  struct Operand {
    Address address;
    Array array;  ///< all but the data
  };
  /// The program of a fused kernel, prepared for operands of these strides.
  struct Program {
    Program(std::vector<Instruction> instructions, DType type, Shape over, std::vector<Array> from,
            std::vector<detail::Store> to)
        : code(std::move(instructions)),
          compute(type),
          shape(over),
          inputs(std::move(from)),
          stores(std::move(to)),
          prepared(code, compute, shape, inputs, stores) {}

    std::vector<Instruction> code;
    DType compute;
    Shape shape;
    std::vector<Array> inputs;  ///< all but the data
    std::vector<detail::Store> stores;
    detail::PreparedProgram prepared;
  };
  /// A fused kernel, several times over different operands.
  struct Fused {
    std::shared_ptr<const Program> program;
    std::vector<Address> addresses;  ///< of the inputs and then the stores, for each time
    std::size_t count = 0;           ///< how many times the program runs
    std::vector<NodeId> recorded{};  ///< the first node of each time
  };
  /// The kernel of an op.
  struct Kernel {
    const Op* op;
    std::vector<NodeId> recorded;  ///< the nodes that it runs as one
    std::vector<Operand> inputs;
    std::vector<Operand> outputs;
  };
  /// Copies of arrays that have the same shape, strides and dtype.
  struct Copies {
    struct Pair {
      Address from;
      Address to;
    };
    Array from;  ///< all but the data
    Array to;
    std::int64_t bytes;  ///< of each copy if both arrays are dense; else 0
    std::vector<Pair> pairs;
  };
  using Task = std::variant<Fused, Kernel, Copies>;

  /// An output whose numbers are there before the plan runs, and how they lie.
  struct Leaf {
    OutputId output;
    Strides strides;
  };
  /// Where an output of the recording is after the plan has run.
  struct Result {
    OutputId output;
    Operand at;
    bool asked;  ///< to be dense and hold no more memory than its own
  };

  /// Whether the leaves have their numbers, in the strides that the plan was made for.
  bool can_read(const detail::Recording& recording) const;
  /// Runs all tasks; the outputs of the results are available afterwards. `milliseconds`, if given,
  /// gets the time of each task.
  void run(detail::Recording& recording, std::vector<double>* milliseconds = nullptr) const;

  std::vector<Leaf> leaves;       ///< sources 0..
  std::size_t arena_bytes = 0;    ///< the source after the leaves
  std::vector<std::size_t> owns;  ///< bytes of the sources after that
  std::vector<Task> tasks;
  std::vector<Result> results;
};

/// Whether evaluations take the time of each task, see `set_plan_timing`.
inline std::atomic<bool> timed = false;

}  // namespace chronograd::plan
