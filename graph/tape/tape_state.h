#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/record/past.h"
#include "chronograd/graph/record/recording_data.h"
#include "chronograd/graph/tape/batches.h"
#include "chronograd/graph/tape/effects.h"
#include "chronograd/graph/tape/evaluator.h"

namespace chronograd::detail {

/// What made a value that its tape left without numbers.
struct Origin {
  std::string_view op;
  PlaceIds place;
  SourceLine tape;
};

/// Throws ValueError for an input of an op that is an empty handle.
[[noreturn]] void throw_empty_input(std::string_view user, const PlaceIds& place);
/// Throws TapeError for a value without numbers that no open tape of this thread can compute.
[[noreturn]] void throw_out_of_reach(const Value& value, std::string_view user,
                                     const PlaceIds& place);

/// An open tape.
class TapeState {
 public:
  using Mode = TapeMode;

  TapeState(Mode mode, std::uint64_t dice, SourceLine opened);
  ~TapeState();
  TapeState(const TapeState&) = delete;
  TapeState& operator=(const TapeState&) = delete;

  /// Records a node.
  NodeId record(const Op& op, Operands operands, const Attributes& attributes);

  OutputId output_of(const Tensor& tensor, std::string_view user, const PlaceIds& place) {
    if (!tensor.has_value()) throw_empty_input(user, place);
    const Value& value = tensor.value();
    return value.serial == serial ? value.output : output_of_another(tensor, user, place);
  }
  OutputId read(const Parameter& parameter);
  void assign(const Parameter& parameter, const Tensor& value, SourceLine where);
  /// A handle to an output, the one a user holds if there is one.
  Tensor handle_to(OutputId output);
  /// A handle to an output that nobody holds yet.
  Tensor new_handle(OutputId output);

  /// Repeats the walk that an earlier tape did here for the same; false if there was none.
  bool repeat_walk(OutputId y, OutputId dy, std::span<const OutputId> xs,
                   std::vector<Tensor>& results);
  /// Remembers a walk that began at that node, with that batch, and has just ended.
  void remember_walk(OutputId y, OutputId dy, std::span<const OutputId> xs, NodeId begin,
                     std::span<const Tensor> results, Batch batch = {});

  /// Computes what is asked for, on a line that errors tell, and what handles wait for.
  void evaluate(std::span<const OutputId> asked, SourceLine where, bool committing = false);
  const Evaluator& evaluator() const { return evaluator_; }
  void commit();
  /// Commits if the condition holds once all is computed, and withdraws if not.
  bool commit_if(const std::function<bool()>& condition);
  /// Forgets what was assigned since the last commit.
  void withdraw() noexcept { effects_.withdraw(); }
  const Effects& effects() const { return effects_; }
  void forget_handle(OutputId output) noexcept { recording.outputs[output].handle = nullptr; }

  Recording recording;
  Batches batches{recording};
  const std::uint64_t serial;
  const Mode mode;
  const SourceLine opened;
  const std::uint64_t dice_key;
  std::uint64_t dice_thrown = 0;

 private:
  friend TapeState* open_tape(std::uint64_t serial);

  NodeId append(const Op& op, std::span<const OutputId> inputs, const Attributes& attributes,
                const PlaceIds& place);
  OutputId output_of_another(const Tensor& tensor, std::string_view user, const PlaceIds& place);
  void abandon(Output& output) noexcept;
  OutputId constant(const Tensor& tensor);
  OutputId number(double value, DType dtype, const Op& user, const PlaceIds& place);
  OutputId leaf(const Op& op, Array array, const PlaceIds& place, const Attributes& attributes);
  void compute_assigned();
  void warn_when_left_open();
  void publish() noexcept;
  void start_over() noexcept;

  Past past_;
  Effects effects_;
  Evaluator evaluator_;
  std::vector<OutputId> inputs_;  ///< of the node that is being recorded
  TapeState* outer_;              ///< the tape of this thread that was opened before
  int commits_ = 0;
};

/// The innermost open tape of this thread, or null.
TapeState* current_tape();
/// The open tape of this thread with that serial, or null.
TapeState* open_tape(std::uint64_t serial);

/// The dtype the numbers among operands take.
DType dtype_for_numbers(Operands operands);
/// The number as an array of the dtype; throws DTypeError when it would lose a fraction.
Array array_of(double number, DType dtype, const Op& user, const PlaceIds& place);
PlaceIds current_place(Operands operands);
PlaceIds current_place(SourceLine line);

}  // namespace chronograd::detail
