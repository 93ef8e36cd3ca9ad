#include "chronograd/graph/op.h"

#include <cstdlib>
#include <string>

#include "chronograd/graph/kernels/flush_denormals.h"
#include "chronograd/graph/record/bad_shape.h"
#include "chronograd/graph/record/execute.h"
#include "chronograd/graph/record/names.h"
#include "chronograd/graph/record/parameter_slot.h"
#include "chronograd/graph/tape/tape_state.h"

namespace chronograd {
namespace {

std::string message_of(const Op& op, std::string_view came, std::string_view wanted,
                       const detail::PlaceIds& place) {
  std::string text{detail::user_name(op.name, place)};
  text.append(": ").append(came).append("; ").append(wanted);
  return text + detail::where_text(place);
}

void append_line(std::string& text, std::string_view before, SourceLine line) {
  if (line.line == 0) return;
  text += (text.empty() ? "" : ", ");
  text.append(before).append(line.file).append(":").append(std::to_string(line.line));
}

Array array_of_operand(const Operand& operand, DType dtype_of_numbers, const Op& op,
                       const detail::PlaceIds& place) {
  switch (operand.kind) {
    case Operand::Kind::parameter:
      return operand.parameter().slot().read();
    case Operand::Kind::number:
      return detail::array_of(operand.number, dtype_of_numbers, op, place);
    case Operand::Kind::tensor:
      break;
  }
  if (!operand.tensor().has_value()) detail::throw_empty_input(op.name, place);
  detail::Value& value = operand.tensor().value();
  if (value.state != detail::Value::State::computed) {
    detail::compute(value, detail::user_name(op.name, place), operand.where);
  }
  return value.array();
}

// Without a tape: everything happens here and now.
void run_at_once(const Op& op, detail::Operands operands, const Attributes& attributes,
                 std::vector<Tensor>& results) {
  const detail::PlaceIds place = detail::current_place(operands);
  const DType dtype_of_numbers = detail::dtype_for_numbers(operands);
  std::vector<Array> inputs;
  inputs.reserve(operands.size());
  for (const Operand* operand : operands) {
    inputs.push_back(array_of_operand(*operand, dtype_of_numbers, op, place));
  }
  std::vector<Inference::Output> inferred;
  Inference inference{op, attributes, place, {nullptr, {}, inputs}, inferred};
  detail::infer(op, inference);
  std::vector<Array> outputs;
  for (const Inference::Output& output : inferred) {
    outputs.push_back({});
    outputs.back().shape = output.shape;
    outputs.back().dtype = output.dtype;
  }
  {
    const detail::FlushDenormals flush;
    detail::execute(op, attributes, place, inputs, outputs);
  }
  results.reserve(outputs.size());
  for (Array& output : outputs) results.push_back(detail::tensor_of(std::move(output)));
}

std::vector<const Operand*> addresses(std::span<const Operand> operands) {
  std::vector<const Operand*> result;
  result.reserve(operands.size());
  for (const Operand& operand : operands) result.push_back(&operand);
  return result;
}

bool eager() {
  static const bool on = [] {
    const char* value = std::getenv("CHRONOGRAD_EAGER");
    return value != nullptr && std::string_view(value) == "1";
  }();
  return on;
}

}  // namespace

std::string to_string(const Place& place) {
  std::string text{place.scope};
  if (place.step >= 0) {
    text += (text.empty() ? "step " : ", step ") + std::to_string(place.step);
  }
  append_line(text, "", place.line);
  const bool same_line = std::string_view(place.caller.file) == place.line.file &&
                         place.caller.line == place.line.line;
  if (!same_line) append_line(text, "called from ", place.caller);
  return text.empty() ? text : "(" + text + ")";
}

// A function that was not told its line, as the inner ones of a layer, shows its caller's.
std::string where_text(SourceLine line) {
  detail::PlaceIds place = detail::current_place(line);
  if (line.line == 0) place.line = detail::place_of(place).caller;
  return detail::where_text(place);
}

int Inference::inputs() const {
  return static_cast<int>(inputs_.recording != nullptr ? inputs_.outputs.size()
                                                       : inputs_.arrays.size());
}

Shape Inference::shape(int input) const {
  const auto k = static_cast<std::size_t>(input);
  if (inputs_.recording == nullptr) return inputs_.arrays[k].shape;
  return inputs_.recording->outputs[inputs_.outputs[k]].shape;
}

DType Inference::dtype(int input) const {
  const auto k = static_cast<std::size_t>(input);
  if (inputs_.recording == nullptr) return inputs_.arrays[k].dtype;
  return inputs_.recording->outputs[inputs_.outputs[k]].dtype;
}

std::optional<Array> Inference::known(int input) const {
  const auto k = static_cast<std::size_t>(input);
  if (inputs_.recording == nullptr) return inputs_.arrays[k];
  const detail::Output& output = inputs_.recording->outputs[inputs_.outputs[k]];
  if (!output.available) return std::nullopt;
  return output.array();
}

Place Inference::place() const { return detail::place_of(place_); }

std::string Inference::message(std::string_view came, std::string_view wanted) const {
  detail::PlaceIds place = place_;
  if (place.scope == 0 && inputs_.recording != nullptr) {
    place.scope = detail::inherited_scope(*inputs_.recording, inputs_.outputs);
  }
  return message_of(op_, came, wanted, place);
}

std::string Run::message(std::string_view came, std::string_view wanted) const {
  return message_of(op, came, wanted, place_ids);
}

namespace detail {

Tensor apply(const Op& op, Operands inputs, const Attributes& attributes) {
  TapeState* tape = current_tape();
  if (tape == nullptr) {
    std::vector<Tensor> results;
    run_at_once(op, inputs, attributes, results);
    return std::move(results.front());
  }
  const NodeId node = tape->record(op, inputs, attributes);
  Tensor result = tape->new_handle(tape->recording.nodes[node].first_output);
  if (eager()) compute(result.value());
  return result;
}

std::vector<Tensor> apply_all(const Op& op, Operands inputs, const Attributes& attributes) {
  std::vector<Tensor> results;
  if (TapeState* tape = current_tape()) {
    const Node node = tape->recording.nodes[tape->record(op, inputs, attributes)];
    results.reserve(node.outputs);
    for (OutputId o = 0; o < node.outputs; ++o) {
      results.push_back(tape->new_handle(node.first_output + o));
    }
    if (eager()) evaluate(results);
  } else {
    run_at_once(op, inputs, attributes, results);
  }
  return results;
}

// The tensor was bound to as an rvalue, so it is not const.
void empty_temporary(const Operand& operand) noexcept {
  const_cast<Tensor&>(operand.tensor()) = {};
}

}  // namespace detail

// What stands in the list was copied or moved there for this call, so that nobody reads it later.
Tensor apply(const Op& op, std::initializer_list<Operand> inputs, const Attributes& attributes) {
  Tensor result = apply(op, std::span<const Operand>(inputs.begin(), inputs.size()), attributes);
  for (const Operand& input : inputs) {
    if (input.temporary) detail::empty_temporary(input);
  }
  return result;
}

Tensor apply(const Op& op, std::span<const Operand> inputs, const Attributes& attributes) {
  return detail::apply(op, addresses(inputs), attributes);
}

std::vector<Tensor> apply_all(const Op& op, std::span<const Operand> inputs,
                              const Attributes& attributes) {
  return detail::apply_all(op, addresses(inputs), attributes);
}

Shape broadcast_shape(const Inference& inference) {
  Shape shape = inference.shape(0);
  for (int k = 1; k < inference.inputs(); ++k) {
    const Shape other = inference.shape(k);
    if (other == shape) continue;
    try {
      shape = broadcast(shape, other);
    } catch (const ShapeError&) {
      inference.fail(to_string(shape) + " with " + to_string(other),
                     "sizes of aligned axes must be equal or 1");
    }
  }
  return shape;
}

std::uint32_t stacked_inputs(const Inference& inference) {
  const Op& op = inference.op();
  if (op.algebra.stacks != nullptr) return op.algebra.stacks(inference);
  if (!op.program) return 0;
  const Shape shape = broadcast_shape(inference);
  std::uint32_t inputs = 0;
  for (int k = 0; shape.rank() > 0 && k < std::min(inference.inputs(), 32); ++k) {
    const Shape input = inference.shape(k);
    if (input.rank() == shape.rank() && input[0] == shape[0]) inputs |= 1u << k;
  }
  return inputs;
}

DType common_dtype(const Inference& inference, int first) {
  const DType dtype = inference.dtype(first);
  for (int k = first + 1; k < inference.inputs(); ++k) {
    if (inference.dtype(k) != dtype) {
      inference.fail<DTypeError>(
          std::string(name(dtype)) + " with " + std::string(name(inference.dtype(k))),
          "the dtypes must be equal; cast one of them");
    }
  }
  return dtype;
}

void infer_broadcast(Inference& inference) {
  const DType dtype = common_dtype(inference);
  inference.output(broadcast_shape(inference), dtype);
}

void infer_arithmetic(Inference& inference) {
  if (inference.dtype(0) == DType::boolean) {
    inference.fail<DTypeError>("a tensor of bool", "it must be a number type; cast it first");
  }
  infer_broadcast(inference);
}

void infer_floating(Inference& inference) {
  if (!is_floating(inference.dtype(0))) {
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(0))),
                               "it must be f32 or f64; cast it first");
  }
  infer_broadcast(inference);
}

const detail::Node& Differential::node() const { return recording_.nodes[node_]; }

int Differential::inputs() const { return static_cast<int>(node().inputs); }

namespace {

Tensor handle(const detail::Recording& recording, OutputId output) {
  detail::TapeState* tape = detail::current_tape();
  if (tape == nullptr || &tape->recording != &recording) {
    throw TapeError("gradient: the tape it belongs to is not the innermost open one");
  }
  return tape->handle_to(output);
}

[[noreturn]] void undeclared(const Op& op, std::string_view what, int k) {
  throw Error(std::string(op.name) + ": its gradient rule reads " + std::string(what) + " " +
              std::to_string(k) + "; declare it in gradient_reads");
}

}  // namespace

Tensor Differential::input(int k) const {
  if ((node().op->reads_for(input_).inputs >> k & 1) == 0) undeclared(*node().op, "input", k);
  return handle(recording_, recording_.inputs_of(node())[static_cast<std::size_t>(k)]);
}

Tensor Differential::output(int k) const {
  if ((node().op->reads_for(input_).outputs >> k & 1) == 0) undeclared(*node().op, "output", k);
  return handle(recording_, node().first_output + static_cast<OutputId>(k));
}

bool Differential::has_dy(int k) const { return dys_[static_cast<std::size_t>(k)].has_value(); }

Tensor Differential::dy(int k) const { return dys_[static_cast<std::size_t>(k)]; }

Shape Differential::input_shape(int k) const {
  return recording_.outputs[recording_.inputs_of(node())[static_cast<std::size_t>(k)]].shape;
}

DType Differential::input_dtype(int k) const {
  return recording_.outputs[recording_.inputs_of(node())[static_cast<std::size_t>(k)]].dtype;
}

Shape Differential::output_shape(int k) const {
  return recording_.outputs[node().first_output + static_cast<OutputId>(k)].shape;
}

}  // namespace chronograd
