#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/plan/cache.h"
#include "chronograd/graph/record/past.h"
#include "chronograd/graph/record/recording_data.h"

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
  enum class Mode : std::uint8_t { differentiable, training, forward_only };

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
  /// Where the parameter's numbers entered, first the oldest: as it was first read, and after each
  /// commit that changed it. What is assigned and not committed is no leaf, but computed from them.
  std::vector<OutputId> leaves_of(const Parameter& parameter) const;
  void assign(const Parameter& parameter, const Tensor& value, SourceLine where);
  /// A handle to an output, the one a user holds if there is one.
  Tensor handle_to(OutputId output);
  /// A handle to an output that nobody holds yet.
  Tensor new_handle(OutputId output);

  /// What stands in for the output, or null.
  const StandIn* stand_in(OutputId output) const;
  /// The output whose numbers are to be read for that one's: itself, or what stands in for it.
  OutputId to_read(OutputId output) const {
    const StandIn* instead = stand_ins_.empty() ? nullptr : stand_in(output);
    return instead != nullptr ? instead->output : output;
  }
  std::span<const StandIn> stand_ins() const { return stand_ins_; }
  /// Whether the output is computed by way of a batch that was recorded after `earlier`.
  bool comes_from_batch(OutputId output, OutputId earlier) const;
  void add(const Batch& batch);

  /// Repeats the walk that an earlier tape did here for the same; false if there was none.
  bool repeat_walk(OutputId y, OutputId dy, std::span<const OutputId> xs,
                   std::vector<Tensor>& results);
  /// Remembers a walk that began at that node, with that batch, and has just ended.
  void remember_walk(OutputId y, OutputId dy, std::span<const OutputId> xs, NodeId begin,
                     std::span<const Tensor> results, Batch batch = {});

  /// Computes what is asked for and what handles wait for.
  void evaluate(std::span<const OutputId> asked, bool committing = false);
  void commit();
  /// Commits if the condition holds once all is computed, and withdraws if not.
  bool commit_if(const std::function<bool()>& condition);
  /// Forgets what was assigned since the last commit.
  void withdraw() noexcept;
  void forget_handle(OutputId output) noexcept { recording.outputs[output].handle = nullptr; }

  /// A plan that computed a part of the recording.
  struct PlanRun {
    std::shared_ptr<const plan::Plan> plan;
    std::vector<double> milliseconds;  ///< of each step, if times were taken
  };

  Recording recording;
  std::vector<PlanRun> plans;
  const std::uint64_t serial;
  const Mode mode;
  const SourceLine opened;
  const std::uint64_t dice_key;
  std::uint64_t dice_thrown = 0;

 private:
  friend TapeState* open_tape(std::uint64_t serial);

  struct Assignment {
    Parameter parameter;
    OutputId output;  ///< no_id when the numbers are already in `value`
    Array value;
  };

  /// While it lives, the handles of originals wait for what stands in for them.
  class StandingIn;
  /// Whether leaves still hold the numbers that a batch was made for.
  bool fits(const Batch& batch) const;

  NodeId append(const Op& op, std::span<const OutputId> inputs, const Attributes& attributes,
                const PlaceIds& place);
  OutputId output_of_another(const Tensor& tensor, std::string_view user, const PlaceIds& place);
  void abandon(Output& output) noexcept;
  OutputId constant(const Tensor& tensor);
  OutputId number(double value, DType dtype, const Op& user, const PlaceIds& place);
  OutputId leaf(const Op& op, Array array, const PlaceIds& place, const Attributes& attributes);
  void record_assign(const Parameter& parameter, const Tensor& value, bool first, SourceLine where);
  void compute_assigned();
  void take_effect() noexcept;
  void warn_when_left_open();
  void replace_leaves(const Assignment& assignment) noexcept;
  LongList<NodeId> needed_for(std::span<const OutputId> asked);
  void decide_what_to_keep(std::span<const NodeId> needed, std::span<const OutputId> asked,
                           bool committing);
  void compute(std::span<const OutputId> asked, bool committing);
  void compute_planned(std::span<const OutputId> asked, bool committing);
  std::span<const std::uint64_t> wanted(std::span<const OutputId> asked, bool committing);
  [[noreturn]] void throw_overwritten(const Parameter& parameter, const Node* reader) const;
  void run(std::span<const NodeId> needed);
  void run_node(const Node& node);
  void drop_what_nobody_waits_for();
  void publish() noexcept;
  void start_over() noexcept;

  Past past_;
  std::vector<OutputId> inputs_;    ///< of the node that is being recorded
  std::vector<StandIn> stand_ins_;  ///< by original
  std::vector<Batch::Nodes> batched_;
  std::vector<Assignment> assignments_;
  TapeState* outer_;  ///< the tape of this thread that was opened before
  plan::Evaluation evaluation_ = plan::nothing_evaluated;  ///< the last one
  NodeId evaluated_nodes_ = 0;                             ///< how many there were then
  std::vector<std::uint64_t> wanted_;                      ///< of the evaluation that is planned
  int commits_ = 0;
  std::vector<OutputId> committed_;  ///< what was assigned and committed: leaves since
};

/// A value that leaves an evaluation is dense and holds no more memory than its own.
void give_own_memory(Output& output);

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
