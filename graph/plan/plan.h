#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "chronograd/graph/kernels/interpreter.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd::plan {

/// How an evaluation is computed: a list of kernels over memory that was laid out beforehand. It
/// holds nothing of the recording it was made for, and serves every one of equal structure.
class Plan {
 public:
  /// Where an address comes from: the numbers of an output that were there before, the arena, or
  /// memory of an output's own.
  using Source = std::uint32_t;

  struct Address {
    Source source;
    std::int64_t offset;
  };
  struct Operand {
    Address address;
    Array array;  ///< all but the data
  };
  /// An elementwise program over operands that lie in one way.
  struct Program {
    Program(std::vector<Instruction> instructions, DType type, Shape over, std::vector<Array> from,
            std::vector<detail::Store> to)
        : code(std::move(instructions)),
          compute(type),
          shape(over),
          inputs(std::move(from)),
          stores(std::move(to)),
          pass(code, compute, shape, inputs, stores) {}

    std::vector<Instruction> code;
    DType compute;
    Shape shape;
    std::vector<Array> inputs;  ///< all but the data
    std::vector<detail::Store> stores;
    detail::PreparedPass pass;
  };
  struct Passes {
    std::shared_ptr<const Program> program;
    std::vector<Address> addresses;  ///< of the inputs and stores, each time it is run
    std::size_t count = 0;
    std::vector<NodeId> recorded{};  ///< one for each time
  };
  struct Kernel {
    const Op* op;
    std::vector<NodeId> recorded;  ///< the nodes that run as one
    std::vector<Operand> inputs;
    std::vector<Operand> outputs;
  };
  struct Copies {
    struct Pair {
      Address from;
      Address to;
    };
    Array from;  ///< all but the data
    Array to;
    std::int64_t bytes;  ///< of each, when both are dense; else 0
    std::vector<Pair> pairs;
  };
  using Step = std::variant<Passes, Kernel, Copies>;

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

  /// Whether what it reads is there, and lies as it did when the plan was made.
  bool can_read(const detail::Recording& recording) const;
  /// Computes the results; their outputs are available afterwards. `milliseconds`, if given, gets
  /// the time of each step.
  void run(detail::Recording& recording, std::vector<double>* milliseconds = nullptr) const;

  std::vector<Leaf> leaves;       ///< sources 0..
  std::size_t arena_bytes = 0;    ///< the source after the leaves
  std::vector<std::size_t> owns;  ///< bytes of the sources after that
  std::vector<Step> steps;
  std::vector<Result> results;
};

/// Makes the plan for the needed nodes, in recorded order, of a recording whose outputs say what is
/// asked for and what is kept.
Plan make_plan(detail::Recording& recording, std::span<const NodeId> needed);

}  // namespace chronograd::plan
